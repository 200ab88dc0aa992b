// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"

#include <QTest>

using namespace Tidegate;

//! ShareData spec sections 5 and 6.
class TestShareDataSubscribe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_gateway.reset(); }

    void unknownDocumentEndsTheConnection();
    void existenceIsCheckedBeforeAuthorization();
    void deniedSubscribeLeavesTheConnectionOpen();
    void stateIsTheWholeSnapshot_data();
    void stateIsTheWholeSnapshot();
    void subscribingAgainAnswersAgainAndDeliversOnce();
    void nothingIsLostOrDoubledBetweenStateAndLive();
    void unsubscribeIsSilentAndEndsDelivery();
    void pipelinedUnsubscribeWins();
    void pongDoesNotWait();
    void replayComesAfterTheStateAndGoesToTheAskerAlone();
    void cursorIsFoundOrNot_data();
    void cursorIsFoundOrNot();
    void windowKeepsTheNewestHundred();
    void emptySinceAsksForNothing();
    void unknownDocumentsInALoopAreThrottled();

private:
    void countTo(int last);

    std::unique_ptr<GatewayProcess> m_gateway;
};

void TestShareDataSubscribe::init()
{
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start(Realtime::fixtureArgs()));
}

void TestShareDataSubscribe::countTo(int last)
{
    RealtimeClient writer;
    QVERIFY(writer.open(*m_gateway));
    for (int i = 1; i <= last; ++i)
        writer.ws.send(
            Realtime::propose("tg-counter", "increment", compact(Realtime::count(i)), "n-" + QByteArray::number(i)));
    QVERIFY(!writer.resultOf("n-" + QByteArray::number(last)).isEmpty());
}

void TestShareDataSubscribe::unknownDocumentEndsTheConnection()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter");
    client.ws.send(Realtime::subscribe("no/such \"doc\""));
    client.ws.send(json(R"({"v":1,"type":"ping","correlationId":"behind"})"));
    QVERIFY(client.ws.waitForClose());
    VERIFY_HAS(client.ws.frames().at(client.ws.indexOf(
                   [](const QJsonObject &frame) { return frame.value(u"type").toString() == u"error"; })),
               R"({"code":"unknown-share-data","message":"shareDataId no/such \"doc\" not found"})");
    QCOMPARE(client.ws.closeCode(), 4003);
    QCOMPARE(client.ws.closeReason(), QStringLiteral("unknown shareDataId"));
}

void TestShareDataSubscribe::existenceIsCheckedBeforeAuthorization()
{
    GatewayProcess strict;
    QVERIFY(strict.start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--sharedata-subscribe-rules=deny")}));
    RealtimeClient client;
    QVERIFY(client.open(strict));
    client.ws.send(Realtime::subscribe("no-such"));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4003);
    // What tells nobody which documents exist is an option.
    QVERIFY(strict.restart(Realtime::fixtureArgs() + QStringList{QStringLiteral("--sharedata-hide-unknown=true")}));
    RealtimeClient other;
    QVERIFY(other.open(strict));
    VERIFY_HAS(other.ws.ask(Realtime::subscribe("no-such"), QStringLiteral("error")),
               R"({"code":"unauthorized-subscribe","message":"not authorized to subscribe to no-such"})");
    VERIFY_HAS(other.propose("no-such", "increment", "null"),
               R"({"error":"unauthorized-propose: not allowed to invoke increment on no-such"})");
    QVERIFY(other.ws.isOpen());
}

void TestShareDataSubscribe::deniedSubscribeLeavesTheConnectionOpen()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter");
    QCOMPARE(client.ws.ask(Realtime::subscribe("tg-restricted"), QStringLiteral("error")),
             json(R"({"v":1,"type":"error","code":"unauthorized-subscribe",)"
                  R"("message":"not authorized to subscribe to tg-restricted"})"));
    QVERIFY(client.settle());
    countTo(1);
    VERIFY_HAS(client.ws.next(QStringLiteral("transaction")), R"({"transactionId":"1"})");
}

void TestShareDataSubscribe::stateIsTheWholeSnapshot_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("object") << QByteArray("tg-counter") << QByteArray(R"({"count":0})");
    QTest::newRow("null") << QByteArray("tg-blob") << QByteArray("null");
    QTest::newRow("never changed") << QByteArray("tg-pristine") << QByteArray(R"({"note":"untouched"})");
}

void TestShareDataSubscribe::stateIsTheWholeSnapshot()
{
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, expected);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QCOMPARE(client.subscribe(id), json(R"({"v":1,"type":"state","shareDataId":")" + id +
                                        R"(","lastTransactionId":null,"currentState":)" + expected + '}'));
}

void TestShareDataSubscribe::subscribingAgainAnswersAgainAndDeliversOnce()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QVERIFY(!client.subscribe("tg-counter").isEmpty());
    QVERIFY(!client.subscribe("tg-counter").isEmpty());
    QCOMPARE(client.frames(QStringLiteral("state")).size(), 2);
    countTo(1);
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 1);
}

void TestShareDataSubscribe::nothingIsLostOrDoubledBetweenStateAndLive()
{
    RealtimeClient writer;
    QVERIFY(writer.open(*m_gateway));
    constexpr int Last = 300;
    for (int i = 1; i <= Last; ++i)
        writer.ws.send(
            Realtime::propose("tg-counter", "increment", compact(Realtime::count(i)), "n-" + QByteArray::number(i)));
    std::vector<std::unique_ptr<RealtimeClient>> readers;
    for (int i = 0; i < 8; ++i) {
        readers.push_back(std::make_unique<RealtimeClient>());
        QVERIFY(readers.back()->open(*m_gateway));
        // Twice, so that a snapshot also falls into a stream that is live.
        QVERIFY(!readers.back()->subscribe("tg-counter").isEmpty());
        QVERIFY(!readers.back()->subscribe("tg-counter").isEmpty());
    }
    QVERIFY(!writer.resultOf("n-" + QByteArray::number(Last)).isEmpty());
    for (const auto &reader : readers) {
        QVERIFY(reader->settle());
        int at = -1;
        for (const QJsonObject &frame : reader->ws.frames()) {
            if (frame.value(u"type").toString() == u"state") {
                const int count = int(numberAt(frame, "currentState.count"));
                QVERIFY(count >= at);
                at = count;
            } else if (frame.value(u"type").toString() == u"transaction") {
                QCOMPARE(textAt(frame, "transactionId").toInt(), at + 1);
                QCOMPARE(numberAt(frame, "currentState.count"), at + 1);
                ++at;
            }
        }
        QCOMPARE(at, Last);
    }
}

void TestShareDataSubscribe::unsubscribeIsSilentAndEndsDelivery()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter");
    client.ws.send(Realtime::unsubscribe("tg-counter"));
    client.ws.send(Realtime::unsubscribe("tg-counter"));
    client.ws.send(Realtime::unsubscribe("no-such"));
    QVERIFY(client.settle());
    countTo(1);
    QVERIFY(client.settle());
    QCOMPARE(client.ws.types().count(QStringLiteral("proposal-result")), client.ws.frames().size() - 1);
}

void TestShareDataSubscribe::pipelinedUnsubscribeWins()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.ws.send(Realtime::subscribe("tg-counter"));
    client.ws.send(Realtime::unsubscribe("tg-counter"));
    QVERIFY(client.settle());
    countTo(1);
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("state")).size(), 1);
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 0);
}

void TestShareDataSubscribe::pongDoesNotWait()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QCOMPARE(client.ws.ask(json(R"({"v":1,"type":"ping","correlationId":"c"})"), QStringLiteral("pong")),
             json(R"({"v":1,"type":"pong","correlationId":"c"})"));
}

void TestShareDataSubscribe::replayComesAfterTheStateAndGoesToTheAskerAlone()
{
    countTo(4);
    RealtimeClient other;
    QVERIFY(other.open(*m_gateway));
    other.subscribe("tg-counter");
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.ws.send(Realtime::subscribe("tg-counter", "2"));
    QVERIFY(client.settle());
    QCOMPARE(client.ws.frames().first(3),
             (QList<QJsonObject>{json(R"({"v":1,"type":"state","shareDataId":"tg-counter","currentState":{"count":4},)"
                                      R"("lastTransactionId":"4"})"),
                                 json(R"({"v":1,"type":"transaction","shareDataId":"tg-counter","transactionId":"3",)"
                                      R"("accepted":true,"replayed":true})"),
                                 json(R"({"v":1,"type":"transaction","shareDataId":"tg-counter","transactionId":"4",)"
                                      R"("accepted":true,"replayed":true})")}));
    QVERIFY(other.settle());
    QCOMPARE(other.frames(QStringLiteral("transaction")).size(), 0);
}

void TestShareDataSubscribe::cursorIsFoundOrNot_data()
{
    QTest::addColumn<QByteArray>("since");
    QTest::addColumn<int>("replayed"); // -1: not found
    QTest::newRow("newest") << QByteArray("3") << 0;
    QTest::newRow("oldest") << QByteArray("1") << 2;
    QTest::newRow("beginning (ours)") << QByteArray("0") << 3;
    QTest::newRow("newer than everything") << QByteArray("4") << -1;
    QTest::newRow("fraction") << QByteArray("1.5") << -1;
    QTest::newRow("spaces") << QByteArray(" 1 ") << -1;
    QTest::newRow("another spelling") << QByteArray("0x1") << -1;
    QTest::newRow("no number") << QByteArray("gone") << -1;
}

void TestShareDataSubscribe::cursorIsFoundOrNot()
{
    QFETCH(QByteArray, since);
    QFETCH(int, replayed);
    countTo(3);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    QVERIFY(!client.subscribe("tg-counter", since).isEmpty());
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), std::max(0, replayed));
    const QList<QJsonObject> errors = client.frames(QStringLiteral("error"));
    QCOMPARE(errors.size(), replayed < 0 ? 1 : 0);
    if (replayed < 0)
        VERIFY_HAS(errors.first(), R"({"code":"replay-cursor-not-found","message":"since=)" + since +
                                       R"( not present in retained replay window; skipping replay"})");
    // Still subscribed.
    QVERIFY(!client.propose("tg-counter", "increment", R"({"count":4})").isEmpty());
    VERIFY_HAS(client.ws.waitFor([](const QJsonObject &frame) {
        return frame.contains(u"currentState") && frame.value(u"transactionId").toString() == u"4";
    }),
               R"({"accepted":true})");
}

void TestShareDataSubscribe::windowKeepsTheNewestHundred()
{
    countTo(105);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter", "6");
    QVERIFY(client.settle());
    QCOMPARE(client.frames(QStringLiteral("transaction")).size(), 99);
    RealtimeClient late;
    QVERIFY(late.open(*m_gateway));
    late.subscribe("tg-counter", "5");
    QVERIFY(late.settle());
    QCOMPARE(late.frames(QStringLiteral("transaction")).size(), 0);
    QCOMPARE(late.frames(QStringLiteral("error")).size(), 1);
}

void TestShareDataSubscribe::emptySinceAsksForNothing()
{
    countTo(2);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    client.subscribe("tg-counter", "");
    QVERIFY(client.settle());
    QCOMPARE(client.ws.types().count(QStringLiteral("transaction")), 0);
    QCOMPARE(client.ws.types().count(QStringLiteral("error")), 0);
}

void TestShareDataSubscribe::unknownDocumentsInALoopAreThrottled()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--sharedata-unknown-max=3"),
                                                                QStringLiteral("--sharedata-unknown-window=1h"),
                                                                QStringLiteral("--io-threads=1")}));
    RealtimeClient steady;
    QVERIFY(steady.open(gateway));
    for (int i = 0; i < 3; ++i) {
        RealtimeClient client;
        QVERIFY(client.open(gateway));
        client.ws.send(Realtime::subscribe("no-such"));
        QVERIFY(client.ws.waitForClose());
        QCOMPARE(client.ws.closeCode(), 4003);
    }
    RealtimeClient client;
    QVERIFY(!client.open(gateway));
    QVERIFY(steady.settle());
}

QTEST_GUILESS_MAIN(TestShareDataSubscribe)
#include "tst_sharedata_subscribe.moc"
