// SPDX-License-Identifier: MIT
#include "wire/chunkeddecoder.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Tidegate::Http;
using Status = ChunkedDecoder::Status;

namespace {

constexpr quint64 MaxBodyBytes = 64;

struct Decoded
{
    Status status = Status::NeedsMore;
    QByteArray body;
    qsizetype usedBytes = 0;
};

template <typename NextPiece>
Decoded decode(const QByteArray &bytes, NextPiece nextPiece)
{
    ChunkedDecoder decoder(MaxBodyBytes);
    Decoded decoded;
    while (decoded.status == Status::NeedsMore && decoded.usedBytes < bytes.size()) {
        const QByteArrayView rest = QByteArrayView(bytes).sliced(decoded.usedBytes);
        const auto progress = decoder.feed(rest.first(qMin(qsizetype(nextPiece()), rest.size())), decoded.body);
        decoded.status = progress.status;
        decoded.usedBytes += progress.usedBytes;
    }
    return decoded;
}

} // namespace

class TestChunkedDecoder : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void valid_data();
    void valid();
    void hostile_data();
    void hostile();
    void whatFollowsTheBodyIsLeft();
    void everyPrefixNeedsMore();
    void nothingIsUsedAfterTheEnd();

private:
    void verifyEveryChunking(const QByteArray &bytes, const Decoded &atOnce);
};

void TestChunkedDecoder::verifyEveryChunking(const QByteArray &bytes, const Decoded &atOnce)
{
    const Decoded byteByByte = decode(bytes, [] { return 1; });
    QCOMPARE(byteByByte.status, atOnce.status);
    QCOMPARE(byteByByte.body, atOnce.body);
    for (quint32 seed = 0; seed < 30; ++seed) {
        QRandomGenerator random(seed);
        const Decoded inPieces = decode(bytes, [&random] { return 1 + random.bounded(9); });
        QCOMPARE(inPieces.status, atOnce.status);
        QCOMPARE(inPieces.body, atOnce.body);
        if (atOnce.status == Status::Done)
            QCOMPARE(inPieces.usedBytes, atOnce.usedBytes);
    }
}

void TestChunkedDecoder::valid_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("body");
    const QByteArray full(qsizetype(MaxBodyBytes), 'x');
    QTest::newRow("empty body") << QByteArray("0\r\n\r\n") << QByteArray();
    QTest::newRow("one chunk") << QByteArray("5\r\nhello\r\n0\r\n\r\n") << QByteArray("hello");
    QTest::newRow("several chunks") << QByteArray("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") << QByteArray("hello");
    QTest::newRow("hexadecimal in both cases")
        << QByteArray("a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n") << QByteArray("01234567890123456789a");
    QTest::newRow("leading zeros") << QByteArray("0005\r\nhello\r\n000\r\n\r\n") << QByteArray("hello");
    QTest::newRow("CRLF inside data") << QByteArray("4\r\n\r\n\r\n\r\n0\r\n\r\n") << QByteArray("\r\n\r\n");
    QTest::newRow("extension is dropped")
        << QByteArray("5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n") << QByteArray("hello");
    QTest::newRow("trailers are dropped") << QByteArray("0\r\nX: y\r\nZ:\r\n\r\n") << QByteArray();
    QTest::newRow("exactly the limit") << "40\r\n" + full + "\r\n0\r\n\r\n" << full;
}

void TestChunkedDecoder::valid()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, body);
    const Decoded decoded = decode(bytes, [&bytes] { return bytes.size(); });
    QCOMPARE(decoded.status, Status::Done);
    QCOMPARE(decoded.body, body);
    QCOMPARE(decoded.usedBytes, bytes.size());
    verifyEveryChunking(bytes, decoded);
}

void TestChunkedDecoder::hostile_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Status>("status");
    const QByteArray longExtension(ChunkedDecoder::MaxLineBytes, 'x');
    QTest::newRow("empty size") << QByteArray("\r\nhello") << Status::Invalid;
    QTest::newRow("size is not hexadecimal") << QByteArray("g\r\n") << Status::Invalid;
    QTest::newRow("0x prefix") << QByteArray("0x5\r\nhello\r\n") << Status::Invalid;
    QTest::newRow("negative size") << QByteArray("-1\r\n") << Status::Invalid;
    QTest::newRow("space before the size") << QByteArray(" 5\r\nhello\r\n") << Status::Invalid;
    QTest::newRow("space behind the size") << QByteArray("5 \r\nhello\r\n") << Status::Invalid;
    QTest::newRow("extension without size") << QByteArray(";a\r\n") << Status::Invalid;
    QTest::newRow("size ends in LF") << QByteArray("5\nhello\r\n") << Status::Invalid;
    QTest::newRow("bare CR in the extension") << QByteArray("5;a\rb\r\nhello\r\n") << Status::Invalid;
    QTest::newRow("17 digits") << QByteArray("00000000000000005\r\n") << Status::Invalid;
    QTest::newRow("data longer than its size") << QByteArray("3\r\nhello\r\n0\r\n\r\n") << Status::Invalid;
    QTest::newRow("data ends in LF") << QByteArray("5\r\nhello\n0\r\n\r\n") << Status::Invalid;
    QTest::newRow("size line too long") << "5;" + longExtension << Status::Invalid;
    QTest::newRow("size line too long, ended") << "5;" + longExtension + "\r\n" << Status::Invalid;
    QTest::newRow("one byte over the limit") << QByteArray("41\r\nx") << Status::TooLarge;
    QTest::newRow("over the limit together") << "40\r\n" + QByteArray(64, 'x') + "\r\n1\r\n" << Status::TooLarge;
    QTest::newRow("largest size") << QByteArray("ffffffffffffffff\r\n") << Status::TooLarge;
    QTest::newRow("sizes that overflow together") << QByteArray("1\r\nx\r\nffffffffffffffff\r\n") << Status::TooLarge;
    QTest::newRow("trailer without colon") << QByteArray("0\r\nGET / HTTP/1.1\r\n\r\n") << Status::Invalid;
    QTest::newRow("folded trailer") << QByteArray("0\r\nX: y\r\n z\r\n\r\n") << Status::Invalid;
    QTest::newRow("trailer ends in LF") << QByteArray("0\r\nX: y\n\r\n") << Status::Invalid;
    QTest::newRow("last line ends in LF") << QByteArray("0\r\n\n") << Status::Invalid;
    QTest::newRow("endless trailers") << "0\r\n" + QByteArray("X: y\r\n").repeated(3000) << Status::Invalid;
}

void TestChunkedDecoder::hostile()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Status, status);
    const Decoded decoded = decode(bytes, [&bytes] { return bytes.size(); });
    QCOMPARE(decoded.status, status);
    QCOMPARE_LE(quint64(decoded.body.size()), MaxBodyBytes);
    verifyEveryChunking(bytes, decoded);
}

void TestChunkedDecoder::whatFollowsTheBodyIsLeft()
{
    const QByteArray chunked("5\r\nhello\r\n0\r\n\r\n");
    const QByteArray bytes = chunked + "GET / HTTP/1.1\r\n";
    const Decoded decoded = decode(bytes, [&bytes] { return bytes.size(); });
    QCOMPARE(decoded.status, Status::Done);
    QCOMPARE(decoded.usedBytes, chunked.size());
    verifyEveryChunking(bytes, decoded);
}

void TestChunkedDecoder::everyPrefixNeedsMore()
{
    const QByteArray bytes("3;x\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n");
    for (qsizetype size = 0; size < bytes.size(); ++size)
        QCOMPARE(decode(bytes.first(size), [size] { return size; }).status, Status::NeedsMore);
}

void TestChunkedDecoder::nothingIsUsedAfterTheEnd()
{
    ChunkedDecoder decoder(MaxBodyBytes);
    QByteArray body;
    QCOMPARE(decoder.feed("x\r\n", body).status, Status::Invalid);
    const auto progress = decoder.feed("0\r\n\r\n", body);
    QCOMPARE(progress.status, Status::Invalid);
    QCOMPARE(progress.usedBytes, 0);
}

QTEST_GUILESS_MAIN(TestChunkedDecoder)
#include "tst_chunkeddecoder.moc"
