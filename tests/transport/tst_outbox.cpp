// SPDX-License-Identifier: MIT
#include "transport/bytestream.h"
#include "transport/outbox.h"

#include <QTest>

#include <random>

using namespace Tidegate;

namespace {

//! Takes a limited number of bytes, as a kernel with a full buffer does.
class NarrowStream final : public ByteStream
{
public:
    int descriptor() const override { return -1; }
    qint64 read(char *, qsizetype) override { return 0; }
    qint64 write(const QByteArrayView *pieces, size_t count) override
    {
        ++writes;
        mostPieces = std::max(mostPieces, count);
        if (isBroken)
            return Closed;
        qint64 took = 0;
        const qsizetype most = std::min(perWrite, room);
        for (size_t i = 0; i < count && took < most; ++i) {
            const qsizetype part = std::min(pieces[i].size(), most - took);
            taken += pieces[i].first(part);
            took += part;
        }
        room -= took;
        return took;
    }
    void shutdown() override {}

    qsizetype room = std::numeric_limits<qsizetype>::max();
    qsizetype perWrite = std::numeric_limits<qsizetype>::max();
    bool isBroken = false;
    QByteArray taken;
    int writes = 0;
    size_t mostPieces = 0;
};

} // namespace

class TestOutbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void manyBuffersLeaveInOneWrite();
    void emptyBuffersAreNotQueued();
    void whatWasSentBeforehandIsNotSentAgain();
    void shortWritesContinueWhereTheyStopped_data();
    void shortWritesContinueWhereTheyStopped();
    void aStreamThatTakesNothingBlocks();
    void aBrokenStreamFails();
    void moreBuffersThanOneWriteCanCarry();
    void clearForgetsEverything();
    void sharedBytesAreNotCopied();
    void randomAppendsAndPartialWritesKeepTheStream_data();
    void randomAppendsAndPartialWritesKeepTheStream();
};

void TestOutbox::manyBuffersLeaveInOneWrite()
{
    Outbox outbox;
    NarrowStream stream;
    for (const char *each : {"one ", "two ", "three"})
        outbox.append(each);
    QCOMPARE(outbox.size(), qsizetype(13));
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Drained);
    QCOMPARE(stream.taken, QByteArray("one two three"));
    QCOMPARE(stream.writes, 1);
    QVERIFY(outbox.isEmpty());
}

void TestOutbox::emptyBuffersAreNotQueued()
{
    Outbox outbox;
    NarrowStream stream;
    outbox.append({});
    QVERIFY(outbox.isEmpty());
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Drained);
    QCOMPARE(stream.writes, 0);
}

void TestOutbox::whatWasSentBeforehandIsNotSentAgain()
{
    Outbox outbox;
    NarrowStream stream;
    outbox.append("sent and waiting", 9);
    outbox.append(", then more");
    QCOMPARE(outbox.size(), qsizetype(18));
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Drained);
    QCOMPARE(stream.taken, QByteArray("waiting, then more"));
    outbox.append("all of it", 9);
    QVERIFY(outbox.isEmpty());
}

void TestOutbox::shortWritesContinueWhereTheyStopped_data()
{
    QTest::addColumn<int>("perWrite");
    for (int perWrite : {1, 2, 3, 4, 5, 7, 11, 12, 13})
        QTest::addRow("%d bytes at a time", perWrite) << perWrite;
}

void TestOutbox::shortWritesContinueWhereTheyStopped()
{
    QFETCH(int, perWrite);
    Outbox outbox;
    NarrowStream stream;
    for (const char *each : {"abc", "d", "efghijk", "lm"})
        outbox.append(each);
    qsizetype left = 13;
    while (left > 0) {
        stream.room = perWrite;
        const auto outcome = outbox.flush(stream);
        left = std::max<qsizetype>(0, left - perWrite);
        QCOMPARE(outbox.size(), left);
        QCOMPARE(outcome, left ? Outbox::Flush::Blocked : Outbox::Flush::Drained);
    }
    QCOMPARE(stream.taken, QByteArray("abcdefghijklm"));
}

void TestOutbox::aStreamThatTakesNothingBlocks()
{
    Outbox outbox;
    NarrowStream stream;
    stream.room = 0;
    outbox.append("x");
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Blocked);
    QCOMPARE(outbox.size(), qsizetype(1));
}

void TestOutbox::aBrokenStreamFails()
{
    Outbox outbox;
    NarrowStream stream;
    stream.isBroken = true;
    outbox.append("x");
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Failed);
}

void TestOutbox::moreBuffersThanOneWriteCanCarry()
{
    Outbox outbox;
    NarrowStream stream;
    QByteArray expected;
    for (int i = 0; i < 1000; ++i) {
        outbox.append(QByteArray::number(i));
        expected += QByteArray::number(i);
    }
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Drained);
    QCOMPARE(stream.taken, expected);
    QVERIFY(stream.mostPieces <= 64);
}

void TestOutbox::clearForgetsEverything()
{
    Outbox outbox;
    NarrowStream stream;
    stream.room = 2;
    outbox.append("abc");
    (void)outbox.flush(stream);
    outbox.clear();
    QCOMPARE(outbox.size(), qsizetype(0));
    stream.room = 100;
    outbox.append("xyz");
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Drained);
    QCOMPARE(stream.taken, QByteArray("abxyz"));
}

void TestOutbox::sharedBytesAreNotCopied()
{
    const QByteArray shared(1000, 'x');
    Outbox first;
    Outbox second;
    first.append(shared);
    second.append(shared);
    QVERIFY(!shared.isDetached());
    first.clear();
    second.clear();
    QVERIFY(shared.isDetached());
}

void TestOutbox::randomAppendsAndPartialWritesKeepTheStream_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 40; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestOutbox::randomAppendsAndPartialWritesKeepTheStream()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    Outbox outbox;
    NarrowStream stream;
    QByteArray expected;
    for (int step = 0; step < 5'000; ++step) {
        if (random() % 3) {
            QByteArray bytes(qsizetype(random() % (seed % 4 ? 20 : 3)), Qt::Uninitialized);
            for (char &c : bytes)
                c = char(random());
            expected += bytes;
            outbox.append(bytes);
        } else {
            stream.room = qsizetype(random() % 60);
            stream.perWrite = 1 + qsizetype(random() % 30);
            const auto outcome = outbox.flush(stream);
            QCOMPARE(outcome == Outbox::Flush::Drained, outbox.isEmpty());
        }
        QCOMPARE(stream.taken.size() + outbox.size(), expected.size());
    }
    stream.room = std::numeric_limits<qsizetype>::max();
    QCOMPARE(outbox.flush(stream), Outbox::Flush::Drained);
    QCOMPARE(stream.taken, expected);
}

QTEST_GUILESS_MAIN(TestOutbox)
#include "tst_outbox.moc"
