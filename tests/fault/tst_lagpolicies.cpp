// SPDX-License-Identifier: MIT
#include "fault/stoppedreader.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/wsclient.h"
#include "transport/rawpeer.h"

#include <QRegularExpression>
#include <QTest>

#include <functional>
#include <memory>

using namespace Tidegate;

namespace {

constexpr qsizetype PayloadBytes = 16 * 1024;

QByteArray idOf(qsizetype number)
{
    return "flood-" + QByteArray::number(number).rightJustified(6, '0');
}

//! Of live frames, in the order received. Offsets count from 1 here, as the numbers of the ids do.
QList<qint64> numbersIn(const QByteArray &text)
{
    static const QRegularExpression Id(QStringLiteral("\"id\":\"flood-([0-9]+)\""));
    QList<qint64> numbers;
    for (auto found = Id.globalMatch(QString::fromLatin1(text)); found.hasNext();)
        numbers << found.next().captured(1).toLongLong();
    return numbers;
}

} // namespace

//! What a client that reads too slowly gets from channels that do not close it: a told gap, or the newest of each key.
class TestLagPolicies : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void droppedRowsAreToldAndCanBeHadAgain();
    void conflatedRowsEndWithTheNewestOfEachKey();

private:
    void stopOn(const QByteArray &channel);
    //! Publishes to \p channel, one intent after the other, until \p metric is at least \p least.
    void flood(const QByteArray &channel, const QByteArray &metric, qint64 least);
    qint64 metric(const QByteArray &path);

    std::unique_ptr<GatewayProcess> m_gateway;
    std::unique_ptr<StoppedReader> m_stopped;
    HttpClient m_http;
    qint64 m_published = 0;
};

void TestLagPolicies::init()
{
    m_published = 0;
    m_stopped = std::make_unique<StoppedReader>();
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start(
        GatewayProcess::withoutLimits() +
        QStringList{QStringLiteral("--ssma-channels=news=guest:drop-oldest,prices=guest:conflate=symbol"),
                    QStringLiteral("--ws-max-buffered=65536"), QStringLiteral("--ws-slow-consumer-grace=500ms")}));
    m_http.setBase(m_gateway->url(QStringLiteral("/")));
}

qint64 TestLagPolicies::metric(const QByteArray &path)
{
    return numberAt(m_http.get(QStringLiteral("/optimistic/metrics")).json(), path);
}

void TestLagPolicies::stopOn(const QByteArray &channel)
{
    QVERIFY(m_stopped->open(m_gateway->port(),
                            "GET /optimistic/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                            "\"type\":\"replay\""));
    m_stopped->send(textFrame("{\"type\":\"channel.subscribe\",\"channel\":\"" + channel + "\"}"));
    QVERIFY(m_stopped->readUntil("\"type\":\"channel.snapshot\""));
}

void TestLagPolicies::flood(const QByteArray &channel, const QByteArray &metricPath, qint64 least)
{
    WsClient writer;
    QVERIFY(writer.join(m_gateway->webSocketUrl()));
    const QByteArray meta = "{\"clock\":1,\"channels\":[\"" + channel + "\"]}";
    for (int i = 0; i < 4'000; ++i) {
        const QByteArray symbol(1, char('A' + m_published % 4));
        const QByteArray payload = "{\"symbol\":\"" + symbol + "\",\"text\":\"" + QByteArray(PayloadBytes, 'x') + "\"}";
        QVERIFY(
            !writer.ask(batch({entry(idOf(++m_published), "TICK", payload, meta)}), QStringLiteral("ack")).isEmpty());
        if (i % 10 == 9 && metric(metricPath) >= least)
            return;
    }
    QFAIL("a client that does not read never lagged");
}

void TestLagPolicies::droppedRowsAreToldAndCanBeHadAgain()
{
    WsClient quick;
    QVERIFY(quick.join(m_gateway->webSocketUrl(QStringLiteral("role=follower"))));
    QVERIFY(!quick.ask(channelFrame("channel.subscribe", "news"), QStringLiteral("channel.snapshot")).isEmpty());
    stopOn("news");
    flood("news", "fanout.publicationsDropped", 20);
    if (QTest::currentTestFailed())
        return;
    QCOMPARE(metric("fanout.subscribersLagging"), 1);
    QVERIFY(quick.settle());
    QCOMPARE(quick.unread(QStringLiteral("channel.invalidate")), int(m_published)); // nobody else waits

    QVERIFY(m_stopped->readUntil("\"id\":\"" + idOf(m_published) + '"'));
    const QByteArray &received = m_stopped->received();
    const qsizetype gapAt = received.indexOf("\"reason\":\"overflow\"");
    QVERIFY(gapAt > 0);
    const QByteArray gap = received.sliced(received.lastIndexOf("{\"type\":\"channel.replay\"", gapAt), 300);
    const auto cursor = QRegularExpression(QStringLiteral("\"cursor\":([0-9]+)")).match(QString::fromLatin1(gap));
    const qint64 lostAfter = cursor.captured(1).toLongLong();
    QVERIFY(gap.contains("\"gap\""));

    // In whole up to the gap, in whole after it, and the log has what lies between.
    const QList<qint64> before = numbersIn(received.first(gapAt));
    const QList<qint64> after = numbersIn(received.sliced(gapAt));
    QCOMPARE(before.size(), lostAfter);
    QCOMPARE(before.last(), lostAfter);
    QVERIFY(after.first() > lostAfter + 20);
    QCOMPARE(after.size(), m_published - after.first() + 1);
    const QJsonObject page =
        quick.ask(channelFrame("channel.resync", "news", ",\"limit\":20,\"cursor\":" + QByteArray::number(lostAfter)),
                  QStringLiteral("channel.replay"));
    QCOMPARE(column(arrayAt(page, "intents"), "id").value(0), idOf(lostAfter + 1));
    QCOMPARE(metric("fanout.subscribersLagging"), 0);
    QCOMPARE(metric("ws.slowConsumerDrops"), 0);
}

void TestLagPolicies::conflatedRowsEndWithTheNewestOfEachKey()
{
    stopOn("prices");
    flood("prices", "fanout.eventsConflated", 50);
    if (QTest::currentTestFailed())
        return;
    QVERIFY(m_stopped->readUntil("\"id\":\"" + idOf(m_published) + '"'));
    const QList<qint64> heard = numbersIn(m_stopped->received());
    QVERIFY(std::is_sorted(heard.begin(), heard.end()));
    QVERIFY(heard.size() <= m_published - 50);
    QCOMPARE(heard.last(4), (QList<qint64>{m_published - 3, m_published - 2, m_published - 1, m_published}));
    QVERIFY(!m_stopped->received().contains("\"reason\":\"overflow\""));
    QCOMPARE(metric("fanout.publicationsDropped"), 0);
    QCOMPARE(metric("ws.slowConsumerDrops"), 0);
}

QTEST_GUILESS_MAIN(TestLagPolicies)
#include "tst_lagpolicies.moc"
