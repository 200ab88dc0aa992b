// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

//! A batch with several verdicts is replayed in the order of its offsets, from any cursor inside it.
class TestReplayOrder : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void mixedVerdictsAreReplayedInOrder();
};

void TestReplayOrder::mixedVerdictsAreReplayedInOrder()
{
    BackendProcess backend;
    QVERIFY(backend.start());
    GatewayProcess gateway;
    QVERIFY(
        gateway.start(GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--backend-url"), backend.url()}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    const QByteArrayList ids = {"order-0001", "order-0002", "order-0003", "order-0004", "order-0005"};
    const QByteArrayList names = {"A_CREATE", "A_REJECT", "A_CREATE", "A_CONFLICT", "A_CREATE"};
    QByteArrayList entries;
    for (qsizetype i = 0; i < ids.size(); ++i)
        entries << entry(ids[i], names[i]);
    const QJsonObject ack = client.ask(batch(entries), QStringLiteral("ack"));
    QCOMPARE(column(arrayAt(ack, "intents"), "logSeq"), (QByteArrayList{"1", "2", "3", "4", "5"}));
    for (qsizetype cursor = 0; cursor <= ids.size(); ++cursor) {
        const QJsonObject replay =
            client.ask(channelFrame("channel.resync", "global", ",\"cursor\":" + QByteArray::number(cursor)),
                       QStringLiteral("channel.replay"));
        QCOMPARE(column(arrayAt(replay, "intents"), "id"), ids.sliced(cursor));
        WsClient returning;
        QVERIFY(
            returning.open(gateway.webSocketUrl(QStringLiteral("role=follower&cursor=") + QString::number(cursor))));
        QCOMPARE(column(arrayAt(returning.next(QStringLiteral("replay")), "intents"), "id"), ids.sliced(cursor));
    }
}

QTEST_GUILESS_MAIN(TestReplayOrder)
#include "tst_replayorder.moc"
