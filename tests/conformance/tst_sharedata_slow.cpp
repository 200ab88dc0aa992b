// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "fault/memory.h"
#include "fault/stoppedreader.h"
#include "transport/rawpeer.h"

#include <QTest>

using namespace Tidegate;

namespace {

constexpr qsizetype BlobBytes = 128 * 1024;

//! Numbers of the live transactions in \p bytes, frames and all.
QList<int> transactionsIn(const QByteArray &bytes)
{
    const QByteArray mark = "\"transactionId\":\"";
    QList<int> numbers;
    for (qsizetype at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
        const qsizetype begin = at + mark.size();
        numbers.append(bytes.sliced(begin, bytes.indexOf('"', begin) - begin).toInt());
    }
    return numbers;
}

} // namespace

//! ShareData spec section 9: a client that does not read is closed with 4001 and costs nobody else anything.
class TestShareDataSlow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stoppedClientIsClosedAndOthersLoseNothing();
    void conflatingClientGetsTheNewestState();

private:
    bool stop(StoppedReader &reader, const GatewayProcess &gateway);
};

bool TestShareDataSlow::stop(StoppedReader &reader, const GatewayProcess &gateway)
{
    if (!reader.open(gateway.port(),
                     "GET /realtime?token=tg-user HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     "\r\n\r\n"))
        return false;
    reader.send(textFrame(compact(Realtime::subscribe("tg-blob"))));
    return reader.readUntil("\"lastTransactionId\"");
}

void TestShareDataSlow::stoppedClientIsClosedAndOthersLoseNothing()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--ws-ping-interval=0")}));
    RealtimeClient watcher;
    RealtimeClient writer;
    QVERIFY(watcher.open(gateway));
    QVERIFY(writer.open(gateway));
    watcher.subscribe("tg-blob");
    StoppedReader stopped;
    QVERIFY(stop(stopped, gateway));
    const qint64 bytesBefore = residentBytes(gateway.processId());
    const QByteArray blob = '"' + QByteArray(BlobBytes, 'x') + '"';
    int written = 0;
    while (!gateway.errorText().contains("slow consumer closed")) {
        QVERIFY2(++written <= 2000, "a client that does not read was never let go");
        VERIFY_HAS(writer.propose("tg-blob", "set", blob), R"({"accepted":true})");
    }
    QVERIFY(watcher.settle());
    QTRY_COMPARE(watcher.frames(QStringLiteral("transaction")).size(), written);
    QVERIFY(watcher.ws.isOpen());
    const qint64 grownBytes = residentBytes(gateway.processId()) - bytesBefore;
    QVERIFY2(!IsMemoryMeasurable || grownBytes < 64 * 1024 * 1024, QByteArray::number(grownBytes).constData());

    QVERIFY(stopped.readToEnd());
    QVERIFY(stopped.received().endsWith(QByteArray("\x88\x16\x0f\xa1", 4) + "send buffer exceeded"));
    const QList<int> got = transactionsIn(stopped.received());
    QVERIFY(got.size() < written);
    for (qsizetype i = 0; i < got.size(); ++i)
        QCOMPARE(got.at(i), int(i) + 1); // a beginning without gaps
}

void TestShareDataSlow::conflatingClientGetsTheNewestState()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--ws-ping-interval=0"),
                                                                QStringLiteral("--sharedata-overflow=conflate")}));
    RealtimeClient writer;
    QVERIFY(writer.open(gateway));
    StoppedReader stopped;
    QVERIFY(stop(stopped, gateway));
    constexpr int Written = 120;
    const QByteArray blob(BlobBytes, 'x');
    for (int i = 1; i <= Written; ++i)
        VERIFY_HAS(writer.propose("tg-blob", "set", '"' + blob + QByteArray::number(i) + '"'), R"({"accepted":true})");
    QVERIFY(stopped.readUntil("\"transactionId\":\"120\""));
    const QList<int> got = transactionsIn(stopped.received());
    QVERIFY(got.size() < Written);
    QVERIFY(std::is_sorted(got.begin(), got.end()));
    QVERIFY(!gateway.errorText().contains("slow consumer closed"));
}

QTEST_GUILESS_MAIN(TestShareDataSlow)
#include "tst_sharedata_slow.moc"
