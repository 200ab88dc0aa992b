// SPDX-License-Identifier: MIT
#include "wire/deflater.h"
#include "wire/inflater.h"
#include "wire/referenceinflate.h"

#include <QRandomGenerator>
#include <QTest>

#include <sys/resource.h>

using namespace Tidegate;
using namespace Tidegate::Test;

namespace {

constexpr qint64 MiB = 1024 * 1024;

QByteArray deflated(QByteArrayView payload, int level = Deflater::DefaultLevel)
{
    QByteArray out;
    Deflater(level).appendMessage(out, payload);
    return out;
}

//! \p bytes zeros, in about a thousandth of that.
QByteArray bomb(qint64 bytes)
{
    const QByteArray piece = deflated(QByteArray(MiB, '\0')) + QByteArray::fromHex("0000ffff");
    return piece.repeated(bytes / MiB).chopped(4);
}

using Outcome = Result<QByteArray, Inflater::Failure>;

//! The bytes, or what went wrong.
QByteArray told(const Outcome &outcome)
{
    if (outcome)
        return *outcome;
    return outcome.error() == Inflater::Failure::TooBig ? "failed: too big" : "failed: invalid";
}

QByteArray inflated(const QByteArray &payload, qint64 maxBytes = MiB)
{
    return told(Inflater().inflateMessage(payload, maxBytes));
}

qint64 peakMemoryBytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return qint64(usage.ru_maxrss) * 1024;
}

} // namespace

class TestInflater : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void validMessages_data();
    void validMessages();
    void hostileMessages_data();
    void hostileMessages();
    void everyCutIsInvalid();
    void everySizeAndLevelComesBack();
    void limitIsOfTheInflatedBytes_data();
    void limitIsOfTheInflatedBytes();
    void bombStopsAtTheLimit();
    void bombTakesNoMoreMemoryThanTheLimit();
    void nothingIsReservedBeyondTheLimit();
    void messagesDoNotDependOnEarlierOnes();
    void garbageGivesWhatZlibSays();
};

void TestInflater::validMessages_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const char *hex, const char *text) {
        QTest::newRow(name) << QByteArray(hex) << QByteArray(text);
    };
    row("RFC 7692 7.2.3.1 one block", "f248cdc9c90700", "Hello");
    row("RFC 7692 7.2.3.3 stored block", "000500faff48656c6c6f00", "Hello");
    row("RFC 7692 7.2.3.4 BFINAL", "f348cdc9c9070000", "Hello");
    row("RFC 7692 7.2.3.5 two blocks", "f24805000000ffffcac9c90700", "Hello");
    row("RFC 7692 7.2.3.6 empty", "00", "");
    row("empty, with an empty block of fixed codes", "0200", "");
    row("empty, with BFINAL in the last block", "01", "");
    row("block after BFINAL", "f348cdc9c90700 f248cdc9c90700", "HelloHello");
    row("three times BFINAL", "f348cdc9c90700 f348cdc9c90700 f348cdc9c90700 00", "HelloHelloHello");
    row("stored block with BFINAL", "010500faff48656c6c6f 00", "Hello");
    row("block that refers to the one before", "f248cdc9c90700 0000ffff f200110000", "HelloHello");
}

void TestInflater::validMessages()
{
    QFETCH(QByteArray, hex);
    QFETCH(QByteArray, text);
    QCOMPARE(inflated(QByteArray::fromHex(hex)), text);
    QCOMPARE(told(referenceInflate(QByteArray::fromHex(hex), MiB)), text);
}

void TestInflater::hostileMessages_data()
{
    QTest::addColumn<QByteArray>("hex");
    const auto row = [](const char *name, const char *hex) { QTest::newRow(name) << QByteArray(hex); };
    row("no byte at all", "");
    row("end of the flush not cut off", "f248cdc9c907000000ffff");
    row("one byte too much cut off", "f248cdc9c907");
    row("BFINAL without a block behind it", "f348cdc9c90700");
    row("garbage after BFINAL", "f348cdc9c90700ff");
    row("one zero more", "f248cdc9c9070000");
    row("one byte more", "f248cdc9c90700ff");
    row("text that is not deflated", "48656c6c6f");
    row("zlib header", "789cf248cdc9c9070000");
    row("gzip header", "1f8b0800000000000003f248cdc9c90700");
    row("block of the reserved type", "0600");
    row("stored length and its complement differ", "000500fafe48656c6c6f00");
    row("stored block longer than the message", "00ffff000048656c6c6f00");
    row("end of the flush would be stored data", "000400fbff");
    row("part of it would be", "000500faff48");
    row("RFC 7692 7.2.3.2 second message with context takeover", "f200110000");
    row("reference to what lies before BFINAL", "f348cdc9c90700 f200110000");
    row("dynamic block with too many codes", "fcffffffffffffffff00");
}

void TestInflater::hostileMessages()
{
    QFETCH(QByteArray, hex);
    QCOMPARE(inflated(QByteArray::fromHex(hex)), "failed: invalid");
    QCOMPARE(told(referenceInflate(QByteArray::fromHex(hex), MiB)), "failed: invalid");
}

void TestInflater::everyCutIsInvalid()
{
    QByteArray text;
    for (int i = 0; i < 200; ++i)
        text += QByteArray::number(i * 7919);
    for (const int level : {1, 9}) { // one block each; between two stored ones a cut would be a message
        const QByteArray payload = deflated(text, level);
        QCOMPARE(inflated(payload), text);
        for (qsizetype bytes = 0; bytes < payload.size(); ++bytes)
            QCOMPARE(inflated(payload.first(bytes)), "failed: invalid");
    }
}

void TestInflater::everySizeAndLevelComesBack()
{
    QRandomGenerator random(20261125);
    Inflater inflater;
    constexpr int Chunk = 16 * 1024;
    for (const int bytes : {0, 1, 2, 7, 257, 258, 259, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk, 65535, 65536, 300000,
                            int(MiB) + 1, 3 * int(MiB)}) {
        QByteArray payload(bytes, Qt::Uninitialized);
        for (const int alphabet : {1, 16, 256}) {
            for (char &byte : payload)
                byte = char(random.bounded(alphabet));
            for (const int level : {0, 1, 6}) {
                const auto outcome = inflater.inflateMessage(deflated(payload, level), bytes);
                QVERIFY(outcome);
                QVERIFY(*outcome == payload);
            }
        }
    }
}

void TestInflater::limitIsOfTheInflatedBytes_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<qint64>("maxBytes");
    QTest::addColumn<bool>("fits");
    const QByteArray hello = QByteArray::fromHex("f248cdc9c90700");
    const QByteArray million = deflated(QByteArray(MiB, 'a'));
    QTest::newRow("exactly the limit") << hello << qint64(5) << true;
    QTest::newRow("one more") << hello << qint64(4) << false;
    QTest::newRow("nothing where nothing is allowed") << QByteArray(1, '\0') << qint64(0) << true;
    QTest::newRow("something where nothing is allowed") << hello << qint64(0) << false;
    QTest::newRow("a large one, exactly") << million << MiB << true;
    QTest::newRow("a large one, one more") << million << MiB - 1 << false;
    QTest::newRow("larger than the limit before it is inflated")
        << deflated(QByteArray(100, 'a'), 0) << qint64(100) << true;
    QTest::newRow("all blocks count together, over BFINAL")
        << QByteArray::fromHex("f348cdc9c90700f248cdc9c90700") << qint64(9) << false;
}

void TestInflater::limitIsOfTheInflatedBytes()
{
    QFETCH(QByteArray, payload);
    QFETCH(qint64, maxBytes);
    QFETCH(bool, fits);
    const auto outcome = Inflater().inflateMessage(payload, maxBytes);
    QCOMPARE(bool(outcome), fits);
    if (!fits)
        QCOMPARE(outcome.error(), Inflater::Failure::TooBig);
}

void TestInflater::bombStopsAtTheLimit()
{
    const QByteArray small = deflated(QByteArray(MiB, '\0'), 9);
    QCOMPARE_LT(small.size(), 1100);
    QCOMPARE(inflated(small, 64 * 1024), "failed: too big");
    // What follows the limit is not even looked at.
    QCOMPARE(inflated(small.first(small.size() / 2) + QByteArray(100, '\xff'), 64 * 1024), "failed: too big");
    QCOMPARE(inflated(small.first(small.size() / 2) + QByteArray(100, '\xff'), MiB), "failed: invalid");
}

void TestInflater::bombTakesNoMoreMemoryThanTheLimit()
{
    const QByteArray large = bomb(1024 * MiB);
    const qint64 before = peakMemoryBytes();
    QCOMPARE(inflated(large, 4 * MiB), "failed: too big");
    QCOMPARE_LT(peakMemoryBytes() - before, 64 * MiB);
}

void TestInflater::nothingIsReservedBeyondTheLimit()
{
    Inflater inflater;
    for (const qint64 bytes : {qint64(100), 40 * 1024LL, MiB - 5}) {
        const auto outcome = inflater.inflateMessage(deflated(QByteArray(bytes, 'a')), MiB);
        QVERIFY(outcome);
        QCOMPARE_LE(outcome->capacity(), qMin(2 * qsizetype(bytes), qsizetype(MiB)));
    }
}

void TestInflater::messagesDoNotDependOnEarlierOnes()
{
    Inflater inflater;
    const QByteArray hello = QByteArray::fromHex("f248cdc9c90700");
    const QByteArrayList earlier{hello,     hello.first(3), QByteArray(),
                                 "garbage", bomb(2 * MiB),  QByteArray::fromHex("01")};
    for (const QByteArray &payload : earlier) {
        QCOMPARE(told(inflater.inflateMessage(payload, MiB)), inflated(payload));
        QCOMPARE(told(inflater.inflateMessage(QByteArray::fromHex("f200110000"), MiB)), "failed: invalid");
        QCOMPARE(told(inflater.inflateMessage(hello, MiB)), "Hello");
    }
}

void TestInflater::garbageGivesWhatZlibSays()
{
    QRandomGenerator random(7692);
    Inflater inflater;
    const QByteArray seed = deflated("{\"type\":\"ping\",\"text\":\"pong pong pong pong pong\"}");
    int whole = 0;
    for (int i = 0; i < 20000; ++i) {
        QByteArray payload = i % 2 ? seed : QByteArray(random.bounded(40), '\0');
        if (i % 2) {
            const auto at = qsizetype(random.bounded(quint32(payload.size())));
            payload[at] = char(payload[at] ^ 1 << random.bounded(8));
        } else {
            for (char &byte : payload)
                byte = char(random.bounded(256));
        }
        const Outcome outcome = inflater.inflateMessage(payload, 60);
        QCOMPARE(told(outcome), told(referenceInflate(payload, 60)));
        whole += outcome.has_value();
    }
    QVERIFY(whole > 0);
}

QTEST_GUILESS_MAIN(TestInflater)
#include "tst_inflater.moc"
