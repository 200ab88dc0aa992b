// SPDX-License-Identifier: MIT
#include "intent/keyindex.h"

#include <QTest>

#include <limits>
#include <map>
#include <random>

using namespace Tidegate;

namespace {

using KeyPair = std::pair<quint64, quint64>;

IntentKey keyOf(quint64 n)
{
    // Few low bits, so that probe chains get long and wrap around the table's end.
    return {n + 1, (n % 7) * 3 + ((n % 3) ? 0 : std::numeric_limits<quint64>::max() - 5)};
}

} // namespace

class TestKeyIndex : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatWasInserted();
    void insertingAgainMovesTheKey();
    void trimmingForgetsWhatIsBelow();
    void loadSkipsHoles();
    void loadReplacesWhatWasThere();
    void worksFarFromZero();
    void anEmptiedIndexStartsAnewAtAnySeq();
    void seqsMayHaveGaps();
    void agreesWithAMap_data();
    void agreesWithAMap();
};

void TestKeyIndex::findsWhatWasInserted()
{
    KeyIndex index;
    index.load(1, {});
    QVERIFY(!index.find({1, 1}));
    index.insert(1, {1, 1});
    index.insert(2, {2, 1}); // same home slot
    QCOMPARE(index.find({1, 1}).value_or(0), 1ull);
    QCOMPARE(index.find({2, 1}).value_or(0), 2ull);
    QVERIFY(!index.find({3, 1}));
    QCOMPARE(index.size(), qsizetype(2));
}

void TestKeyIndex::insertingAgainMovesTheKey()
{
    KeyIndex index;
    index.load(1, {});
    index.insert(1, {1, 1});
    index.insert(2, {2, 2});
    index.insert(3, {1, 1});
    QCOMPARE(index.size(), qsizetype(2));
    QCOMPARE(index.find({1, 1}).value_or(0), 3ull);
    index.trimBelow(2); // the hole left behind takes nothing with it
    QCOMPARE(index.find({1, 1}).value_or(0), 3ull);
    QCOMPARE(index.size(), qsizetype(2));
}

void TestKeyIndex::trimmingForgetsWhatIsBelow()
{
    KeyIndex index;
    index.load(1, {});
    for (quint64 seq = 1; seq <= 100; ++seq)
        index.insert(seq, {seq, seq % 3});
    index.trimBelow(51);
    QCOMPARE(index.firstSeq(), 51ull);
    QCOMPARE(index.size(), qsizetype(50));
    for (quint64 seq = 1; seq <= 100; ++seq)
        QCOMPARE(index.find({seq, seq % 3}).value_or(0), seq <= 50 ? 0ull : seq);
    index.trimBelow(10);
    QCOMPARE(index.size(), qsizetype(50));
    index.trimBelow(1'000);
    QCOMPARE(index.size(), qsizetype(0));
}

void TestKeyIndex::loadSkipsHoles()
{
    KeyIndex index;
    index.load(10, {{1, 1}, {}, {2, 2}, {}});
    QCOMPARE(index.size(), qsizetype(2));
    QCOMPARE(index.find({1, 1}).value_or(0), 10ull);
    QCOMPARE(index.find({2, 2}).value_or(0), 12ull);
    QVERIFY(!index.find({}));
    index.insert(14, {3, 3});
    QCOMPARE(index.find({3, 3}).value_or(0), 14ull);
}

void TestKeyIndex::loadReplacesWhatWasThere()
{
    KeyIndex index;
    index.load(1, {{1, 1}});
    index.load(5, {{2, 2}});
    QVERIFY(!index.find({1, 1}));
    QCOMPARE(index.find({2, 2}).value_or(0), 5ull);
    QCOMPARE(index.size(), qsizetype(1));
}

void TestKeyIndex::worksFarFromZero()
{
    const quint64 far = quint64(1) << 40;
    KeyIndex index;
    index.load(far, {{1, 1}});
    index.insert(far + 1, {2, 2});
    QCOMPARE(index.find({1, 1}).value_or(0), far);
    QCOMPARE(index.find({2, 2}).value_or(0), far + 1);
    index.trimBelow(far + 2);
    index.insert(far * 2, {3, 3});
    QCOMPARE(index.find({3, 3}).value_or(0), far * 2);
    QCOMPARE(index.firstSeq(), far * 2);
}

void TestKeyIndex::anEmptiedIndexStartsAnewAtAnySeq()
{
    KeyIndex index;
    index.load(1, {});
    quint64 seq = 1;
    for (int round = 0; round < 50; ++round) {
        index.insert(seq, {7, 7});
        QCOMPARE(index.find({7, 7}).value_or(0), seq);
        index.trimBelow(seq + 1);
        QVERIFY(!index.find({7, 7}));
        QCOMPARE(index.size(), qsizetype(0));
        seq += quint64(1) << 33; // beyond what one table entry can express
    }
}

void TestKeyIndex::seqsMayHaveGaps()
{
    KeyIndex index;
    index.load(1, {});
    index.insert(5, {1, 1});
    index.insert(500, {2, 2});
    QCOMPARE(index.find({1, 1}).value_or(0), 5ull);
    QCOMPARE(index.find({2, 2}).value_or(0), 500ull);
    index.trimBelow(250);
    QCOMPARE(index.size(), qsizetype(1));
    QCOMPARE(index.find({2, 2}).value_or(0), 500ull);
}

void TestKeyIndex::agreesWithAMap_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<int>("keySpace");
    for (unsigned seed = 1; seed <= 60; ++seed)
        QTest::addRow("seed %u", seed) << seed << (seed % 3 == 0 ? 50 : seed % 3 == 1 ? 3'000 : 1'000'000);
}

void TestKeyIndex::agreesWithAMap()
{
    QFETCH(unsigned, seed);
    QFETCH(int, keySpace);
    std::mt19937 random(seed);
    KeyIndex index;
    std::map<KeyPair, quint64> byKey;
    std::map<quint64, KeyPair> bySeq;
    const quint64 start = 1 + random() % 100'000;
    index.load(start, {});
    quint64 seq = start;
    const auto check = [&](quint64 n) {
        const IntentKey key = keyOf(n);
        const auto expected = byKey.find({key.high, key.low});
        QCOMPARE(index.find(key).value_or(0), expected == byKey.end() ? 0 : expected->second);
    };
    for (int step = 0; step < 4'000; ++step) {
        const auto act = random() % 100;
        if (act < 70) {
            const IntentKey key = keyOf(random() % unsigned(keySpace));
            const KeyPair pair{key.high, key.low};
            if (const auto old = byKey.find(pair); old != byKey.end())
                bySeq.erase(old->second);
            byKey[pair] = seq;
            bySeq[seq] = pair;
            index.insert(seq, key);
            seq += 1 + (random() % 10 == 0 ? random() % 20 : 0);
        } else if (act < 73) {
            const quint64 below = index.firstSeq() + random() % 600;
            while (!bySeq.empty() && bySeq.begin()->first < below) {
                byKey.erase(bySeq.begin()->second);
                bySeq.erase(bySeq.begin());
            }
            index.trimBelow(below);
        } else {
            check(random() % unsigned(keySpace));
        }
        QCOMPARE(index.size(), qsizetype(byKey.size()));
    }
    for (const auto &[pair, expected] : byKey)
        QCOMPARE(index.find({pair.first, pair.second}).value_or(0), expected);
}

QTEST_GUILESS_MAIN(TestKeyIndex)
#include "tst_keyindex.moc"
