// SPDX-License-Identifier: MIT
#include "fault/memory.h"
#include "fault/stoppedreader.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/waiting.h"
#include "support/wsclient.h"
#include "transport/rawpeer.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTest>
#include <QWebSocket>

#include <functional>
#include <memory>

using namespace Tidegate;

namespace {

constexpr int Subscribers = 40;
constexpr int Streams = 8;
constexpr qsizetype PayloadBytes = 16 * 1024;

QByteArrayList idsIn(const QByteArray &text)
{
    static const QRegularExpression id(QStringLiteral("\"id\":\"(flood-[0-9]+)\""));
    QByteArrayList ids;
    for (auto found = id.globalMatch(QString::fromLatin1(text)); found.hasNext();)
        ids << found.next().captured(1).toLatin1();
    return ids;
}

//! Keeps the ids of what it hears, not the text: there is a lot of it.
struct Listener
{
    QWebSocket socket;
    QByteArrayList ids;
    bool isReady = false;

    void start(const QUrl &url)
    {
        QObject::connect(&socket, &QWebSocket::connected, &socket, [this] {
            socket.sendTextMessage(QStringLiteral(R"({"type":"channel.subscribe","channel":"global"})"));
        });
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [this](const QString &text) {
            if (text.startsWith(u"{\"type\":\"channel.invalidate\""))
                ids += idsIn(text.toLatin1());
            isReady = isReady || text.startsWith(u"{\"type\":\"channel.snapshot\"");
        });
        socket.open(url);
    }
};

struct Stream
{
    QNetworkAccessManager network;
    std::unique_ptr<QNetworkReply> reply;
    QByteArray rest;
    QByteArrayList ids;
    bool isReady = false;

    void start(const QUrl &url)
    {
        reply.reset(network.get(QNetworkRequest(url)));
        QObject::connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [this] {
            rest += reply->readAll();
            for (qsizetype end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
                isReady = isReady || rest.first(end).contains("event: ready");
                ids += idsIn(rest.first(end));
                rest.remove(0, end + 2);
            }
        });
    }
};

} // namespace

//! Two clients that stop reading among fifty: they are let go, everybody else misses nothing, and what they missed can
//! be had later.
class TestSlowConsumers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void stoppedClientsAreClosedAndOthersLoseNothing();
    void socketThatReadsAgainInTimeIsToldWhy();
    void streamThatReadsAgainInTimeIsToldWhy();

private:
    void startEverybody();
    void stopSocket();
    void stopStream();
    //! Publishes one intent after the other until \p isEnough, asked after every few.
    void flood(const std::function<bool()> &isEnough);
    qint64 metric(const QByteArray &path);

    std::unique_ptr<GatewayProcess> m_gateway;
    HttpClient m_http;
    std::vector<std::unique_ptr<Listener>> m_listeners;
    std::vector<std::unique_ptr<Stream>> m_streams;
    std::unique_ptr<StoppedReader> m_stoppedSocket;
    std::unique_ptr<StoppedReader> m_stoppedStream;
    QByteArrayList m_published;
};

void TestSlowConsumers::init()
{
    m_listeners.clear();
    m_streams.clear();
    m_published.clear();
    m_stoppedSocket = std::make_unique<StoppedReader>();
    m_stoppedStream = std::make_unique<StoppedReader>();
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start(
        GatewayProcess::withoutLimits() +
        QStringList{QStringLiteral("--ws-max-buffered=65536"), QStringLiteral("--sse-max-queue=65536"),
                    QStringLiteral("--ws-slow-consumer-grace=500ms"), QStringLiteral("--sse-drain-timeout=500ms")}));
    m_http.setBase(m_gateway->url(QStringLiteral("/")));
}

void TestSlowConsumers::stopSocket()
{
    QVERIFY(m_stoppedSocket->open(m_gateway->port(),
                                  "GET /optimistic/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                                  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                                  "\"type\":\"replay\""));
    m_stoppedSocket->send(textFrame(R"({"type":"channel.subscribe","channel":"global"})"));
    QVERIFY(m_stoppedSocket->readUntil("\"type\":\"channel.snapshot\""));
}

void TestSlowConsumers::stopStream()
{
    QVERIFY(m_stoppedStream->open(m_gateway->port(), "GET /optimistic/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                                  "event: ready"));
}

qint64 TestSlowConsumers::metric(const QByteArray &path)
{
    return numberAt(m_http.get(QStringLiteral("/optimistic/metrics")).json(), path);
}

void TestSlowConsumers::startEverybody()
{
    const QUrl socketUrl = m_gateway->webSocketUrl(QStringLiteral("role=follower"));
    for (int i = 0; i < Subscribers; ++i)
        m_listeners.emplace_back(std::make_unique<Listener>())->start(socketUrl);
    for (int i = 0; i < Streams; ++i)
        m_streams.emplace_back(std::make_unique<Stream>())->start(m_gateway->url(QStringLiteral("/optimistic/events")));
    for (const auto &listener : m_listeners)
        QTRY_VERIFY_WITH_TIMEOUT(listener->isReady, WaitMs);
    for (const auto &stream : m_streams)
        QTRY_VERIFY_WITH_TIMEOUT(stream->isReady, WaitMs);
}

void TestSlowConsumers::flood(const std::function<bool()> &isEnough)
{
    WsClient writer;
    QVERIFY(writer.join(m_gateway->webSocketUrl()));
    const QByteArray payload = "{\"text\":\"" + QByteArray(PayloadBytes, 'x') + "\"}";
    for (int i = 0; i < 4000; ++i) {
        const QByteArray id = "flood-" + QByteArray::number(100'000 + i);
        QVERIFY(!writer.ask(batch({entry(id, "TODO_CREATE", payload)}), QStringLiteral("ack")).isEmpty());
        m_published << id;
        if (i % 10 == 9 && isEnough())
            return;
    }
    QFAIL("a client that does not read was never let go");
}

void TestSlowConsumers::stoppedClientsAreClosedAndOthersLoseNothing()
{
    startEverybody();
    stopSocket();
    stopStream();
    if (QTest::currentTestFailed())
        return;
    const qint64 bytesBefore = residentBytes(m_gateway->processId());
    flood([this] { return metric("ws.slowConsumerDrops") == 1 && metric("sse.slowClientDrops") == 1; });
    if (QTest::currentTestFailed())
        return;

    for (const auto &listener : m_listeners) {
        QTRY_COMPARE_WITH_TIMEOUT(listener->ids.size(), m_published.size(), WaitMs);
        QCOMPARE(listener->ids, m_published);
        QVERIFY(listener->socket.isValid());
    }
    for (const auto &stream : m_streams) {
        QTRY_COMPARE_WITH_TIMEOUT(stream->ids.size(), m_published.size(), WaitMs);
        QCOMPARE(stream->ids, m_published);
        QVERIFY(!stream->reply->isFinished());
    }
    // What is published lies in the replay memory, once; the rest is what 50 clients may owe.
    const qint64 published = qint64(m_published.size()) * PayloadBytes;
    const qint64 grownBytes = residentBytes(m_gateway->processId()) - bytesBefore;
    QVERIFY2(!IsMemoryMeasurable || grownBytes < 2 * published + 48 * 1024 * 1024,
             QByteArray::number(grownBytes).constData());
    QCOMPARE(metric("ws.slowConsumerDrops"), 1);
    QCOMPARE(metric("sse.slowClientDrops"), 1);

    // Each got a proper beginning of the stream and nothing out of order.
    QVERIFY(m_stoppedSocket->readToEnd());
    QVERIFY(m_stoppedStream->readToEnd());
    const QByteArrayList bySocket = idsIn(m_stoppedSocket->received());
    const QByteArrayList byStream =
        idsIn(m_stoppedStream->received().left(m_stoppedStream->received().lastIndexOf("\n\n")));
    QVERIFY(bySocket.size() < m_published.size());
    QVERIFY(byStream.size() < m_published.size());
    QCOMPARE(bySocket, m_published.first(bySocket.size()));
    QCOMPARE(byStream, m_published.first(byStream.size()));

    // Offsets are 1, 2, 3... here, so the position is the count of what was heard in whole.
    const qsizetype socketPosition = bySocket.size() - 1; // the last one may be cut
    WsClient returned;
    QVERIFY(returned.join(m_gateway->webSocketUrl(QStringLiteral("role=follower"))));
    QByteArrayList missed;
    qint64 cursor = socketPosition;
    for (;;) {
        const QJsonObject page = returned.ask(
            channelFrame("channel.resync", "global", ",\"limit\":100,\"cursor\":" + QByteArray::number(cursor)),
            QStringLiteral("channel.replay"));
        const QByteArrayList ids = column(arrayAt(page, "intents"), "id");
        if (ids.isEmpty())
            break;
        missed += ids;
        cursor = numberAt(page, "cursor");
    }
    QCOMPARE(missed, m_published.sliced(socketPosition));

    const QList<QByteArray> lines = m_stoppedStream->received().split('\n');
    QByteArray lastId;
    for (const QByteArray &line : lines) {
        if (line.startsWith("id: "))
            lastId = line.mid(4);
    }
    QCOMPARE(lastId.toLongLong(), qint64(byStream.size()));
    SseClient resumed;
    QVERIFY(resumed.open(m_gateway->url(QStringLiteral("/optimistic/events")), {}, {{"Last-Event-ID", lastId}}));
    QByteArrayList replayed;
    while (replayed.size() < m_published.size() - byStream.size()) {
        const SseClient::Event event =
            resumed.waitFor([](const SseClient::Event &each) { return each.data.contains("flood-"); });
        if (event.isEmpty())
            break;
        replayed += idsIn(event.data);
    }
    QCOMPARE(replayed, m_published.sliced(byStream.size()));
    qInfo("%lld events, the stopped WebSocket got %lld and the stopped stream %lld", qint64(m_published.size()),
          qint64(bySocket.size()), qint64(byStream.size()));
}

void TestSlowConsumers::socketThatReadsAgainInTimeIsToldWhy()
{
    stopSocket();
    flood([this] { return metric("ws.slowConsumerDrops") == 1; });
    QVERIFY(m_stoppedSocket->readToEnd());
    QVERIFY(m_stoppedSocket->received().endsWith(QByteArray("\x88\x0f\x0f\xa2", 4) + "SLOW_CONSUMER")); // 4002
    QCOMPARE(metric("sse.slowClientDrops"), 0);
}

void TestSlowConsumers::streamThatReadsAgainInTimeIsToldWhy()
{
    stopStream();
    flood([this] { return metric("sse.slowClientDrops") == 1; });
    QVERIFY(m_stoppedStream->readToEnd());
    QVERIFY(m_stoppedStream->received().trimmed().endsWith("event: retry\ndata: {\"reason\":\"backpressure\"}"));
    QCOMPARE(metric("ws.slowConsumerDrops"), 0);
}

QTEST_GUILESS_MAIN(TestSlowConsumers)
#include "tst_slowconsumers.moc"
