// SPDX-License-Identifier: MIT
#pragma once

#include "intent/cluster/node.h"
#include "intent/enginefixture.h"

namespace Tidegate {

//! A broker in memory: messages arrive at the others in order, in a later turn; a node can be cut off.
class TestBroker
{
public:
    class Bus final : public ClusterBus
    {
    public:
        explicit Bus(TestBroker &broker)
            : m_broker(broker)
        {
            broker.m_buses.push_back(this);
        }
        ~Bus() override { std::erase(m_broker.m_buses, this); }
        void open(BusReceiver &receiver) override { m_receiver = &receiver; }
        void subscribe(const QByteArray &pattern) override { m_patterns.append(pattern); }
        void unsubscribe(const QByteArray &pattern) override { m_patterns.removeAll(pattern); }
        Result<void> publish(const BusMessage &message) override
        {
            if (m_state == BusState::Connected)
                m_broker.publish(*this, message);
            return {};
        }
        BusState state() const override { return m_state; }
        void setState(BusState state)
        {
            m_state = state;
            m_receiver->busStateChanged(state);
        }
        //! The next messages that come for \p pattern are lost.
        void lose(int messages) { m_toLose = messages; }

    private:
        friend class TestBroker;
        void take(const BusMessage &message)
        {
            for (const QByteArray &pattern : QByteArrayList(m_patterns)) {
                const bool isBelow = pattern.endsWith('*') && message.subject.startsWith(pattern.chopped(1));
                if (m_state == BusState::Connected && (isBelow || pattern == message.subject))
                    deliver(pattern, message);
            }
        }
        void deliver(const QByteArray &pattern, const BusMessage &message)
        {
            if (m_toLose > 0 && pattern.endsWith(".log"))
                --m_toLose;
            else
                m_receiver->busMessage(pattern, message);
        }

        TestBroker &m_broker;
        BusReceiver *m_receiver = nullptr;
        QByteArrayList m_patterns;
        BusState m_state = BusState::Connected;
        int m_toLose = 0;
    };

private:
    void publish(Bus &from, const BusMessage &message)
    {
        m_queue.post([this, &from, message] {
            for (Bus *bus : std::vector(m_buses)) {
                if (bus != &from)
                    bus->take(message);
            }
        });
    }

    TaskQueue m_queue;
    std::vector<Bus *> m_buses;
};

//! A database in memory that nodes share: one may write at a time.
class TestDatabase
{
public:
    TestDatabase()
        : m_store(m_queue, m_rng)
    {
        (void)m_store.open();
    }

    class Store final : public IntentStore, public SharedStore
    {
    public:
        explicit Store(TestDatabase &database)
            : m_database(database)
        {
        }
        ~Store() override { close(); }
        Result<StoreContents> open() override { return m_database.m_store.open(); }
        Result<StoreContents> openToFollow() override { return m_database.contents(); }
        void write(StoreWrite write, std::function<void(Result<void>)> done) override
        {
            if (m_database.m_leader == this) {
                m_database.m_store.write(std::move(write), std::move(done));
                return;
            }
            m_database.m_queue.post([this, done = std::move(done)] {
                done(Error{ErrorCode::Unavailable, QStringLiteral("another gateway leads"), true});
                m_deposed();
            });
        }
        void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override
        {
            ++m_database.reads;
            m_database.m_store.read(std::move(query), std::move(done));
        }
        void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override
        {
            m_database.m_store.countReasons(std::move(done));
        }
        void close() override { resign(); }
        void tryToLead(std::function<void(Result<Leadership>)> done) override
        {
            m_database.m_queue.post([this, done = std::move(done)] {
                if (m_database.m_leader) {
                    done(Error{ErrorCode::Conflict, QStringLiteral("somebody else leads"), true});
                    return;
                }
                m_database.m_leader = this;
                done(Leadership{m_database.contents(), ++m_database.m_term});
            });
        }
        void resign() override
        {
            if (m_database.m_leader == this)
                m_database.m_leader = nullptr;
        }
        void setDeposedHandler(std::function<void()> deposed) override { m_deposed = std::move(deposed); }

    private:
        TestDatabase &m_database;
        std::function<void()> m_deposed;
    };

    int reads = 0;

private:
    StoreContents contents()
    {
        auto contents = m_store.open();
        return *std::move(contents);
    }

    TaskQueue m_queue;
    SystemRng m_rng;
    MemoryIntentStore m_store;
    Store *m_leader = nullptr;
    qint64 m_term = 0;
};

//! One gateway of several, as far as intents go.
class NodeFixture
{
public:
    NodeFixture(TestBroker &broker, TestDatabase &database, FakeClock &clock)
        : bus(broker)
        , store(database)
        , engine(engineConfig(), store, backend, clock, rng)
    {
        QObject::connect(&engine, &IntentEngine::batchSettled, &engine, [this](const SettledBatchPtr &batch) {
            for (const IntentPtr &intent : batch->intents)
                published.append(intent->id);
        });
        QObject::connect(&engine, &IntentEngine::intentAmended, &engine,
                         [this](AmendKind, const IntentPtr &intent, const QByteArray &reason) {
                             published.append(reason + ' ' + intent->id);
                         });
        node = std::make_unique<IntentNode>(IntentNode::Config{"test"},
                                            IntentNode::Services{engine, store, store, bus, clock, rng, counters});
        QObject::connect(node.get(), &IntentNode::dialectActArrived, node.get(),
                         [this](const QByteArray &act) { acts.append(act); });
        QObject::connect(node.get(), &IntentNode::actsMissed, node.get(), [this] { ++missed; });
        node->start(*store.openToFollow());
    }

    SubmittedPtr submit(const QByteArrayList &ids)
    {
        IntentSubmission submission;
        for (const QByteArray &id : ids)
            submission.drafts.push_back({id, "A", "{}", R"({"clock":1})", {"global"}, {"pending", "replay"}});
        submission.context.site = "default";
        auto submitted = std::make_shared<Submitted>();
        engine.submit(std::move(submission), [submitted](Result<std::vector<IntentOutcome>> result) {
            ++submitted->completions;
            submitted->result = std::move(result);
        });
        return submitted;
    }
    void answerAll()
    {
        for (; answered < backend.calls.size(); ++answered)
            backend.answer(answered);
    }

    SystemRng rng;
    NodeCounters counters;
    HeldBackend backend;
    TestBroker::Bus bus;
    TestDatabase::Store store;
    IntentEngine engine;
    std::unique_ptr<IntentNode> node;
    QByteArrayList published;
    QByteArrayList acts;
    int missed = 0;
    size_t answered = 0;

private:
    static IntentEngine::Config engineConfig()
    {
        IntentEngine::Config config;
        config.rowText = [](const Intent &intent) { return "{\"id\":\"" + intent.id + "\"}"; };
        return config;
    }
};

} // namespace Tidegate
