// SPDX-License-Identifier: MIT
#include "wire/websocketframe.h"

#include <QTest>

using namespace Tidegate::WebSocket;

class TestWebSocketFrame : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void encodes_data();
    void encodes();
    void headerUsesTheShortestLength_data();
    void headerUsesTheShortestLength();
    void closeReasonIsCutBetweenCharacters();
    void controlPayloadIsCut();
    void maskIsItsOwnInverseAtEveryOffset();
};

void TestWebSocketFrame::encodes_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("RFC 6455 5.7 text") << encodeText("Hello") << QByteArray("810548656c6c6f");
    QTest::newRow("RFC 6455 5.7 masked text")
        << encodeMaskedText("Hello", 0x37fa213d) << QByteArray("818537fa213d7f9f4d5158");
    QTest::newRow("RFC 6455 5.7 first fragment")
        << encodeMasked(Opcode::Text, "Hel", 0, false) << QByteArray("01830000000048656c");
    QTest::newRow("RFC 6455 5.7 ping") << encodePing("Hello") << QByteArray("890548656c6c6f");
    QTest::newRow("pong") << encodePong("a") << QByteArray("8a0161");
    QTest::newRow("binary") << encodeBinary("\xff") << QByteArray("8201ff");
    QTest::newRow("empty text") << encodeText({}) << QByteArray("8100");
    QTest::newRow("close") << encodeClose(1000) << QByteArray("880203e8");
    QTest::newRow("close with reason") << encodeClose(4001, "no") << QByteArray("88040fa16e6f");
    QTest::newRow("close without status") << encodeClose(CloseNoStatus, "ignored") << QByteArray("8800");
    QTest::newRow("masked binary with RSV1")
        << encodeMasked(Opcode::Binary, "a", 0x01020304, true, true) << QByteArray("c2810102030460");
}

void TestWebSocketFrame::encodes()
{
    QFETCH(QByteArray, frame);
    QFETCH(QByteArray, hex);
    QCOMPARE(frame.toHex(), hex);
}

void TestWebSocketFrame::headerUsesTheShortestLength_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("0") << qint64(0) << QByteArray("8200");
    QTest::newRow("125") << qint64(125) << QByteArray("827d");
    QTest::newRow("126") << qint64(126) << QByteArray("827e007e");
    QTest::newRow("65535") << qint64(65535) << QByteArray("827effff");
    QTest::newRow("65536") << qint64(65536) << QByteArray("827f0000000000010000");
    QTest::newRow("beyond 32 bits") << (qint64(1) << 40) << QByteArray("827f0000010000000000");
}

void TestWebSocketFrame::headerUsesTheShortestLength()
{
    QFETCH(qint64, bytes);
    QFETCH(QByteArray, hex);
    QByteArray out("kept");
    appendFrameHeader(out, Opcode::Binary, bytes);
    QCOMPARE(out.sliced(4).toHex(), hex);
    QVERIFY(out.startsWith("kept"));
}

void TestWebSocketFrame::closeReasonIsCutBetweenCharacters()
{
    const QByteArray euro("\xe2\x82\xac");
    QCOMPARE(encodeClose(1000, QByteArray(123, 'x')).size(), 2 + 125);
    QCOMPARE(encodeClose(1000, QByteArray(124, 'x')).size(), 2 + 125);
    QCOMPARE(encodeClose(1000, QByteArray(122, 'x') + euro).size(), 2 + 2 + 122);
    QCOMPARE(encodeClose(1000, QByteArray(120, 'x') + euro).size(), 2 + 125);
}

void TestWebSocketFrame::controlPayloadIsCut()
{
    QCOMPARE(encodePing(QByteArray(300, 'x')), encodePing(QByteArray(125, 'x')));
    QCOMPARE(encodePong(QByteArray(126, 'x')).size(), 2 + 125);
}

void TestWebSocketFrame::maskIsItsOwnInverseAtEveryOffset()
{
    constexpr quint32 Mask = 0x01a2b3c4;
    const uchar key[] = {0x01, 0xa2, 0xb3, 0xc4};
    for (qsizetype size = 0; size < 40; ++size) {
        for (quint64 offset = 0; offset < 9; ++offset) {
            QByteArray data(size, 'q');
            applyMask(data.data(), size, Mask, offset);
            for (qsizetype i = 0; i < size; ++i)
                QCOMPARE(uchar(data[i]), uchar('q' ^ key[(quint64(i) + offset) % 4]));
            applyMask(data.data(), size, Mask, offset);
            QCOMPARE(data, QByteArray(size, 'q'));
        }
    }
}

QTEST_GUILESS_MAIN(TestWebSocketFrame)
#include "tst_websocketframe.moc"
