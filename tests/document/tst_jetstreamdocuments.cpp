// SPDX-License-Identifier: MIT
#include "document/jetstream/store.h"
#include "support/natsserver.h"
#include "support/tcpproxy.h"
#include "support/waiting.h"

#include <QTest>

#include <optional>

using namespace Tidegate;

namespace {

//! A store that leads when it is told to, and what became of its writes.
class OpenStore
{
public:
    OpenStore(JetStreamDocumentStore::Config config, TaskQueue &queue)
        : store(std::move(config), queue)
    {
        SharedDocumentStore::Events events;
        events.termBegan = [this](bool isThis) { isLeading = isThis; };
        events.deposed = [this](const char *) { isLeading = false; };
        events.written = [this](const DocumentWrite &write) { followed.append(documentId(write)); };
        store.setEvents(std::move(events));
    }
    bool open()
    {
        auto contents = store.open(100);
        if (!contents)
            error = contents.error().text;
        return contents.has_value();
    }
    bool lead()
    {
        return QTest::qWaitFor(
            [this] {
                store.tryToLead();
                return isLeading;
            },
            WaitMs);
    }
    //! "+" or the error's text, in the order of the writes.
    void write(DocumentWrite write)
    {
        store.write(std::move(write), [this](const Result<void> &done) {
            outcomes.append(done ? QStringLiteral("+") : done.error().text);
            codes.push_back(done ? std::nullopt : std::optional(done.error().code));
        });
    }

    QString error;
    QStringList outcomes;
    std::vector<std::optional<ErrorCode>> codes;
    QByteArrayList followed;
    bool isLeading = false;
    JetStreamDocumentStore store;
};

} // namespace

//! What the store on JetStream promises besides the contract of all: fences, bounds, and what its server can do to it.
class TestJetStreamDocuments : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void aServerThatIsNotThereIsNamed();
    void aServerWithoutJetStreamIsRefused();
    void aStreamWithOtherMessagesIsRefused();
    void whoDoesNotLeadWritesNothing();
    void whoseLeaseEndedIsDeposedAndWritesNothing();
    void whatFollowsARefusedWriteIsRefusedThoughItsPlaceIsRight();
    void aStateThatTheBrokerDoesNotTakeIsRefusedByItsLimit();
    void writesUnderWayHaveABound();
    void removalsUnderWayHaveABound();
    void aWriteWhoseAnswerIsLostIsLookedUp();
    void aWriteThatDidNotArriveIsKnownNotTo();
    void epochsAreNeverGivenTwice();

private:
    JetStreamDocumentStore::Config config(const QByteArray &node, const QByteArray &url = {}) const
    {
        JetStreamDocumentStore::Config made;
        made.url = url.isEmpty() ? m_nats.url() : url;
        made.name = m_deployment;
        made.node = node;
        made.leaseMs = 600;
        made.logBytes = 4 * 1024 * 1024;
        made.reconnectWaitMs = 50;
        return made;
    }

    NatsServer m_nats;
    TaskQueue m_queue;
    QByteArray m_deployment;
    int m_deployments = 0;
};

void TestJetStreamDocuments::initTestCase()
{
    if (!NatsServer::isInstalled())
        QSKIP("nats-server is not installed");
    m_nats.keepStreams();
    m_nats.setMaxPayload(64 * 1024);
    QVERIFY(m_nats.start());
}

void TestJetStreamDocuments::init()
{
    m_deployment = "s" + QByteArray::number(++m_deployments);
}

void TestJetStreamDocuments::aServerThatIsNotThereIsNamed()
{
    NatsServer gone;
    QVERIFY(gone.start());
    gone.kill();
    OpenStore store(config("a", gone.url()), m_queue);
    QVERIFY(!store.open());
    QVERIFY2(store.error.contains(QStringLiteral("the NATS server cannot be reached")), qPrintable(store.error));
}

void TestJetStreamDocuments::aServerWithoutJetStreamIsRefused()
{
    NatsServer plain;
    QVERIFY(plain.start());
    OpenStore store(config("a", plain.url()), m_queue);
    QVERIFY(!store.open());
    QVERIFY2(store.error.contains(QStringLiteral("they need a NATS server with JetStream (nats-server -js)")),
             qPrintable(store.error));
}

void TestJetStreamDocuments::aStreamWithOtherMessagesIsRefused()
{
    {
        OpenStore first(config("a"), m_queue);
        QVERIFY(first.open());
    }
    natsConnection *connection = nullptr;
    QCOMPARE(natsConnection_ConnectTo(&connection, m_nats.url().constData()), NATS_OK);
    const QByteArray subject = LogNames(m_deployment).document("d");
    natsConnection_PublishString(connection, subject.constData(), "something else");
    natsConnection_Flush(connection);
    natsConnection_Destroy(connection);
    OpenStore second(config("b"), m_queue);
    QVERIFY(!second.open());
    QVERIFY2(second.error.contains(QString::fromUtf8(LogNames(m_deployment).log())), qPrintable(second.error));
}

void TestJetStreamDocuments::whoDoesNotLeadWritesNothing()
{
    OpenStore store(config("a"), m_queue);
    QVERIFY(store.open());
    store.write(CreateDocument{"d", 1, "0", 10});
    QTRY_COMPARE(store.outcomes.size(), 1);
    QVERIFY(store.codes.front() == ErrorCode::Cancelled);
}

void TestJetStreamDocuments::whoseLeaseEndedIsDeposedAndWritesNothing()
{
    OpenStore old(config("a"), m_queue);
    QVERIFY(old.open());
    QVERIFY(old.lead());
    old.write(CreateDocument{"d", 1, "0", 10});
    QTRY_COMPARE(old.outcomes, QStringList{QStringLiteral("+")});
    OpenStore heir(config("b"), m_queue);
    QVERIFY(heir.open());
    QVERIFY(heir.lead()); // the other one did not renew its lease
    QTRY_VERIFY(!old.isLeading);
    old.write(ReplaceState{"d", 1, 2, "\"late\"", 20});
    heir.write(ReplaceState{"d", 1, 2, "\"now\"", 20});
    QTRY_COMPARE(heir.outcomes, QStringList{QStringLiteral("+")});
    QTRY_COMPARE(old.outcomes.size(), 2);
    QVERIFY(old.codes.back() == ErrorCode::Cancelled);
    QTRY_COMPARE(old.followed, QByteArrayList{"d"});
}

void TestJetStreamDocuments::whatFollowsARefusedWriteIsRefusedThoughItsPlaceIsRight()
{
    const LogNames names(m_deployment);
    int refused = 0;
    LogLine::Events events;
    events.refused = [&refused](quint64 term, const QString &) { refused += term == 1 ? 1 : 0; };
    events.connected = [](bool, qint64) {};
    events.leaseLost = [] {};
    events.purged = [](int, bool) {};
    auto line = LogLine::open({m_nats.url(), names, "a", 128, 4 * 1024 * 1024, 5'000, 50}, m_queue, std::move(events));
    QVERIFY(line);
    (*line)->tryToLead(0); // its term is 1
    // Another one's takes the place of the write that is on its way.
    const QByteArray other = encode(TermBegins{"b"});
    natsConnection *connection = (*line)->connection();
    natsConnection_Publish(connection, names.terms().constData(), other.constData(), int(other.size()));
    const QByteArray write = encode(LoggedWrite{1, 0, 10, 0, CreateDocument{"d", 1, "0", 10}});
    (*line)->publish(names.document("d"), write, 1, 1);
    (*line)->publish(names.document("d"), write, 2, 1);
    QTRY_COMPARE(refused, 2);
    line->reset();
}

void TestJetStreamDocuments::aStateThatTheBrokerDoesNotTakeIsRefusedByItsLimit()
{
    OpenStore store(config("a"), m_queue);
    QVERIFY(store.open());
    QVERIFY(store.lead());
    store.write(CreateDocument{"d", 1, '"' + QByteArray(70'000, 'x') + '"', 10});
    store.write(CreateDocument{"e", 2, "0", 10});
    QTRY_COMPARE(store.outcomes.size(), 2);
    QVERIFY(store.codes.front() == ErrorCode::TooLarge);
    QVERIFY2(store.outcomes.front().contains(QStringLiteral("max_payload is 65536 bytes")),
             qPrintable(store.outcomes.front()));
    QCOMPARE(store.outcomes.back(), QStringLiteral("+"));
}

void TestJetStreamDocuments::writesUnderWayHaveABound()
{
    auto bounded = config("a");
    bounded.inFlightBytes = 100'000;
    OpenStore store(bounded, m_queue);
    QVERIFY(store.open());
    QVERIFY(store.lead());
    for (quint64 i = 0; i < 10; ++i)
        store.write(CreateDocument{"d" + QByteArray::number(i), 1 + i, '"' + QByteArray(30'000, 'x') + '"', 10});
    QTRY_COMPARE(store.outcomes.size(), 10);
    QCOMPARE(store.outcomes.count(QStringLiteral("+")), 3);
    QVERIFY(store.codes.back() == ErrorCode::Unavailable);
    store.write(CreateDocument{"again", 20, "0", 10});
    QTRY_COMPARE(store.outcomes.size(), 11);
    QCOMPARE(store.outcomes.back(), QStringLiteral("+"));
}

void TestJetStreamDocuments::removalsUnderWayHaveABound()
{
    constexpr int Most = JetStreamDocumentStore::MaxRemovals;
    OpenStore store(config("a"), m_queue);
    QVERIFY(store.open());
    QVERIFY(store.lead());
    for (int i = 0; i <= Most; ++i)
        store.write(CreateDocument{QByteArray::number(i), quint64(1 + i), "0", 10});
    for (int i = 0; i <= Most; ++i)
        store.write(RemoveDocument{QByteArray::number(i), quint64(1 + i)});
    QTRY_COMPARE(store.outcomes.size(), 2 * (Most + 1));
    QCOMPARE(store.outcomes.count(QStringLiteral("+")), 2 * (Most + 1) - 1);
    QVERIFY(store.codes.back() == ErrorCode::Unavailable);
    // They are cleared away behind them.
    QVERIFY(QTest::qWaitFor(
        [&] {
            store.write(RemoveDocument{QByteArray::number(Most), quint64(1 + Most)});
            const qsizetype count = store.outcomes.size();
            return QTest::qWaitFor([&] { return store.outcomes.size() > count; }, WaitMs) &&
                   store.outcomes.back() == QStringLiteral("+");
        },
        WaitMs));
}

void TestJetStreamDocuments::aWriteWhoseAnswerIsLostIsLookedUp()
{
    TcpProxy wire(m_nats.port());
    OpenStore store(config("a", "nats://127.0.0.1:" + QByteArray::number(wire.port())), m_queue);
    QVERIFY(store.open());
    QVERIFY(store.lead());
    store.write(CreateDocument{"d", 1, "0", 10});
    QTRY_COMPARE(store.outcomes.size(), 1);
    wire.cutAt("needle", TcpProxy::Moment::BeforeItsAnswer);
    store.write(ReplaceState{"d", 1, 2, "\"needle\"", 20});
    QTRY_COMPARE(wire.cutsAt(), 1);
    QVERIFY(store.lead());
    QTRY_COMPARE(store.outcomes.size(), 2);
    QCOMPARE(store.outcomes.back(), QStringLiteral("+"));
    store.write(ReplaceState{"d", 1, 3, "1", 30});
    QTRY_COMPARE(store.outcomes.size(), 3);
    QCOMPARE(store.outcomes.back(), QStringLiteral("+"));
}

void TestJetStreamDocuments::aWriteThatDidNotArriveIsKnownNotTo()
{
    TcpProxy wire(m_nats.port());
    OpenStore store(config("a", "nats://127.0.0.1:" + QByteArray::number(wire.port())), m_queue);
    QVERIFY(store.open());
    QVERIFY(store.lead());
    store.write(CreateDocument{"d", 1, "0", 10});
    QTRY_COMPARE(store.outcomes.size(), 1);
    wire.cutAt("needle", TcpProxy::Moment::BeforeItArrives);
    store.write(ReplaceState{"d", 1, 2, "\"needle\"", 20});
    QTRY_VERIFY_WITH_TIMEOUT(!store.isLeading, WaitMs);
    QCOMPARE(store.outcomes.size(), 1); // nobody knows yet
    QVERIFY(store.lead());
    QTRY_COMPARE(store.outcomes.size(), 2);
    QVERIFY(store.codes.back() == ErrorCode::Cancelled);
    store.write(ReplaceState{"d", 1, 2, "1", 30});
    QTRY_COMPARE(store.outcomes.size(), 3);
    QCOMPARE(store.outcomes.back(), QStringLiteral("+"));
}

//! Also if the numbers went ahead of the messages because documents were refused.
void TestJetStreamDocuments::epochsAreNeverGivenTwice()
{
    {
        OpenStore store(config("a"), m_queue);
        QVERIFY(store.open());
        QVERIFY(store.lead());
        store.write(CreateDocument{"d", 1'000, "0", 10});
        store.write(RemoveDocument{"d", 1'000});
        QTRY_COMPARE(store.outcomes.size(), 2);
    }
    OpenStore store(config("b"), m_queue);
    const auto contents = store.store.open(100);
    QVERIFY(contents);
    QVERIFY(contents->documents.empty());
    QVERIFY(contents->lastEpoch >= 1'000);
}

QTEST_GUILESS_MAIN(TestJetStreamDocuments)
#include "tst_jetstreamdocuments.moc"
