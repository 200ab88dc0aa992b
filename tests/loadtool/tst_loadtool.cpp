// SPDX-License-Identifier: MIT
#include "bench/framewalker.h"
#include "bench/histogram.h"
#include "bench/ledger.h"
#include "bench/marker.h"
#include "bench/processmeter.h"
#include "bench/target.h"

#include <QProcess>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Bench;

//! The parts of the load tool that decide whether its figures can be believed.
class TestLoadTool : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void markersAreFoundInEveryChunking();
    void markersOfOtherRunsDoNotCount();
    void framesAreWalkedInEveryChunking();
    void percentilesAreRightToThreePercent();
    void aMessageIsCompleteWhenEverybodyHasIt();
    void ledgerTellsLossDuplicatesAndOrder();
    void whoLeavesIsNotWaitedFor();
    void workersCountAsTheirServer();
    void badUrlsAreRefused_data();
    void badUrlsAreRefused();
    void urlsSayWhetherTlsIsSpoken();
    void authoritiesThatCannotBeReadAreRefused();
};

void TestLoadTool::markersAreFoundInEveryChunking()
{
    const QByteArray text =
        "~~x" + Marker::make("ghij", 0) + "\"~" + Marker::make("ghij", 0xdeadbeef) + Marker::make("ghij", 7) + "~ghi";
    for (qsizetype chunk = 1; chunk <= text.size(); ++chunk) {
        MarkerScanner scanner;
        std::vector<quint32> found;
        for (qsizetype at = 0; at < text.size(); at += chunk) {
            const QByteArray piece = text.mid(at, chunk);
            scanner.feed(piece.constData(), piece.size(), "ghij", [&](quint32 number) { found.push_back(number); });
        }
        QCOMPARE(found, (std::vector<quint32>{0, 0xdeadbeef, 7}));
    }
}

void TestLoadTool::markersOfOtherRunsDoNotCount()
{
    MarkerScanner scanner;
    int found = 0;
    const QByteArray text = Marker::make("zzzz", 1);
    scanner.feed(text.constData(), text.size(), "ghij", [&](quint32) { ++found; });
    QCOMPARE(found, 0);
}

void TestLoadTool::framesAreWalkedInEveryChunking()
{
    const QByteArray big(70'000, 'b');
    const QByteArray wire = WebSocket::encodeText("a") + WebSocket::encodePing("hi") +
                            WebSocket::encodeText(QByteArray(200, 'm')) + WebSocket::encodePing() +
                            WebSocket::encodeText(big) + WebSocket::encodeClose(4002, "slow");
    const QByteArray payload = 'a' + QByteArray(200, 'm') + big;
    for (const qsizetype chunk : {qsizetype(1), qsizetype(7), qsizetype(4096), wire.size()}) {
        FrameWalker walker;
        QByteArray data;
        QByteArrayList controls;
        for (qsizetype at = 0; at < wire.size(); at += chunk) {
            const QByteArray piece = wire.mid(at, chunk);
            walker.feed(
                piece.constData(), piece.size(), [&](const char *bytes, qsizetype size) { data.append(bytes, size); },
                [&](WebSocket::Opcode, const QByteArray &control) { controls.append(control); });
        }
        QCOMPARE(data, payload);
        QCOMPARE(controls, (QByteArrayList{"hi", "", QByteArray("\x0f\xa2", 2) + "slow"}));
    }
}

void TestLoadTool::percentilesAreRightToThreePercent()
{
    Histogram histogram;
    QCOMPARE(histogram.percentile(0.5), 0);
    for (qint64 value = 1; value <= 100'000; ++value)
        histogram.record(value * 1000);
    const auto isNear = [](qint64 value, double wanted) { return std::abs(double(value) - wanted) <= 0.035 * wanted; };
    QVERIFY(isNear(histogram.percentile(0.5), 50e6));
    QVERIFY(isNear(histogram.percentile(0.99), 99e6));
    QCOMPARE(histogram.percentile(1.0), 100'000'000);
    QCOMPARE(histogram.count(), quint64(100'000));
}

void TestLoadTool::aMessageIsCompleteWhenEverybodyHasIt()
{
    Ledger ledger;
    ledger.addReceiver();
    ledger.addReceiver();
    const quint32 number = ledger.publish(5);
    QVERIFY(ledger.receive(0, number));
    QCOMPARE(ledger.completed(), 0u);
    QCOMPARE(ledger.outstanding(), quint64(1));
    QVERIFY(ledger.receive(1, number));
    QCOMPARE(ledger.completed(), 1u);
    QCOMPARE(ledger.outstanding(), quint64(0));
    QCOMPARE(ledger.sentNs(number), 5);
}

void TestLoadTool::ledgerTellsLossDuplicatesAndOrder()
{
    Ledger ledger;
    ledger.addReceiver();
    for (int i = 0; i < 5; ++i)
        ledger.publish(0);
    QVERIFY(ledger.receive(0, 0));
    QVERIFY(ledger.receive(0, 3)); // 1 and 2 are passed over
    QCOMPARE(ledger.tally().missing, quint64(2));
    QVERIFY(ledger.receive(0, 1)); // late
    QCOMPARE(ledger.tally().missing, quint64(1));
    QCOMPARE(ledger.tally().outOfOrder, quint64(1));
    QVERIFY(!ledger.receive(0, 3)); // again
    QVERIFY(!ledger.receive(0, 1));
    QCOMPARE(ledger.tally().duplicates, quint64(2));
    QVERIFY(!ledger.receive(0, 99));            // never published
    QCOMPARE(ledger.outstanding(), quint64(2)); // 2, and 4 which is still to come
}

void TestLoadTool::whoLeavesIsNotWaitedFor()
{
    Ledger ledger;
    ledger.addReceiver();
    ledger.addReceiver();
    ledger.publish(0);
    ledger.receive(0, 0);
    ledger.retire(1);
    QCOMPARE(ledger.completed(), 1u);
    QCOMPARE(ledger.outstanding(), quint64(0));
}

void TestLoadTool::workersCountAsTheirServer()
{
    // The worker reads what we write, and ends when we write no more.
    QProcess server;
    server.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QStringLiteral("exec 3<&0; cat <&3 & wait")});
    QVERIFY(server.waitForStarted());
    const ProcessMeter meter(server.processId());
    QTRY_COMPARE(meter.threadCpuSeconds().size(), size_t(2));
    QVERIFY(meter.residentBytes() > 0);
    server.closeWriteChannel();
    QVERIFY(server.waitForFinished());
    QVERIFY(!meter.isRunning());
}

void TestLoadTool::badUrlsAreRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("no scheme") << QStringLiteral("127.0.0.1:5050");
    QTest::newRow("another scheme") << QStringLiteral("ftp://127.0.0.1:5050");
    QTest::newRow("no host") << QStringLiteral("ws://");
    QTest::newRow("nonsense") << QStringLiteral("ws://a b");
}

void TestLoadTool::badUrlsAreRefused()
{
    QFETCH(QString, url);
    const auto target = Target::fromUrl(url);
    QVERIFY(!target);
    QVERIFY(target.error().text.contains(url));
}

void TestLoadTool::urlsSayWhetherTlsIsSpoken()
{
    for (const QString &url : {QStringLiteral("wss://127.0.0.1"), QStringLiteral("https://127.0.0.1")}) {
        const auto target = Target::fromUrl(url);
        QVERIFY(target && target->tls);
        QCOMPARE(target->port, quint16(443));
    }
    const auto plain = Target::fromUrl(QStringLiteral("ws://127.0.0.1"));
    QVERIFY(plain && !plain->tls);
    QCOMPARE(plain->port, quint16(80));
}

void TestLoadTool::authoritiesThatCannotBeReadAreRefused()
{
    const auto target = Target::fromUrl(QStringLiteral("wss://127.0.0.1"), {QStringLiteral("/nowhere/ca.pem")});
    QVERIFY(!target);
    QVERIFY2(target.error().text.contains(QStringLiteral("/nowhere/ca.pem")), qPrintable(target.error().text));
}

QTEST_GUILESS_MAIN(TestLoadTool)
#include "tst_loadtool.moc"
