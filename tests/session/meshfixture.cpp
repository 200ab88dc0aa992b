// SPDX-License-Identifier: MIT
#include "session/meshfixture.h"

#include "support/meshclient.h"

#include "transport/socketio.h"

#include <QTimer>

#include <future>

namespace Tidegate {

//! What app/ShardHost is in the program.
class MeshFixture::Shard final : public BrokerShard
{
public:
    Shard(int index, MeshFixture &fixture, const std::shared_ptr<const Mesh::Profile> &profile)
    {
        m_anchor.moveToThread(&m_thread);
        m_thread.start();
        runOn(m_anchor, [&] {
            m_parts = std::make_unique<Parts>(index, fixture, profile);
            const Result<int> descriptor = SocketIo::listenOn({"127.0.0.1", 0}, SocketIo::Sharing::First);
            if (!descriptor)
                qFatal("cannot listen: %s", qPrintable(descriptor.error().text));
            m_port = SocketIo::boundPort(*descriptor);
            m_parts->shard.listen(*descriptor, nullptr, m_parts->front);
        });
    }
    ~Shard() override
    {
        runOn(m_anchor, [this] {
            m_parts->shard.closeAll();
            m_parts.reset();
        });
        m_thread.quit();
        m_thread.wait();
    }

    void route(const PublicationPtr &publication) override
    {
        m_parts->shard.tasks().post([this, publication] { m_parts->context.route(publication); });
    }
    void routeTo(const QByteArray &pattern, const PublicationPtr &publication) override
    {
        m_parts->shard.tasks().post([this, pattern, publication] { m_parts->context.routeTo(pattern, publication); });
    }
    quint16 port() const { return m_port; }

private:
    struct Parts
    {
        Parts(int index, MeshFixture &fixture, const std::shared_ptr<const Mesh::Profile> &profile)
            : fanout(fixture.m_fanout)
            , shard(index, {}, {fixture.m_clock, fixture.m_transport, fixture.m_budgets, nullptr, {}, {}})
            , context({shard, fanout, fixture.m_core, *fixture.m_broker, fixture.m_clock, fixture.m_rng, fixture.m_log,
                       fixture.counters, fixture.users, subjects, fixture.m_retained.get(), fixture.m_desk.get()},
                      profile)
            , front(shard.addFront(&fixture.m_sideDoor))
        {
            front.addEndpoint(Mesh::WebSocketPath, std::make_unique<Mesh::WebSocketEndpoint>(context));
            shard.setTurnEndHook([this] { fanout.flush(); });
            expiry.setInterval(200);
            QObject::connect(&expiry, &QTimer::timeout, &expiry, [this] { context.expire(); });
            expiry.start();
        }

        Mesh::SubjectCounts subjects;
        Fanout fanout;
        IoShard shard;
        Mesh::ShardContext context;
        Front &front;
        QTimer expiry;
    };

    QThread m_thread;
    TaskQueue m_anchor;
    std::unique_ptr<Parts> m_parts;
    quint16 m_port = 0;
};

MeshFixture::MeshFixture(ClusterBus &bus, Mesh::Profile profile, const Mesh::RetainedMessages::Config &retention)
    : m_log({}, m_clock)
    , m_sideDoor([] { return QByteArrayLiteral("embedded"); })
{
    profile.retainedPatterns = retention.patterns;
    if (!profile.verifier) {
        Mesh::TokenVerifier::Config config;
        config.secret = MeshClient::secret();
        profile.verifier = std::make_shared<const Mesh::TokenVerifier>(std::move(config));
    }
    if (!profile.origins.allowsEveryOrigin())
        profile.origins = OriginPolicy({"*"});
    const auto shared = std::make_shared<const Mesh::Profile>(std::move(profile));
    m_core.moveToThread(&m_coreThread);
    m_core.setGathering(true);
    m_coreThread.start();
    runOn(m_core, [&] {
        m_broker = std::make_unique<Broker>(m_clock, m_rng, bus);
        m_desk = std::make_unique<Mesh::ServiceDesk>(*m_broker);
        m_retained = std::make_unique<Mesh::RetainedMessages>(*m_broker, m_clock, counters, retention);
    });
    for (int i = 0; i < 2; ++i) {
        m_shards.push_back(std::make_unique<Shard>(i, *this, shared));
        onCore([&](Broker &broker) { broker.addShard(i, m_shards.back().get()); });
    }
}

MeshFixture::~MeshFixture()
{
    runOn(m_core, [this] { m_core.close(); });
    // Not as a task: those of the batch in which the queue was closed still run, and use the broker.
    std::promise<void> done;
    QMetaObject::invokeMethod(
        &m_core,
        [&] {
            m_retained.reset();
            m_desk.reset();
            m_broker.reset();
            TaskGathering::flush();
            done.set_value();
        },
        Qt::QueuedConnection);
    done.get_future().wait();
    m_shards.clear();
    m_coreThread.quit();
    m_coreThread.wait();
}

QUrl MeshFixture::url(int shard) const
{
    return QUrl(QStringLiteral("ws://127.0.0.1:%1/ws").arg(m_shards[size_t(shard)]->port()));
}

void MeshFixture::onCore(const std::function<void(Broker &)> &act)
{
    runOn(m_core, [&] { act(*m_broker); });
}

void MeshFixture::runOn(TaskQueue &queue, const std::function<void()> &act)
{
    // Not a blocking Qt connection: the thread sanitizer cannot see through those.
    std::promise<void> done;
    queue.post([&] {
        act();
        TaskGathering::flush();
        done.set_value();
    });
    done.get_future().wait();
}

} // namespace Tidegate
