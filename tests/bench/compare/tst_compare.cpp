// SPDX-License-Identifier: MIT
#include "bench/ackrun.h"
#include "bench/compare/comparison.h"
#include "bench/compare/natsdialect.h"
#include "bench/compare/peers/rawloop/clientframe.h"
#include "bench/compare/plaindialect.h"
#include "bench/compare/relaymessage.h"
#include "bench/compare/resultsfile.h"
#include "bench/compare/socketiodialect.h"
#include "bench/marker.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace Tidegate;
using namespace Tidegate::Bench;

namespace {

Row smallRow(Row::Scenario scenario, const std::vector<QByteArray> &peers)
{
    Row row;
    row.key = "small";
    row.scenario = scenario;
    row.peers = peers;
    row.plan.subscribers = 40;
    row.plan.inFlight = 8;
    row.plan.publishers = 4;
    row.plan.connections = 30;
    row.plan.holdMs = 0;
    return row;
}

RowOutcome measure(const Row &row, const std::vector<Peer> &peers)
{
    const Comparison::Options options{1, 0, 250, false};
    return Comparison(peers, options, [](const QString &) {}).measure(row);
}

//! What the server would read from the frames of a client.
QByteArrayList payloads(QByteArray wire)
{
    QByteArrayList found;
    for (qsizetype at = 0; at < wire.size();) {
        const ClientFrame frame = ClientFrame::first(wire.data() + at, wire.size() - at);
        if (frame.bytes == 0)
            return {};
        found += frame.payload.toByteArray();
        at += frame.bytes;
    }
    return found;
}

} // namespace

//! The comparison run without the servers that need a package; rates are not judged here.
class TestCompare : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rawLoopServesEveryScenario_data();
    void rawLoopServesEveryScenario();
    void relayedMessagesAreAsLongAsTidegates();
    void meshClientsGetEveryMessage();
    void whatIsNotInstalledStopsNobody();
    void serversEndWithTheirMeasurement();
    void clientFramesAreReadWhenComplete();
    void natsCommandsCountTheirBytes();
    void socketIoEventsAreJson();
    void everyRowNamesServersThatExist();
    void barsCompareMedians();
    void measuredSectionsReplaceTheirOwn();
};

void TestCompare::rawLoopServesEveryScenario_data()
{
    QTest::addColumn<Row::Scenario>("scenario");
    QTest::addColumn<QByteArray>("peer");
    QTest::newRow("a write per turn") << Row::Scenario::Fanout << QByteArray("rawloop");
    QTest::newRow("a write per frame") << Row::Scenario::Fanout << QByteArray("rawloop-single");
    QTest::newRow("server-sent events") << Row::Scenario::Fanout << QByteArray("rawloop-sse");
    QTest::newRow("echo") << Row::Scenario::Ack << QByteArray("rawloop-echo");
    QTest::newRow("connections") << Row::Scenario::Connect << QByteArray("rawloop");
}

void TestCompare::rawLoopServesEveryScenario()
{
    QFETCH(Row::Scenario, scenario);
    QFETCH(QByteArray, peer);
    const RowOutcome outcome = measure(smallRow(scenario, {peer}), allPeers());
    const PeerOutcome &result = outcome.peers.front();
    QVERIFY2(result.problems.isEmpty(), qPrintable(result.problems.join(u' ')));
    QCOMPARE(result.faults(), 0.0);
    QVERIFY(result.median(columnsOf(scenario).front().figure) > 0);
    QVERIFY(result.reports.front().value("server_rss_kib") > 0);
}

void TestCompare::relayedMessagesAreAsLongAsTidegates()
{
    const auto outcome = measure(smallRow(Row::Scenario::Fanout, {"rawloop", "tidegate-memory"}), allPeers());
    const double relayed = outcome.peers[0].median("bytes_per_delivery");
    const double tidegate = outcome.peers[1].median("bytes_per_delivery");
    // Positions have more digits the faster a server is, and Tidegate acknowledges to the publisher.
    QVERIFY2(relayed > 500 && std::abs(relayed / tidegate - 1) < 0.03,
             qPrintable(QStringLiteral("%1 and %2").arg(relayed).arg(tidegate)));
}

void TestCompare::meshClientsGetEveryMessage()
{
    const auto outcome = measure(smallRow(Row::Scenario::Fanout, {"tidegate-mesh"}), allPeers());
    const PeerOutcome &result = outcome.peers.front();
    QVERIFY2(result.problems.isEmpty(), qPrintable(result.problems.join(u' ')));
    QCOMPARE(result.faults(), 0.0);
    QVERIFY(result.median("deliveries_per_s") > 0);
}

void TestCompare::whatIsNotInstalledStopsNobody()
{
    std::vector<Peer> peers = allPeers();
    Peer &missing = peers.emplace_back();
    missing.key = "missing";
    missing.label = QStringLiteral("a server");
    missing.start = [] { return Error{ErrorCode::NotFound, QStringLiteral("it is not installed")}; };
    const RowOutcome outcome = measure(smallRow(Row::Scenario::Connect, {"missing", "rawloop"}), peers);
    QVERIFY(!outcome.find("missing")->isInstalled);
    QVERIFY(outcome.find("rawloop")->isMeasured());
    QVERIFY(sectionOf(outcome, {}, {}).contains(QStringLiteral("not installed")));
}

void TestCompare::serversEndWithTheirMeasurement()
{
    const std::vector<Peer> peers = allPeers();
    auto started = peers.front().start();
    QVERIFY(started);
    const auto id = pid_t((*started)->processId());
    QCOMPARE(::kill(id, 0), 0);
    *started = nullptr;
    QCOMPARE(::kill(id, 0), -1);
}

void TestCompare::clientFramesAreReadWhenComplete()
{
    for (const qsizetype size : {0, 5, 125, 126, 65'535, 65'536}) {
        const QByteArray text(size, 'm');
        const QByteArray wire = WebSocket::encodeMaskedBinary(text, 0x12345678) + "rest";
        for (qsizetype had = 0; had < wire.size() - 4; had += std::max<qsizetype>(1, size / 7)) {
            QByteArray part = wire.first(had);
            QCOMPARE(ClientFrame::first(part.data(), part.size()).bytes, 0);
        }
        QByteArray all = wire;
        const ClientFrame frame = ClientFrame::first(all.data(), all.size());
        QCOMPARE(frame.bytes, wire.size() - 4);
        QCOMPARE(frame.opcode, WebSocket::Opcode::Binary);
        QCOMPARE(frame.payload.toByteArray(), text);
    }
}

void TestCompare::natsCommandsCountTheirBytes()
{
    const Target target;
    const NatsDialect dialect(target);
    const QByteArrayList greeting = payloads(dialect.subscriber().greeting);
    QVERIFY(greeting.value(0).startsWith("CONNECT {"));
    QVERIFY(greeting.value(0).endsWith("\r\nSUB global 1\r\nPING\r\n"));
    QByteArray commands = payloads(dialect.publication("ghij", 7, 2, 200)).value(0);
    for (const quint32 number : {7u, 8u}) {
        const QByteArray head = commands.left(commands.indexOf("\r\n"));
        QVERIFY(head.startsWith("PUB global "));
        const int size = head.mid(11).toInt();
        const QByteArray message = commands.mid(head.size() + 2, size);
        QCOMPARE(message, relayMessage("ghij", number, 200));
        commands.remove(0, head.size() + 2 + size);
        QVERIFY(commands.startsWith("\r\n"));
        commands.remove(0, 2);
    }
    QVERIFY(commands.isEmpty());
}

void TestCompare::socketIoEventsAreJson()
{
    const Target target;
    const SocketIoDialect dialect(target);
    QVERIFY(dialect.subscriber().request.startsWith("GET /socket.io/?EIO=4&transport=websocket&role=subscriber "));
    QCOMPARE(payloads(dialect.subscriber().greeting), QByteArrayList{"40"});
    const QByteArrayList events = payloads(dialect.publication("ghij", 7, 2, 200));
    QCOMPARE(events.size(), 2);
    for (const QByteArray &event : events) {
        QVERIFY(event.startsWith("42"));
        QCOMPARE(QJsonDocument::fromJson(event.mid(2)).array().at(0).toString(), QStringLiteral("publish"));
        QCOMPARE(event.count("~ghij"), 1);
    }
}

void TestCompare::everyRowNamesServersThatExist()
{
    const std::vector<Peer> peers = allPeers();
    for (const Row &row : allRows()) {
        for (const QByteArray &key : row.peers)
            QVERIFY2(std::any_of(peers.begin(), peers.end(), [&](const Peer &peer) { return peer.key == key; }),
                     key.constData());
        for (const Bar &bar : row.bars)
            QVERIFY2(std::count(row.peers.begin(), row.peers.end(), bar.subject) == 1, row.key.constData());
    }
}

void TestCompare::barsCompareMedians()
{
    const auto peer = [](const QByteArray &key, bool isForeign, std::initializer_list<double> values) {
        PeerOutcome outcome;
        outcome.key = key;
        outcome.label = QString::fromLatin1(key);
        outcome.isForeign = isForeign;
        for (const double value : values)
            outcome.reports.emplace_back(QString()).add("server_cpu_us_each", {}, value);
        return outcome;
    };
    RowOutcome outcome;
    outcome.peers = {peer("ours", false, {9, 4, 5}), peer("slow", true, {1}), peer("fast", true, {2})};
    outcome.row.bars = {{"ours", "server_cpu_us_each", true, 3, Bar::BestForeign, {}},
                        {"ours", "server_cpu_us_each", false, 4.9, {}, {}},
                        {"ours", "server_cpu_us_each", false, 1, "absent", {}},
                        {"ours", "server_cpu_us_each", false, 1, "ours", "absent"}};
    const QStringList lines = judge(outcome, {});
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0], QStringLiteral("ours, CPU, us: 2.50 x fast; asked: at least 3.00; NOT met"));
    QCOMPARE(lines[1], QStringLiteral("ours, CPU, us: 5.00; asked: at most 4.90; NOT met"));
}

void TestCompare::measuredSectionsReplaceTheirOwn()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("RESULTS.md"));
    const ResultsFile file(path);
    QVERIFY(file.replace(allRows()[1], QStringLiteral("second\n")));
    QVERIFY(file.replace(allRows()[0], QStringLiteral("first\n")));
    QVERIFY(file.replace(allRows()[1], QStringLiteral("second, again\n")));
    QFile written(path);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray text = written.readAll();
    QCOMPARE(text.count("\n## "), 2);
    QVERIFY(text.startsWith("# Comparison run\n"));
    QVERIFY(text.contains("\nfirst\n\n## "));
    QVERIFY(text.endsWith("\nsecond, again\n"));
    QVERIFY(!ResultsFile(folder.filePath(QStringLiteral("no/such/folder.md"))).replace(allRows()[0], QString()));
}

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
