// SPDX-License-Identifier: MIT
#include "fault/intentpump.h"
#include "fault/logreader.h"
#include "fault/threenodes.h"
#include "fault/watcher.h"
#include "support/waiting.h"

#include <memory>
#include <vector>

using namespace Tidegate;

//! Several gateways that decide as one: whatever node a client is on, it sees the same log and the same events, while
//! the node that leads is killed and another one is cut off.
class TestThreeNodes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyNodeShowsTheSame();
    void intentsSurviveTheLeaderAndACut();

private:
    struct Writer
    {
        std::unique_ptr<IntentPump> pump;
        int node;
    };
    bool publishIsland(int node);
    void startWriters(int perNode);
    qsizetype toldOn(int node) const;
    void waitForProgress(int node, qsizetype more);
    void moveWriters(int from, int to);
    void checkWatchers(const StoredLog &log, int dead);

    ThreeNodes m_nodes;
    std::vector<Writer> m_writers;
    std::vector<std::pair<std::unique_ptr<Watcher>, int>> m_watchers;
    int m_writersMade = 0;
};

void TestThreeNodes::initTestCase()
{
    if (!PostgresServer::isInstalled() || !NatsServer::isInstalled())
        QSKIP("PostgreSQL or nats-server is not installed");
    QVERIFY(m_nodes.start());
    QVERIFY(m_nodes.waitForLeader());
}

//! Writes, islands, amendments and the backend's events, each by way of a node that does not lead.
void TestThreeNodes::everyNodeShowsTheSame()
{
    const int leader = *m_nodes.waitForLeader();
    const int follower = (leader + 1) % ThreeNodes::Count;
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (int node = 0; node < ThreeNodes::Count; ++node) {
        watchers.push_back(std::make_unique<Watcher>());
        watchers.back()->start(m_nodes.gateway(node).webSocketUrl(QStringLiteral("role=follower")));
        QTRY_VERIFY_WITH_TIMEOUT(watchers.back()->isSubscribed(), WaitMs);
    }
    const auto haveAllSeen = [&watchers](size_t rows) {
        return std::all_of(watchers.begin(), watchers.end(),
                           [rows](const auto &watcher) { return watcher->seqs().size() == rows; });
    };
    WsClient writer;
    QVERIFY(writer.join(m_nodes.gateway(follower).webSocketUrl()));
    const QJsonObject intents =
        batch({entry("first-0001", "TODO_CREATE", "{}", R"({"clock":1,"undo":{"intent":"TODO_DELETE","payload":1}})")});
    const QJsonObject ack = writer.ask(intents, QStringLiteral("ack"));
    QCOMPARE(column(arrayAt(ack, "intents"), "status"), QByteArrayList{"acked"});
    QTRY_VERIFY_WITH_TIMEOUT(haveAllSeen(1), WaitMs);
    const QJsonObject again = writer.ask(intents, QStringLiteral("ack"));
    QCOMPARE(column(arrayAt(again, "intents"), "logSeq"), column(arrayAt(ack, "intents"), "logSeq"));

    for (int node = 0; node < ThreeNodes::Count; ++node) {
        HttpClient anyone(m_nodes.gateway(node).url(QStringLiteral("/")));
        const QByteArray role = node == leader ? "leads" : "follows";
        QTRY_COMPARE_WITH_TIMEOUT(textAt(anyone.get(QStringLiteral("/health")).json(), "node"), role, WaitMs);
    }

    HttpClient staff(m_nodes.gateway(follower).url(QStringLiteral("/")));
    staff.setToken(m_nodes.gateway(follower).mintToken("staff"));
    const HttpAnswer event =
        staff.send("POST", QStringLiteral("/internal/backend/events"),
                   R"({"events":[{"reason":"pushed","site":"default","intents":[{"id":"pushed-0001",)"
                   R"("intent":"TODO_CREATE","payload":{}}]}]})",
                   {{"Content-Type", "application/json"}});
    QCOMPARE(event.status, 202);
    QTRY_VERIFY_WITH_TIMEOUT(haveAllSeen(2), WaitMs);
    const HttpAnswer undo =
        staff.send("POST", QStringLiteral("/optimistic/undo"),
                   R"({"id":"first-0001","intent":"TODO_DELETE","payload":1})", {{"Content-Type", "application/json"}});
    QCOMPARE(undo.status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(haveAllSeen(3), WaitMs);
    QVERIFY(publishIsland(follower));
    for (const auto &watcher : watchers)
        QTRY_COMPARE_WITH_TIMEOUT(watcher->islands().size(), 1, WaitMs);
    QCOMPARE(watchers[0]->islands(), watchers[1]->islands());
    QCOMPARE(watchers[1]->islands(), watchers[2]->islands());

    // Whoever comes back to another node goes on exactly where it was.
    for (int node = 0; node < ThreeNodes::Count; ++node) {
        WsClient client;
        QVERIFY(client.open(m_nodes.gateway(node).webSocketUrl(QStringLiteral("role=leader&cursor=1"))));
        const QJsonObject replay = client.next(QStringLiteral("replay"));
        QCOMPARE(column(arrayAt(replay, "intents"), "id"), (QByteArrayList{"pushed-0001", "first-0001"}));
        QVERIFY(!hasAt(replay, "gapReason"));
    }
}

//! As a backend does.
bool TestThreeNodes::publishIsland(int node)
{
    HttpClient staff(m_nodes.gateway(node).url(QStringLiteral("/")));
    staff.setToken(m_nodes.gateway(node).mintToken("staff"));
    return staff
               .send("POST", QStringLiteral("/internal/backend/events"),
                     R"({"events":[{"islandId":"product-inventory","reason":"stock"}]})",
                     {{"Content-Type", "application/json"}})
               .status == 202;
}

void TestThreeNodes::startWriters(int perNode)
{
    for (int node = 0; node < ThreeNodes::Count; ++node) {
        for (int i = 0; i < perNode; ++i) {
            m_writers.push_back(
                {std::make_unique<IntentPump>("w" + QByteArray::number(m_writersMade++) + '-',
                                              QByteArrayList{"TODO_CREATE", "TODO_CREATE", "TODO_REJECT"}),
                 node});
            m_writers.back().pump->setBatchesInFlight(1);
            m_writers.back().pump->start(m_nodes.gateway(node).webSocketUrl());
        }
    }
}

qsizetype TestThreeNodes::toldOn(int node) const
{
    qsizetype count = 0;
    for (const Writer &writer : m_writers)
        count += writer.node == node ? writer.pump->told().size() : 0;
    return count;
}

void TestThreeNodes::waitForProgress(int node, qsizetype more)
{
    const qsizetype wanted = toldOn(node) + more;
    QTRY_VERIFY_WITH_TIMEOUT(toldOn(node) >= wanted, 3 * WaitMs);
}

//! Clients of a node that is gone take what they were not told about to another one.
void TestThreeNodes::moveWriters(int from, int to)
{
    const size_t count = m_writers.size();
    for (size_t i = 0; i < count; ++i) {
        if (m_writers[i].node != from)
            continue;
        QTRY_VERIFY_WITH_TIMEOUT(m_writers[i].pump->isEnded(), WaitMs);
        auto pump = std::make_unique<IntentPump>("w" + QByteArray::number(m_writersMade++) + '-',
                                                 QByteArrayList{"TODO_CREATE"});
        pump->setBatchesInFlight(1);
        pump->resend(m_writers[i].pump->unanswered());
        pump->start(m_nodes.gateway(to).webSocketUrl());
        m_writers.push_back({std::move(pump), to});
    }
}

//! Each was woken for every acked row behind its first one, once and in order.
void TestThreeNodes::checkWatchers(const StoredLog &log, int dead)
{
    std::vector<quint64> acked;
    for (const IntentPump::Told &row : log.rows) {
        if (row.status == "acked")
            acked.push_back(row.logSeq);
    }
    std::sort(acked.begin(), acked.end());
    for (const auto &[watcher, node] : m_watchers) {
        if (node == dead)
            continue;
        QVERIFY(watcher->isOpen());
        QTRY_VERIFY_WITH_TIMEOUT(!watcher->seqs().empty() && watcher->seqs().back() == acked.back(), WaitMs);
        const auto first = std::lower_bound(acked.begin(), acked.end(), watcher->seqs().front());
        const std::vector<quint64> expected(first, acked.end());
        QCOMPARE(watcher->seqs().size(), expected.size());
        QVERIFY(watcher->seqs() == expected);
        QTRY_COMPARE_WITH_TIMEOUT(watcher->islands().size(), 1, WaitMs); // told while one of the nodes was cut off
    }
}

void TestThreeNodes::intentsSurviveTheLeaderAndACut()
{
    for (int i = 0; i < 7 * ThreeNodes::Count; ++i) {
        const int node = i % ThreeNodes::Count;
        m_watchers.emplace_back(std::make_unique<Watcher>(), node);
        m_watchers.back().first->start(m_nodes.gateway(node).webSocketUrl(QStringLiteral("role=follower")));
        QTRY_VERIFY_WITH_TIMEOUT(m_watchers.back().first->isSubscribed(), WaitMs);
    }
    startWriters(60);
    for (int node = 0; node < ThreeNodes::Count; ++node)
        waitForProgress(node, 100);

    const int killed = *m_nodes.waitForLeader();
    const qint64 term = m_nodes.term();
    m_nodes.gateway(killed).kill();
    const auto next = m_nodes.waitForLeader(term);
    QVERIFY(next);
    const int other = ThreeNodes::Count - killed - *next;
    moveWriters(killed, other);
    waitForProgress(*next, 100);
    waitForProgress(other, 100);

    m_nodes.wire(other).cut();
    QVERIFY(publishIsland(*next));
    waitForProgress(*next, 200);
    const qsizetype toldBehindTheCut = toldOn(other);
    m_nodes.wire(other).heal();
    waitForProgress(other, 100);
    QVERIFY(toldOn(other) > toldBehindTheCut);
    QVERIFY(!m_nodes.gateway(*next).errorText().contains("leads no more"));
    QVERIFY(m_nodes.gateway(other).errorText().contains("messages of the leader missed"));

    for (const Writer &writer : m_writers)
        writer.pump->pause();
    for (const Writer &writer : m_writers) {
        if (writer.node != killed)
            QTRY_VERIFY_WITH_TIMEOUT(writer.pump->isIdle(), 2 * WaitMs);
    }
    StoredLog logs[2];
    for (const int node : {*next, other}) {
        WsClient reader;
        QVERIFY(reader.join(m_nodes.gateway(node).webSocketUrl(QStringLiteral("role=follower"))));
        StoredLog &log = logs[node == other];
        log.readOn(reader);
        QVERIFY2(log.complaint.isEmpty(), log.complaint.constData());
    }
    QCOMPARE(logs[0].rows.size(), logs[1].rows.size());
    QCOMPARE(logs[0].rows, logs[1].rows);
    const QJsonObject applied = m_nodes.backend().calls().value(QLatin1String("applied")).toObject();
    for (const Writer &writer : m_writers) {
        for (auto told = writer.pump->told().begin(); told != writer.pump->told().end(); ++told) {
            QVERIFY2(logs[0].rows.contains(told.key()), told.key().constData());
            QCOMPARE(logs[0].rows[told.key()], told.value());
        }
        for (auto sent = writer.pump->sent().begin(); sent != writer.pump->sent().end(); ++sent) {
            QVERIFY2(logs[0].rows.contains(sent.key()), sent.key().constData());
            QCOMPARE(applied.value(QString::fromLatin1(sent.key())).toInt(), 1);
        }
    }
    checkWatchers(logs[0], killed);
    qInfo("%lld intents", qint64(logs[0].rows.size()));
}

QTEST_GUILESS_MAIN(TestThreeNodes)
#include "tst_threenodes.moc"
