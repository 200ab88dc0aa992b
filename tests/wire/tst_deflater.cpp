// SPDX-License-Identifier: MIT
#include "wire/deflater.h"
#include "wire/referenceinflate.h"
#include "wire/websocketframe.h"
#include "wire/websocketrecorder.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;

namespace {

QByteArray deflated(QByteArrayView payload, int level = Deflater::DefaultLevel)
{
    QByteArray out;
    Deflater(level).appendMessage(out, payload);
    return out;
}

//! Nothing in it repeats.
QByteArray noise(qsizetype bytes, quint32 seed = 20261125)
{
    QRandomGenerator random(seed);
    QByteArray out(bytes, Qt::Uninitialized);
    for (char &byte : out)
        byte = char(random.generate());
    return out;
}

//! JSON as it is on the wire, \p bytes of it.
QByteArray rows(qsizetype bytes)
{
    QByteArray out = "[";
    for (int i = 0; out.size() < bytes; ++i)
        out += "{\"id\":\"todo-" + QByteArray::number(i * 7919 % 1000) + "\",\"title\":\"a task\",\"done\":false},";
    out.truncate(bytes);
    return out;
}

WebSocketDecoderOptions deflatingClient()
{
    WebSocketDecoderOptions options;
    options.role = WebSocketDecoderOptions::Role::Client;
    options.allowRsv1 = true;
    return options;
}

} // namespace

class TestDeflater : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void examplesOfTheRfc_data();
    void examplesOfTheRfc();
    void messagesDoNotDependOnEarlierOnes();
    void everySizeComesBack_data();
    void everySizeComesBack();
    void outputThatFillsAChunkComesBack();
    void everyLevelComesBack();
    void frameIsDeflatedOnlyWhereThatIsShorter();
    void framesFollowOneAnotherInOneBuffer();
    void framesOfEveryLengthFormAreReadable_data();
    void framesOfEveryLengthFormAreReadable();
};

void TestDeflater::examplesOfTheRfc_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("level");
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("RFC 7692 7.2.3.1 one block") << QByteArray("Hello") << 1 << QByteArray("f248cdc9c90700");
    QTest::newRow("RFC 7692 7.2.3.3 stored block") << QByteArray("Hello") << 0 << QByteArray("000500faff48656c6c6f00");
    QTest::newRow("RFC 7692 7.2.3.6 empty") << QByteArray() << 1 << QByteArray("00");
    QTest::newRow("empty and stored") << QByteArray() << 0 << QByteArray("00");
}

void TestDeflater::examplesOfTheRfc()
{
    QFETCH(QByteArray, payload);
    QFETCH(int, level);
    QFETCH(QByteArray, hex);
    QByteArray out("kept");
    Deflater(level).appendMessage(out, payload);
    QCOMPARE(out.first(4), "kept");
    QCOMPARE(out.sliced(4).toHex(), hex);
}

void TestDeflater::messagesDoNotDependOnEarlierOnes()
{
    Deflater deflater;
    for (const QByteArray &payload : {rows(500), rows(500), QByteArray("Hello"), noise(70000), QByteArray(), rows(499),
                                      QByteArray("Hello"), rows(200000), rows(500)}) {
        QByteArray out;
        deflater.appendMessage(out, payload);
        QCOMPARE(out, deflated(payload));
    }
}

void TestDeflater::everySizeComesBack_data()
{
    QTest::addColumn<int>("bytes");
    constexpr int MiB = 1024 * 1024; // what zlib is given at once
    for (const int bytes :
         {0,     1,     2,     3,     4,     5,     125,   126,     258, 259,     8191,    8192,       8193,
          32767, 32768, 32769, 65534, 65535, 65536, 65537, MiB - 1, MiB, MiB + 1, 2 * MiB, 2 * MiB + 1})
        QTest::addRow("%d bytes", bytes) << bytes;
}

void TestDeflater::everySizeComesBack()
{
    QFETCH(int, bytes);
    for (const QByteArray &payload : {QByteArray(bytes, '\0'), rows(bytes), noise(bytes)}) {
        const auto back = referenceInflate(deflated(payload), bytes);
        QVERIFY(back);
        QVERIFY(*back == payload);
    }
}

// A flush that ends where the chunk ends is asked for once more, and zlib may then mark it twice.
void TestDeflater::outputThatFillsAChunkComesBack()
{
    bool isChunkFilled = false;
    for (int bytes = 8150; bytes <= 8200; ++bytes) {
        const QByteArray payload = noise(bytes);
        const QByteArray out = deflated(payload);
        isChunkFilled = isChunkFilled || out.size() + 4 == 8192 || out.size() + 4 == 8192 + 5;
        const auto back = referenceInflate(out, bytes);
        QVERIFY(back);
        QVERIFY(*back == payload);
    }
    QVERIFY(isChunkFilled);
}

void TestDeflater::everyLevelComesBack()
{
    const QByteArray payload = rows(30000);
    for (int level = 0; level <= 9; ++level) {
        const auto back = referenceInflate(deflated(payload, level), payload.size());
        QVERIFY(back);
        QCOMPARE(*back, payload);
    }
    QCOMPARE_GT(deflated(payload, 0).size(), payload.size());
    QCOMPARE_LT(deflated(payload).size(), payload.size() / 5);
}

void TestDeflater::frameIsDeflatedOnlyWhereThatIsShorter()
{
    Deflater deflater;
    int shorter = 0;
    int equal = 0;
    int longer = 0;
    for (qsizetype bytes = 0; bytes < 200; ++bytes) {
        const QByteArray text = rows(bytes);
        const QByteArray payload = deflated(text);
        QByteArray expected = WebSocket::encodeText(text);
        if (payload.size() < text.size()) {
            expected.clear();
            WebSocket::appendFrameHeader(expected, WebSocket::Opcode::Text, payload.size(), true, true);
            expected += payload;
        }
        QByteArray out;
        WebSocket::appendDeflatedText(out, text, deflater);
        QCOMPARE(out, expected);
        ++(payload.size() < text.size() ? shorter : payload.size() == text.size() ? equal : longer);
    }
    QVERIFY(shorter > 0 && equal > 0 && longer > 0);
    QByteArray out;
    WebSocket::appendDeflatedText(out, "Hello", deflater);
    QCOMPARE(out.toHex(), "810548656c6c6f");
    out.clear();
    WebSocket::appendDeflatedText(out, "HelloHelloHello", deflater);
    QCOMPARE(out.first(2).toHex(), "c10a");
}

void TestDeflater::framesFollowOneAnotherInOneBuffer()
{
    Deflater deflater;
    QByteArray wire = WebSocket::encodePing("p");
    WebSocket::appendDeflatedText(wire, rows(300), deflater);
    WebSocket::appendDeflatedText(wire, "short", deflater);
    WebSocket::appendDeflatedText(wire, rows(3000), deflater);
    const QByteArrayList expected{"ping:p", "text(deflated):" + deflated(rows(300)), "text:short",
                                  "text(deflated):" + deflated(rows(3000))};
    QCOMPARE(decodeAtOnce(wire, deflatingClient()), expected);
    QCOMPARE(decodeByteByByte(wire, deflatingClient()), expected);
}

void TestDeflater::framesOfEveryLengthFormAreReadable_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("level");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("7 bits, deflated") << QByteArray(1000, 'a') << 1 << QByteArray("c1");
    QTest::newRow("16 bits, deflated") << rows(20000) << 1 << QByteArray("c17e");
    QTest::newRow("64 bits, deflated") << noise(80000).toHex() << 1 << QByteArray("c17f");
    QTest::newRow("16 bits, plain") << rows(20000) << 0 << QByteArray("817e");
    QTest::newRow("64 bits, plain") << rows(80000) << 0 << QByteArray("817f");
}

void TestDeflater::framesOfEveryLengthFormAreReadable()
{
    QFETCH(QByteArray, text);
    QFETCH(int, level);
    QFETCH(QByteArray, header);
    Deflater deflater(level);
    QByteArray wire;
    WebSocket::appendDeflatedText(wire, text, deflater);
    QVERIFY(wire.toHex().startsWith(header));

    class Expanding final : public WebSocketVisitor
    {
    public:
        QByteArray text;
        void messageReceived(const WebSocketMessage &message) override
        {
            text = message.payload.toByteArray();
            if (message.isCompressed)
                text = referenceInflate(text, 1024 * 1024).value_or({});
        }
        void pingReceived(QByteArrayView) override {}
        void pongReceived(QByteArrayView) override {}
        void closeReceived(quint16, QByteArrayView) override {}
        void protocolFailed(quint16, QByteArrayView) override {}
    } visitor;
    WebSocketDecoder decoder(visitor, deflatingClient());
    decoder.feed(wire.data(), wire.size());
    QVERIFY(visitor.text == text);
}

QTEST_GUILESS_MAIN(TestDeflater)
#include "tst_deflater.moc"
