// SPDX-License-Identifier: MIT
#include "sharedata/encoder.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Tidegate::ShareData;

//! ShareData spec section 4.
class TestShareDataEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFrameHasExactlyItsFields_data();
    void everyFrameHasExactlyItsFields();
    void idsAreEscaped();
};

void TestShareDataEncoder::everyFrameHasExactlyItsFields_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("state") << encodeState("d", R"({"a":1})", "7")
                           << QByteArray(R"({"v":1,"type":"state","shareDataId":"d","currentState":{"a":1},)"
                                         R"("lastTransactionId":"7"})");
    QTest::newRow("state before any transaction")
        << encodeState("d", "null", {})
        << QByteArray(R"({"v":1,"type":"state","shareDataId":"d","currentState":null,"lastTransactionId":null})");
    QTest::newRow("live transaction") << encodeTransaction("d", "8", false, "[]")
                                      << QByteArray(R"({"v":1,"type":"transaction","shareDataId":"d",)"
                                                    R"("transactionId":"8","accepted":false,"currentState":[]})");
    QTest::newRow("replayed transaction")
        << encodeReplayed("d", "8", true)
        << QByteArray(R"({"v":1,"type":"transaction","shareDataId":"d","transactionId":"8","accepted":true,)"
                      R"("replayed":true})");
    QTest::newRow("replayed transaction with its state")
        << encodeReplayed("d", "8", true, "5")
        << QByteArray(R"({"v":1,"type":"transaction","shareDataId":"d","transactionId":"8","accepted":true,)"
                      R"("currentState":5,"replayed":true})");
    QTest::newRow("updated") << encodeUpdated("d", "5")
                             << QByteArray(R"({"v":1,"type":"lifecycle","shareDataId":"d","event":"updated",)"
                                           R"("currentState":5})");
    QTest::newRow("removed") << encodeRemoved("d")
                             << QByteArray(R"({"v":1,"type":"lifecycle","shareDataId":"d","event":"removed"})");
    QTest::newRow("recorded proposal")
        << encodeResult(R"("c-1")", true, "8")
        << QByteArray(R"({"v":1,"type":"proposal-result","correlationId":"c-1","accepted":true,"transactionId":"8"})");
    QTest::newRow("failed proposal")
        << encodeFailure(R"("c-1")", "boom")
        << QByteArray(R"({"v":1,"type":"proposal-result","correlationId":"c-1","accepted":false,"error":"boom"})");
    QTest::newRow("pong") << encodePong(R"("c-2")") << QByteArray(R"({"v":1,"type":"pong","correlationId":"c-2"})");
    QTest::newRow("error") << encodeError(ErrorFrame::ReplayCursorNotFound, "gone")
                           << QByteArray(R"({"v":1,"type":"error","code":"replay-cursor-not-found","message":"gone"})");
    QTest::newRow("error unknown") << encodeError(ErrorFrame::UnknownShareData, "m")
                                   << QByteArray(R"({"v":1,"type":"error","code":"unknown-share-data","message":"m"})");
    QTest::newRow("error denied") << encodeError(ErrorFrame::UnauthorizedSubscribe, "m")
                                  << QByteArray(
                                         R"({"v":1,"type":"error","code":"unauthorized-subscribe","message":"m"})");
    QTest::newRow("error invalid") << encodeError(ErrorFrame::InvalidMessage, "m")
                                   << QByteArray(R"({"v":1,"type":"error","code":"invalid-message","message":"m"})");
}

void TestShareDataEncoder::everyFrameHasExactlyItsFields()
{
    QFETCH(QByteArray, frame);
    QFETCH(QByteArray, expected);
    QCOMPARE(frame, expected);
    QVERIFY(QJsonDocument::fromJson(frame).isObject());
}

void TestShareDataEncoder::idsAreEscaped()
{
    const QByteArray id = "a\"b\\c\n\xC3\xA9";
    const QJsonObject frame = QJsonDocument::fromJson(encodeRemoved(id)).object();
    QCOMPARE(frame.value(QStringLiteral("shareDataId")).toString().toUtf8(), id);
}

QTEST_GUILESS_MAIN(TestShareDataEncoder)
#include "tst_sharedata_encoder.moc"
