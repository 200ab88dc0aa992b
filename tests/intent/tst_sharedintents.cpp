// SPDX-License-Identifier: MIT
#include "cluster/nats/bus.h"
#include "intent/cluster/node.h"
#include "intent/intentengine.h"
#include "intent/postgres/store.h"
#include "support/natsserver.h"
#include "support/postgresserver.h"
#include "support/tcpproxy.h"
#include "support/waiting.h"

#include <QTest>

using namespace Tidegate;

namespace {

//! Applies at once, and notes under which idempotency keys each intent came.
class CountingBackend final : public BackendAdapter
{
public:
    explicit CountingBackend(QHash<QByteArray, QSet<QByteArray>> &applied)
        : m_applied(applied)
    {
    }
    void applyIntents(ApplyRequest request, Completion<ApplyReply> done) override
    {
        for (const BackendIntent &intent : request.intents)
            m_applied[intent.id].insert(request.idempotencyKey);
        done(ApplyReply{});
    }
    void subscribe(SnapshotRequest, Completion<SnapshotReply>) override {}
    void query(QByteArray, QByteArray, BackendContext, Completion<QByteArray>) override {}
    void health(Completion<QByteArray>) override {}

private:
    QHash<QByteArray, QSet<QByteArray>> &m_applied;
};

struct Services
{
    PostgresServer postgres;
    NatsServer nats;
    QHash<QByteArray, QSet<QByteArray>> applied;
};

//! One gateway as far as intents go, with wires of its own to both servers.
class Node
{
public:
    explicit Node(Services &services)
        : natsWire(services.nats.port())
        , postgresWire(services.postgres.port())
        , backend(services.applied)
        , store(storeConfig(services.postgres.url(postgresWire.port())), queue, rng)
        , engine({}, store, backend, clock, rng)
    {
        NatsBus::Config nats;
        nats.url = "nats://127.0.0.1:" + QByteArray::number(natsWire.port());
        nats.reconnectWaitMs = 50;
        bus = *NatsBus::create(std::move(nats), counters.bus);
        QObject::connect(&engine, &IntentEngine::batchSettled, &engine, [this](const SettledBatchPtr &batch) {
            for (const IntentPtr &intent : batch->intents)
                published.append(intent->id);
        });
        auto contents = store.openToFollow();
        if (!contents)
            qFatal("%s", qPrintable(contents.error().text));
        node = std::make_unique<IntentNode>(IntentNode::Config{"test"},
                                            IntentNode::Services{engine, store, store, *bus, clock, rng, counters});
        node->start(*std::move(contents));
    }
    ~Node() { store.close(); }

    //! Again and again until it is told an outcome.
    void submit(const QByteArray &id)
    {
        IntentSubmission submission;
        submission.drafts.push_back({id, "A", "{}", "{}", {"global"}, {"pending", "replay"}});
        submission.context.site = "default";
        ++waiting;
        engine.submit(std::move(submission), [this, id](const Result<std::vector<IntentOutcome>> &outcomes) {
            --waiting;
            if (outcomes)
                told.insert(id, outcomes->front().seq);
            else
                QTimer::singleShot(20, &engine, [this, id] { submit(id); });
        });
    }

    TcpProxy natsWire;
    TcpProxy postgresWire;
    SystemClock clock;
    SystemRng rng;
    TaskQueue queue;
    NodeCounters counters;
    CountingBackend backend;
    PostgresIntentStore store;
    IntentEngine engine;
    std::unique_ptr<NatsBus> bus;
    std::unique_ptr<IntentNode> node;
    QByteArrayList published;
    QMap<QByteArray, quint64> told;
    int waiting = 0;

private:
    static PostgresIntentStore::Config storeConfig(const QByteArray &address)
    {
        PostgresIntentStore::Config config;
        config.address = address;
        config.lockPatienceMs = 0;
        return config;
    }
};

} // namespace

//! Nodes on a real PostgreSQL and a real NATS server, and what happens when one of them or the way to them is gone.
class TestSharedIntents : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_nodes.clear(); }

    void everyNodePublishesTheSame();
    void aLostLeaderIsReplaced();
    void aNodeThatWasCutOffCatchesUp();
    void aLeaderThatNobodyHearsIsReplaced();
    void aLeaderComesBackToItsDatabase();
    void aNewNodeBeginsWhereTheOthersAre();

private:
    Node *leader() const;
    //! One that does not lead.
    Node &follower() const;
    void submitOnAll(int count);
    void waitUntilAllAreTold();
    void checkThatAllShowTheSame() const;

    Services m_services;
    std::vector<std::unique_ptr<Node>> m_nodes;
    QSet<QByteArray> m_submitted;
    QMap<QByteArray, quint64> m_toldBefore; //!< by nodes that are gone
    int m_next = 0;
};

void TestSharedIntents::initTestCase()
{
    if (!PostgresServer::isInstalled() || !NatsServer::isInstalled())
        QSKIP("PostgreSQL or nats-server is not installed");
    QVERIFY(m_services.postgres.start());
    QVERIFY(m_services.nats.start());
}

void TestSharedIntents::init()
{
    QVERIFY(m_services.postgres.clear());
    m_services.applied.clear();
    m_submitted.clear();
    m_toldBefore.clear();
    for (int i = 0; i < 3; ++i)
        m_nodes.push_back(std::make_unique<Node>(m_services));
    QTRY_VERIFY_WITH_TIMEOUT(leader(), WaitMs);
}

Node *TestSharedIntents::leader() const
{
    for (const auto &node : m_nodes) {
        if (node->node->isLeading())
            return node.get();
    }
    return nullptr;
}

Node &TestSharedIntents::follower() const
{
    const auto found =
        std::find_if(m_nodes.begin(), m_nodes.end(), [](const auto &node) { return !node->node->isLeading(); });
    return **found;
}

void TestSharedIntents::submitOnAll(int count)
{
    for (int i = 0; i < count; ++i) {
        const QByteArray id = "it-" + QByteArray::number(1'000 + m_next++);
        m_submitted.insert(id);
        m_nodes[size_t(i) % m_nodes.size()]->submit(id);
    }
}

void TestSharedIntents::waitUntilAllAreTold()
{
    const auto toldCount = [this] {
        qsizetype count = m_toldBefore.size();
        for (const auto &node : m_nodes)
            count += node->told.size();
        return count;
    };
    QTRY_COMPARE_WITH_TIMEOUT(toldCount(), m_submitted.size(), 2 * WaitMs);
}

void TestSharedIntents::checkThatAllShowTheSame() const
{
    for (const auto &node : m_nodes) {
        QTRY_COMPARE_WITH_TIMEOUT(node->published.size(), m_submitted.size(), WaitMs);
        QCOMPARE(node->published, m_nodes.front()->published);
        QCOMPARE(QSet<QByteArray>(node->published.begin(), node->published.end()), m_submitted);
        QCOMPARE(node->engine.headSeq(), m_nodes.front()->engine.headSeq());
        QCOMPARE(node->engine.epoch(), m_nodes.front()->engine.epoch());
        for (auto told = node->told.begin(); told != node->told.end(); ++told)
            QVERIFY(node->engine.seqOf("default", told.key()) == told.value());
    }
    for (const QByteArray &id : m_submitted)
        QCOMPARE(m_services.applied.value(id).size(), 1);
}

void TestSharedIntents::everyNodePublishesTheSame()
{
    submitOnAll(300);
    waitUntilAllAreTold();
    checkThatAllShowTheSame();
    QCOMPARE(m_services.postgres.ask("SELECT count(*) FROM tidegate.intents"), "300");
    QCOMPARE(m_services.postgres.ask("SELECT count(*) FROM tidegate.inbox"), "0");
}

void TestSharedIntents::aLostLeaderIsReplaced()
{
    submitOnAll(100);
    QTRY_VERIFY(!follower().told.isEmpty());
    const auto gone =
        std::find_if(m_nodes.begin(), m_nodes.end(), [](const auto &node) { return node->node->isLeading(); });
    const std::unique_ptr<Node> lost = std::move(*gone);
    m_nodes.erase(gone);
    lost->natsWire.cut(); // it can say nothing any more, and its session ends
    lost->postgresWire.cut();
    m_toldBefore = lost->told;
    for (const QByteArray &id : std::as_const(m_submitted)) {
        if (!lost->told.contains(id) && !m_nodes[0]->told.contains(id) && !m_nodes[1]->told.contains(id))
            m_nodes[0]->submit(id); // its clients come to another node
    }
    QTRY_VERIFY_WITH_TIMEOUT(leader(), WaitMs);
    submitOnAll(100);
    QTRY_COMPARE_WITH_TIMEOUT(m_nodes[0]->waiting + m_nodes[1]->waiting, 0, 2 * WaitMs);
    QVERIFY(m_nodes[0]->told.size() + m_nodes[1]->told.size() + m_toldBefore.size() >= m_submitted.size());
    checkThatAllShowTheSame();
    for (auto told = m_toldBefore.begin(); told != m_toldBefore.end(); ++told)
        QVERIFY(m_nodes[0]->engine.seqOf("default", told.key()) == told.value());
}

void TestSharedIntents::aNodeThatWasCutOffCatchesUp()
{
    submitOnAll(30);
    waitUntilAllAreTold();
    Node &cut = follower();
    cut.natsWire.cut();
    QTRY_COMPARE_WITH_TIMEOUT(cut.bus->state(), BusState::Lost, WaitMs);
    Node *leading = leader();
    submitOnAll(90);
    QTRY_COMPARE_WITH_TIMEOUT(leading->waiting, 0, WaitMs);
    QVERIFY(cut.waiting > 0);
    QVERIFY(cut.published.size() < leading->published.size());
    cut.natsWire.heal();
    waitUntilAllAreTold();
    checkThatAllShowTheSame();
    QCOMPARE(leader(), leading);
}

void TestSharedIntents::aLeaderThatNobodyHearsIsReplaced()
{
    submitOnAll(30);
    waitUntilAllAreTold();
    Node *cut = leader();
    cut->natsWire.cut();
    submitOnAll(60);
    QTRY_VERIFY_WITH_TIMEOUT(leader() && leader() != cut, WaitMs);
    cut->natsWire.heal();
    waitUntilAllAreTold();
    checkThatAllShowTheSame();
    QVERIFY(!cut->node->isLeading());
}

void TestSharedIntents::aLeaderComesBackToItsDatabase()
{
    submitOnAll(30);
    waitUntilAllAreTold();
    Node *leading = leader();
    leading->postgresWire.cut();
    submitOnAll(60);
    QTest::qWait(500);
    leading->postgresWire.heal();
    waitUntilAllAreTold();
    checkThatAllShowTheSame();
    QCOMPARE(leader(), leading);
}

void TestSharedIntents::aNewNodeBeginsWhereTheOthersAre()
{
    submitOnAll(60);
    waitUntilAllAreTold();
    m_nodes.push_back(std::make_unique<Node>(m_services));
    Node &late = *m_nodes.back();
    QCOMPARE(late.engine.headSeq(), leader()->engine.headSeq());
    QCOMPARE(late.engine.storedCount(), 60);
    const QByteArray before = *m_submitted.begin();
    late.submit(before);
    late.submit("late");
    QTRY_COMPARE_WITH_TIMEOUT(late.told.size(), 2, WaitMs);
    QCOMPARE(late.published, QByteArrayList{"late"});
    QVERIFY(late.engine.seqOf("default", before) == late.told.value(before));
    QTRY_COMPARE_WITH_TIMEOUT(m_nodes.front()->published.size(), 61, WaitMs);
}

QTEST_GUILESS_MAIN(TestSharedIntents)
#include "tst_sharedintents.moc"
