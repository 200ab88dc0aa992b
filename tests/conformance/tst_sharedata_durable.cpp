// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"

#include <QTest>

using namespace Tidegate;

//! Documents outlive connections, restarts and kill -9.
class TestShareDataDurable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void transactionReachesTheOtherClientAndTheNextOne();
    void stateHistoryAndWindowAreThereAfterAnEnd_data();
    void stateHistoryAndWindowAreThereAfterAnEnd();
    void answeredProposalsOutliveKillMinusNine();
};

void TestShareDataDurable::transactionReachesTheOtherClientAndTheNextOne()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs()));
    RealtimeClient writer;
    RealtimeClient watcher;
    QVERIFY(writer.open(gateway));
    QVERIFY(watcher.open(gateway, "tg-odd +/=&%\xC3\xA9"));
    VERIFY_HAS(watcher.subscribe("tg-counter"), R"({"currentState":{"count":0},"lastTransactionId":null})");
    VERIFY_HAS(writer.propose("tg-counter", "increment", R"({"count":1})"), R"({"accepted":true,"transactionId":"1"})");
    VERIFY_HAS(watcher.ws.next(QStringLiteral("transaction")),
               R"({"shareDataId":"tg-counter","transactionId":"1","accepted":true,"currentState":{"count":1}})");
    VERIFY_HAS(writer.propose("tg-counter", "increment", R"({"count":7})"),
               R"({"accepted":false,"transactionId":"2"})");
    RealtimeClient late;
    QVERIFY(late.open(gateway));
    VERIFY_HAS(late.subscribe("tg-counter", "1"), R"({"currentState":{"count":1},"lastTransactionId":"2"})");
    QVERIFY(late.settle());
    QCOMPARE(late.frames(QStringLiteral("transaction")),
             QList<QJsonObject>{json(R"({"v":1,"type":"transaction","shareDataId":"tg-counter","transactionId":"2",)"
                                     R"("accepted":false,"replayed":true})")});
}

void TestShareDataDurable::stateHistoryAndWindowAreThereAfterAnEnd_data()
{
    QTest::addColumn<bool>("isKilled");
    QTest::newRow("orderly stop") << false;
    QTest::newRow("kill -9") << true;
}

void TestShareDataDurable::stateHistoryAndWindowAreThereAfterAnEnd()
{
    QFETCH(bool, isKilled);
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs()));
    {
        RealtimeClient writer;
        QVERIFY(writer.open(gateway));
        for (int i = 1; i <= 5; ++i)
            QVERIFY(!writer.propose("tg-counter", "increment", compact(Realtime::count(i))).isEmpty());
    }
    if (isKilled)
        gateway.kill();
    else
        QCOMPARE(gateway.terminate(), 0);
    QVERIFY(gateway.restart());
    RealtimeClient reader;
    QVERIFY(reader.open(gateway));
    VERIFY_HAS(reader.subscribe("tg-counter", "3"), R"({"currentState":{"count":5},"lastTransactionId":"5"})");
    QVERIFY(reader.settle());
    QCOMPARE(reader.frames(QStringLiteral("transaction")).size(), 2);
    VERIFY_HAS(reader.frames(QStringLiteral("transaction")).value(0), R"({"transactionId":"4","replayed":true})");
    VERIFY_HAS(reader.propose("tg-counter", "increment", R"({"count":6})"), R"({"transactionId":"6"})");
}

void TestShareDataDurable::answeredProposalsOutliveKillMinusNine()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs()));
    int highestAnswered = 0;
    for (int round = 0; round < 3; ++round) {
        RealtimeClient writer;
        QVERIFY(writer.open(gateway));
        const QJsonObject state = writer.subscribe("tg-counter");
        const int found = int(numberAt(state, "currentState.count"));
        QVERIFY2(found >= highestAnswered, "an answered proposal is lost");
        // A transaction that was on disk but not answered may be there; its number is used up all the same.
        QCOMPARE(textAt(state, "lastTransactionId"), found ? QByteArray::number(found) : QByteArray("null"));
        // Many at a time, so that the kill falls between commits and answers.
        for (int i = 1; i <= 400; ++i)
            writer.ws.send(Realtime::propose("tg-counter", "increment", compact(Realtime::count(found + i)),
                                             "k-" + QByteArray::number(i)));
        QVERIFY(!writer.resultOf("k-" + QByteArray::number(60 + 40 * round)).isEmpty());
        gateway.kill();
        for (const QJsonObject &result : writer.frames(QStringLiteral("proposal-result"))) {
            QCOMPARE(result.value(u"accepted").toBool(), true);
            highestAnswered = std::max(highestAnswered, textAt(result, "transactionId").toInt());
        }
        QVERIFY(gateway.restart());
    }
}

QTEST_GUILESS_MAIN(TestShareDataDurable)
#include "tst_sharedata_durable.moc"
