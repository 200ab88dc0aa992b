// SPDX-License-Identifier: MIT
#include "wire/websocketrecorder.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;
using namespace Tidegate::WebSocket;
using Options = WebSocketDecoderOptions;

namespace {

constexpr quint32 Mask = 0x37fa213d;
constexpr char Mixed[] = "\xce\xba\xe1\xbd\xb9\xf0\x9f\x8c\x8a\xcf\x83\xce\xbc\xce\xb5 end";

QByteArray frame(Opcode opcode, QByteArrayView payload, bool fin = true, bool rsv1 = false)
{
    return encodeMasked(opcode, payload, Mask, fin, rsv1);
}

QByteArray first(Opcode opcode, QByteArrayView payload)
{
    return frame(opcode, payload, false);
}

QByteArray middle(QByteArrayView payload)
{
    return frame(Opcode::Continuation, payload, false);
}

QByteArray last(QByteArrayView payload)
{
    return frame(Opcode::Continuation, payload);
}

//! A frame header byte by byte; the mask is zero, so payload can follow as it is.
QByteArray raw(std::initializer_list<int> bytes)
{
    QByteArray out;
    for (const int byte : bytes)
        out += char(byte);
    return out;
}

QByteArray closePayload(quint16 code, QByteArrayView reason = {})
{
    return raw({code >> 8, code & 0xff}) + reason.toByteArray();
}

Options withLimit(qint64 bytes)
{
    Options options;
    options.maxMessageBytes = bytes;
    return options;
}

Options clientRole()
{
    Options options;
    options.role = Options::Role::Client;
    return options;
}

Options withFragments(quint32 frames)
{
    Options options;
    options.maxFragments = frames;
    return options;
}

Options withRsv1()
{
    Options options;
    options.allowRsv1 = true;
    return options;
}

void compareInEveryChunking(const QByteArray &wire, const Options &options, const QByteArrayList &expected)
{
    QCOMPARE(decodeAtOnce(wire, options), expected);
    QCOMPARE(decodeByteByByte(wire, options), expected);
    for (quint32 seed = 1; seed <= 24; ++seed)
        QCOMPARE(decodeRandomly(wire, seed, options), expected);
}

void columns()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArrayList>("events");
}

} // namespace

class TestWebSocketDecoder : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void validFrames_data();
    void validFrames();
    void validLengths_data();
    void validLengths();
    void serverFramesForTheClientRole_data();
    void serverFramesForTheClientRole();
    void closeCodes_data();
    void closeCodes();
    void hostileFrames_data();
    void hostileFrames();
    void everyUnknownOpcodeIsRefused();
    void everyReservedBitIsRefused();
    void textSplitAtEveryByteStaysWhole();
    void brokenUtf8_data();
    void brokenUtf8();
    void brokenUtf8FailsBeforeTheFrameEnds();
    void rsv1MarksACompressedMessage();
    void rsv1OutsideTheFirstDataFrameIsRefused_data();
    void rsv1OutsideTheFirstDataFrameIsRefused();
    void tooBigFailsAtTheHeader_data();
    void tooBigFailsAtTheHeader();
    void announcedLengthIsNotAllocated();
    void tenThousandFragmentsMakeOneMessage();
    void fragmentsAreCounted_data();
    void fragmentsAreCounted();
    void endlessFragmentsEnd_data();
    void endlessFragmentsEnd();
    void mixedStreamIsTheSameInEveryChunking();
    void pauseStopsAfterTheEvent();
    void nothingFollowsTheLastEvent();
    void wholeMessageIsNotCopied();
    void nothingIsHeldBetweenMessages();
};

void TestWebSocketDecoder::validFrames_data()
{
    columns();
    const QByteArray text125(125, 'p');
    QTest::newRow("RFC 6455 5.7 masked Hello")
        << QByteArray::fromHex("818537fa213d7f9f4d5158") << QByteArrayList{"text:Hello"};
    QTest::newRow("RFC 6455 5.7 masked pong")
        << QByteArray::fromHex("8a8537fa213d7f9f4d5158") << QByteArrayList{"pong:Hello"};
    QTest::newRow("empty text") << frame(Opcode::Text, {}) << QByteArrayList{"text:"};
    QTest::newRow("empty binary") << frame(Opcode::Binary, {}) << QByteArrayList{"binary:"};
    QTest::newRow("binary need not be UTF-8") << frame(Opcode::Binary, "\xff\xfe") << QByteArrayList{"binary:\xff\xfe"};
    QTest::newRow("text in two fragments") << first(Opcode::Text, "Hel") + last("lo") << QByteArrayList{"text:Hello"};
    QTest::newRow("text in five fragments, some empty")
        << first(Opcode::Text, {}) + middle("a") + middle({}) + middle("b") + last({}) << QByteArrayList{"text:ab"};
    QTest::newRow("all fragments empty") << first(Opcode::Binary, {}) + middle({}) + last({})
                                         << QByteArrayList{"binary:"};
    QTest::newRow("ping between fragments comes first")
        << first(Opcode::Text, "a") + frame(Opcode::Ping, "p") + last("b") << QByteArrayList{"ping:p", "text:ab"};
    QTest::newRow("several controls between every two fragments")
        << first(Opcode::Text, "a") + frame(Opcode::Ping, "1") + frame(Opcode::Pong, "2") + middle("b") +
               frame(Opcode::Ping, "3") + last("c")
        << QByteArrayList{"ping:1", "pong:2", "ping:3", "text:abc"};
    QTest::newRow("close between fragments ends all")
        << first(Opcode::Text, "a") + frame(Opcode::Close, closePayload(1000)) << QByteArrayList{"close:1000:"};
    QTest::newRow("empty ping") << frame(Opcode::Ping, {}) << QByteArrayList{"ping:"};
    QTest::newRow("ping of 125 bytes") << frame(Opcode::Ping, text125) << QByteArrayList{"ping:" + text125};
    QTest::newRow("ping need not be UTF-8") << frame(Opcode::Ping, "\xff\x80") << QByteArrayList{"ping:\xff\x80"};
    QTest::newRow("unsolicited pong") << frame(Opcode::Pong, "x") << QByteArrayList{"pong:x"};
    QTest::newRow("ten pings in one chunk") << frame(Opcode::Ping, "z").repeated(10) << QByteArrayList(10, "ping:z");
    QTest::newRow("empty close") << frame(Opcode::Close, {}) << QByteArrayList{"close:1005:"};
    QTest::newRow("close with a reason of 123 bytes") << frame(Opcode::Close, closePayload(1000, QByteArray(123, 'r')))
                                                      << QByteArrayList{"close:1000:" + QByteArray(123, 'r')};
    QTest::newRow("close with a UTF-8 reason")
        << frame(Opcode::Close, closePayload(4001, Mixed)) << QByteArrayList{QByteArray("close:4001:") + Mixed};
    QTest::newRow("messages follow one another") << frame(Opcode::Text, "1") + frame(Opcode::Binary, "2") +
                                                        first(Opcode::Text, "3") + last("4") + frame(Opcode::Text, "5")
                                                 << QByteArrayList{"text:1", "binary:2", "text:34", "text:5"};
    QTest::newRow("frame cut short says nothing") << frame(Opcode::Text, "Hello").chopped(1) << QByteArrayList{};
    QTest::newRow("message without its last fragment says nothing") << first(Opcode::Text, "x") << QByteArrayList{};
    QTest::newRow("text ends with U+10FFFF")
        << frame(Opcode::Text, "\xf4\x8f\xbf\xbf") << QByteArrayList{"text:\xf4\x8f\xbf\xbf"};
    QTest::newRow("noncharacters are valid UTF-8")
        << frame(Opcode::Text, "\xef\xbf\xbe") << QByteArrayList{"text:\xef\xbf\xbe"};
}

void TestWebSocketDecoder::validFrames()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArrayList, events);
    compareInEveryChunking(wire, {}, events);
}

void TestWebSocketDecoder::validLengths_data()
{
    QTest::addColumn<int>("bytes");
    for (const int bytes : {0, 1, 7, 8, 9, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537, 131072})
        QTest::addRow("%d bytes", bytes) << bytes;
}

void TestWebSocketDecoder::validLengths()
{
    QFETCH(int, bytes);
    QByteArray payload(bytes, 'x');
    for (qsizetype i = 0; i < payload.size(); ++i)
        payload[i] = char('!' + i % 90);
    compareInEveryChunking(frame(Opcode::Text, payload), {}, {"text:" + payload});
    compareInEveryChunking(encodeBinary(payload), clientRole(), {"binary:" + payload});
}

void TestWebSocketDecoder::serverFramesForTheClientRole_data()
{
    columns();
    const QByteArray bytes256(256, 'a');
    const QByteArray bytes64k(65536, 'b');
    QTest::newRow("RFC 6455 5.7 Hello") << QByteArray::fromHex("810548656c6c6f") << QByteArrayList{"text:Hello"};
    QTest::newRow("RFC 6455 5.7 fragmented Hello")
        << QByteArray::fromHex("010348656c80026c6f") << QByteArrayList{"text:Hello"};
    QTest::newRow("RFC 6455 5.7 ping") << QByteArray::fromHex("890548656c6c6f") << QByteArrayList{"ping:Hello"};
    QTest::newRow("RFC 6455 5.7 256 bytes binary")
        << QByteArray::fromHex("827e0100") + bytes256 << QByteArrayList{"binary:" + bytes256};
    QTest::newRow("RFC 6455 5.7 64 KiB binary")
        << QByteArray::fromHex("827f0000000000010000") + bytes64k << QByteArrayList{"binary:" + bytes64k};
    QTest::newRow("close") << encodeClose(1001, "bye") << QByteArrayList{"close:1001:bye"};
    QTest::newRow("masked frame is refused") << encodeMaskedText("x", 1) << QByteArrayList{"failed:1002"};
}

void TestWebSocketDecoder::serverFramesForTheClientRole()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArrayList, events);
    compareInEveryChunking(wire, clientRole(), events);
}

void TestWebSocketDecoder::closeCodes_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("isValid");
    for (const int code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
        QTest::addRow("%d is valid", code) << code << true;
    for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32768, 65535})
        QTest::addRow("%d is invalid", code) << code << false;
}

void TestWebSocketDecoder::closeCodes()
{
    QFETCH(int, code);
    QFETCH(bool, isValid);
    const QByteArray wire = frame(Opcode::Close, closePayload(quint16(code), "why"));
    const QByteArray event = isValid ? "close:" + QByteArray::number(code) + ":why" : QByteArray("failed:1002");
    compareInEveryChunking(wire, {}, {event});
    QCOMPARE(isSendableCloseCode(quint16(code)), isValid);
}

void TestWebSocketDecoder::hostileFrames_data()
{
    columns();
    const QByteArrayList protocolError{"failed:1002"};
    QTest::newRow("unmasked frame") << encodeText("x") << protocolError;
    QTest::newRow("unmasked empty ping") << encodePing() << protocolError;
    QTest::newRow("unmasked frame is refused before its length") << raw({0x81, 0x7f}) << protocolError;
    QTest::newRow("fragmented ping") << first(Opcode::Ping, "x") << protocolError;
    QTest::newRow("fragmented pong") << first(Opcode::Pong, "x") << protocolError;
    QTest::newRow("fragmented close") << first(Opcode::Close, {}) << protocolError;
    QTest::newRow("ping of 126 bytes") << frame(Opcode::Ping, QByteArray(126, 'x')) << protocolError;
    QTest::newRow("ping with a 64-bit length") << raw({0x89, 0xff}) << protocolError;
    QTest::newRow("close of 126 bytes") << frame(Opcode::Close, closePayload(1000, QByteArray(124, 'x')))
                                        << protocolError;
    QTest::newRow("close with half a code") << frame(Opcode::Close, "\x03") << protocolError;
    QTest::newRow("close with a broken reason")
        << frame(Opcode::Close, closePayload(1000, "\xce\xba\xed\xa0\x80")) << QByteArrayList{"failed:1007"};
    QTest::newRow("close with a cut reason")
        << frame(Opcode::Close, closePayload(1000, "\xce")) << QByteArrayList{"failed:1007"};
    QTest::newRow("continuation of nothing") << last("x") << protocolError;
    QTest::newRow("unfinished continuation of nothing") << middle("x") << protocolError;
    QTest::newRow("continuation after a whole message")
        << frame(Opcode::Text, "a") + last("b") << QByteArrayList{"text:a", "failed:1002"};
    QTest::newRow("continuation after the last fragment")
        << first(Opcode::Text, "a") + last("b") + last("c") << QByteArrayList{"text:ab", "failed:1002"};
    QTest::newRow("text inside a fragmented message")
        << first(Opcode::Text, "a") + frame(Opcode::Text, "b") << protocolError;
    QTest::newRow("binary fragment inside a fragmented text")
        << first(Opcode::Text, "a") + first(Opcode::Binary, "b") << protocolError;
    QTest::newRow("16-bit length for 125 bytes")
        << raw({0x82, 0xfe, 0, 125, 0, 0, 0, 0}) + QByteArray(125, 'x') << protocolError;
    QTest::newRow("16-bit length for 0 bytes") << raw({0x82, 0xfe, 0, 0, 0, 0, 0, 0}) << protocolError;
    QTest::newRow("64-bit length for 65535 bytes")
        << raw({0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0}) << protocolError;
    QTest::newRow("64-bit length for 1 byte")
        << raw({0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}) + "x" << protocolError;
    QTest::newRow("length with the 64th bit")
        << raw({0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) << protocolError;
    QTest::newRow("length of 2^63-1") << raw({0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
                                      << QByteArrayList{"failed:1009"};
    QTest::newRow("TLS hello") << raw({0x16, 0x03, 0x01, 0x02, 0x00}) << protocolError;
    QTest::newRow("HTTP request") << QByteArray("GET / HTTP/1.1\r\n\r\n") << protocolError;
    QTest::newRow("good message before a bad frame is delivered")
        << frame(Opcode::Text, "ok") + encodeText("x") + frame(Opcode::Text, "never")
        << QByteArrayList{"text:ok", "failed:1002"};
}

void TestWebSocketDecoder::hostileFrames()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArrayList, events);
    compareInEveryChunking(wire, {}, events);
}

void TestWebSocketDecoder::everyUnknownOpcodeIsRefused()
{
    for (const int opcode : {3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf}) {
        const QByteArray wire = frame(Opcode(opcode), "x");
        compareInEveryChunking(wire, {}, {"failed:1002"});
        compareInEveryChunking(first(Opcode::Text, "a") + wire, {}, {"failed:1002"});
    }
}

void TestWebSocketDecoder::everyReservedBitIsRefused()
{
    for (int bits = 1; bits <= 7; ++bits) {
        for (const Opcode opcode : {Opcode::Text, Opcode::Binary, Opcode::Close, Opcode::Ping, Opcode::Pong}) {
            QByteArray wire = frame(opcode, {});
            wire[0] = char(wire[0] | bits << 4);
            compareInEveryChunking(wire, {}, {"failed:1002"});
        }
    }
}

void TestWebSocketDecoder::textSplitAtEveryByteStaysWhole()
{
    const QByteArray text(Mixed);
    const QByteArrayList expected{"text:" + text};
    QByteArray bytewise = first(Opcode::Text, {});
    for (qsizetype i = 0; i < text.size(); ++i) {
        compareInEveryChunking(first(Opcode::Text, text.first(i)) + last(text.sliced(i)), {}, expected);
        bytewise += middle(text.sliced(i, 1));
    }
    compareInEveryChunking(bytewise + last({}), {}, expected);
}

void TestWebSocketDecoder::brokenUtf8_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::newRow("lone continuation byte") << frame(Opcode::Text, "\x80");
    QTest::newRow("surrogate") << frame(Opcode::Text, "a\xed\xa0\x80z");
    QTest::newRow("overlong slash") << frame(Opcode::Text, "\xc0\xaf");
    QTest::newRow("above U+10FFFF") << frame(Opcode::Text, "\xf4\x90\x80\x80");
    QTest::newRow("message ends inside a character") << frame(Opcode::Text, "\xf0\x9f\x8c");
    QTest::newRow("message ends inside a character after fragments") << first(Opcode::Text, "a\xce") + last({});
    QTest::newRow("fragments do not fit together") << first(Opcode::Text, "\xce") + last("a");
    QTest::newRow("first fragment is already hopeless") << first(Opcode::Text, "\xf4\x90");
}

void TestWebSocketDecoder::brokenUtf8()
{
    QFETCH(QByteArray, wire);
    compareInEveryChunking(wire, {}, {"failed:1007"});
}

void TestWebSocketDecoder::brokenUtf8FailsBeforeTheFrameEnds()
{
    const QByteArray wire = frame(Opcode::Text, "ok\xff and a long rest").chopped(10);
    compareInEveryChunking(wire, {}, {"failed:1007"});
}

void TestWebSocketDecoder::rsv1MarksACompressedMessage()
{
    const QByteArray wire = frame(Opcode::Text, "\xff\x01", true, true) + frame(Opcode::Binary, "x", false, true) +
                            last("\x80") + frame(Opcode::Text, "plain");
    compareInEveryChunking(wire, withRsv1(), {"text(deflated):\xff\x01", "binary(deflated):x\x80", "text:plain"});
    const QByteArray withPing = frame(Opcode::Text, {}, false, true) + middle("\xff") + frame(Opcode::Ping, "p") +
                                last("\xfe") + first(Opcode::Text, "pl") + last("ain");
    compareInEveryChunking(withPing, withRsv1(), {"ping:p", "text(deflated):\xff\xfe", "text:plain"});
}

void TestWebSocketDecoder::rsv1OutsideTheFirstDataFrameIsRefused_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::newRow("continuation") << first(Opcode::Text, "a") + frame(Opcode::Continuation, "b", true, true);
    QTest::newRow("continuation of a compressed message")
        << frame(Opcode::Text, "a", false, true) + frame(Opcode::Continuation, "b", true, true);
    QTest::newRow("ping") << frame(Opcode::Ping, {}, true, true);
    QTest::newRow("pong") << frame(Opcode::Pong, {}, true, true);
    QTest::newRow("ping inside a compressed message")
        << frame(Opcode::Text, "a", false, true) + frame(Opcode::Ping, {}, true, true);
    QTest::newRow("close") << frame(Opcode::Close, {}, true, true);
    QByteArray rsv2 = frame(Opcode::Text, "a");
    rsv2[0] = char(rsv2[0] | 0x20);
    QTest::newRow("RSV2 on text") << rsv2;
}

void TestWebSocketDecoder::rsv1OutsideTheFirstDataFrameIsRefused()
{
    QFETCH(QByteArray, wire);
    compareInEveryChunking(wire, withRsv1(), {"failed:1002"});
}

void TestWebSocketDecoder::tooBigFailsAtTheHeader_data()
{
    columns();
    const QByteArray ten(10, 'x');
    QTest::newRow("exactly the limit passes") << frame(Opcode::Binary, ten) << QByteArrayList{"binary:" + ten};
    QTest::newRow("one byte more") << frame(Opcode::Binary, ten + "y").first(6) << QByteArrayList{"failed:1009"};
    QTest::newRow("64-bit length") << raw({0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
                                   << QByteArrayList{"failed:1009"};
    QTest::newRow("fragments within the limit together")
        << first(Opcode::Binary, ten.first(6)) + last(ten.first(4)) << QByteArrayList{"binary:" + ten};
    QTest::newRow("fragments over the limit together")
        << first(Opcode::Binary, ten.first(6)) + last(ten.first(5)).first(6) << QByteArrayList{"failed:1009"};
    QTest::newRow("a ping does not count")
        << first(Opcode::Binary, ten.first(9)) + frame(Opcode::Ping, "pingpong") + last("x")
        << QByteArrayList{"ping:pingpong", "binary:" + ten};
    QTest::newRow("the next message counts from zero")
        << frame(Opcode::Binary, ten) + first(Opcode::Binary, ten) + last({})
        << QByteArrayList{"binary:" + ten, "binary:" + ten};
}

void TestWebSocketDecoder::tooBigFailsAtTheHeader()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArrayList, events);
    compareInEveryChunking(wire, withLimit(10), events);
}

void TestWebSocketDecoder::announcedLengthIsNotAllocated()
{
    WebSocketRecorder recorder;
    WebSocketDecoder decoder(recorder, withLimit(qint64(1) << 40));
    QByteArray wire = raw({0x82, 0xff, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0}) + "abc";
    QCOMPARE(decoder.feed(wire.data(), wire.size()), wire.size());
    QCOMPARE(decoder.bufferedBytes(), 3);
    QVERIFY(recorder.events.isEmpty());
}

void TestWebSocketDecoder::tenThousandFragmentsMakeOneMessage()
{
    QByteArray wire = first(Opcode::Text, {});
    for (int i = 0; i < 10000; ++i)
        wire += middle("z");
    wire += last({});
    const QByteArrayList expected{"text:" + QByteArray(10000, 'z')};
    compareInEveryChunking(wire, withFragments(10002), expected);
}

void TestWebSocketDecoder::fragmentsAreCounted_data()
{
    columns();
    const QByteArray ping = frame(Opcode::Ping, "p");
    const QByteArray three = first(Opcode::Binary, "a") + middle("b") + last("c");
    QTest::newRow("exactly the limit passes") << three << QByteArrayList{"binary:abc"};
    QTest::newRow("one more, which would be the last")
        << first(Opcode::Binary, "a") + middle("b") + middle("c") + last("d") << QByteArrayList{"failed:1009"};
    QTest::newRow("one more fails before its length")
        << first(Opcode::Binary, {}) + middle({}) + middle({}) + raw({0x00, 0xff}) << QByteArrayList{"failed:1009"};
    QTest::newRow("control frames do not count")
        << first(Opcode::Text, "a") + ping + middle("b") + ping + ping + last("c")
        << QByteArrayList{"ping:p", "ping:p", "ping:p", "text:abc"};
    QTest::newRow("the next message counts from zero")
        << three + frame(Opcode::Text, "x") + three + three
        << QByteArrayList{"binary:abc", "text:x", "binary:abc", "binary:abc"};
    QTest::newRow("whole messages are one frame each")
        << frame(Opcode::Text, "x").repeated(5) << QByteArrayList(5, "text:x");
}

void TestWebSocketDecoder::fragmentsAreCounted()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArrayList, events);
    compareInEveryChunking(wire, withFragments(3), events);
}

void TestWebSocketDecoder::endlessFragmentsEnd_data()
{
    QTest::addColumn<QByteArray>("fragment");
    QTest::newRow("100 000 of one byte") << middle("z");
    QTest::newRow("100 000 empty ones") << middle({});
}

void TestWebSocketDecoder::endlessFragmentsEnd()
{
    QFETCH(QByteArray, fragment);
    compareInEveryChunking(first(Opcode::Text, {}) + fragment.repeated(100000), {}, {"failed:1009"});

    WebSocketRecorder recorder;
    WebSocketDecoder decoder(recorder);
    QByteArray begin = first(Opcode::Text, {});
    decoder.feed(begin.data(), begin.size());
    quint32 frames = 1;
    for (; !decoder.isFinished() && frames < 100000; ++frames) {
        QByteArray wire = fragment;
        decoder.feed(wire.data(), wire.size());
    }
    QCOMPARE(frames, Options().maxFragments + 1);
    QCOMPARE(decoder.bufferedBytes(), 0);
}

void TestWebSocketDecoder::mixedStreamIsTheSameInEveryChunking()
{
    QRandomGenerator random(20261121);
    QByteArray wire;
    QByteArrayList expected;
    for (int i = 0; i < 300; ++i) {
        const QByteArray text = QByteArray(Mixed).repeated(random.bounded(6)) + QByteArray::number(i);
        const quint32 mask = random.generate();
        if (random.bounded(3) == 0) {
            const auto cut = qsizetype(random.bounded(int(text.size()) + 1));
            wire += encodeMasked(Opcode::Text, text.first(cut), mask, false);
            wire += encodeMasked(Opcode::Ping, "between", ~mask);
            wire += encodeMasked(Opcode::Continuation, text.sliced(cut), mask ^ 0x55);
            expected << "ping:between";
        } else {
            wire += encodeMaskedText(text, mask);
        }
        expected << "text:" + text;
    }
    wire += frame(Opcode::Close, closePayload(1000));
    expected << "close:1000:";
    compareInEveryChunking(wire, {}, expected);
    for (quint32 seed = 100; seed < 400; ++seed)
        QCOMPARE(decodeRandomly(wire, seed), expected);
}

void TestWebSocketDecoder::pauseStopsAfterTheEvent()
{
    class Pausing final : public WebSocketVisitor
    {
    public:
        WebSocketDecoder *decoder = nullptr;
        int events = 0;

        void messageReceived(const WebSocketMessage &) override { count(); }
        void pingReceived(QByteArrayView) override { count(); }
        void pongReceived(QByteArrayView) override { count(); }
        void closeReceived(quint16, QByteArrayView) override { count(); }
        void protocolFailed(quint16, QByteArrayView) override { count(); }

    private:
        void count()
        {
            ++events;
            decoder->pause();
        }
    } visitor;
    WebSocketDecoder decoder(visitor);
    visitor.decoder = &decoder;

    const QByteArray one = frame(Opcode::Text, "one");
    const QByteArray two = frame(Opcode::Ping, {});
    QByteArray wire = one + two + frame(Opcode::Text, "three");
    QCOMPARE(decoder.feed(wire.data(), wire.size()), one.size());
    QCOMPARE(visitor.events, 1);
    char *const rest = wire.data() + one.size();
    QCOMPARE(decoder.feed(rest, wire.size() - one.size()), two.size());
    QCOMPARE(visitor.events, 2);
    QCOMPARE(decoder.feed(rest + two.size(), wire.size() - one.size() - two.size()),
             wire.size() - one.size() - two.size());
    QCOMPARE(visitor.events, 3);
}

void TestWebSocketDecoder::nothingFollowsTheLastEvent()
{
    WebSocketRecorder recorder;
    WebSocketDecoder decoder(recorder);
    QByteArray wire = first(Opcode::Text, "held") + frame(Opcode::Close, {}) + frame(Opcode::Text, "late");
    QCOMPARE(decoder.feed(wire.data(), wire.size()), wire.size());
    QVERIFY(decoder.isFinished());
    QCOMPARE(decoder.bufferedBytes(), 0);
    QByteArray more = encodeText("unmasked");
    QCOMPARE(decoder.feed(more.data(), more.size()), more.size());
    QCOMPARE(recorder.events, QByteArrayList{"close:1005:"});
}

void TestWebSocketDecoder::wholeMessageIsNotCopied()
{
    class Watcher final : public WebSocketVisitor
    {
    public:
        const char *payload = nullptr;
        void messageReceived(const WebSocketMessage &message) override { payload = message.payload.data(); }
        void pingReceived(QByteArrayView) override {}
        void pongReceived(QByteArrayView) override {}
        void closeReceived(quint16, QByteArrayView) override {}
        void protocolFailed(quint16, QByteArrayView) override {}
    } visitor;
    WebSocketDecoder decoder(visitor);
    QByteArray wire = frame(Opcode::Text, "in place");
    decoder.feed(wire.data(), wire.size());
    QCOMPARE(static_cast<const void *>(visitor.payload), static_cast<const void *>(wire.constData() + 6));
}

void TestWebSocketDecoder::nothingIsHeldBetweenMessages()
{
    WebSocketRecorder recorder;
    WebSocketDecoder decoder(recorder);
    QByteArray wire = frame(Opcode::Text, "part by part") + frame(Opcode::Ping, "slowly");
    for (qsizetype i = 0; i < wire.size(); ++i)
        decoder.feed(wire.data() + i, 1);
    QCOMPARE(recorder.events.size(), 2);
    QCOMPARE(decoder.bufferedBytes(), 0);
    QCOMPARE_LE(sizeof(WebSocketDecoder), size_t(160));
}

QTEST_GUILESS_MAIN(TestWebSocketDecoder)
#include "tst_websocketdecoder.moc"
