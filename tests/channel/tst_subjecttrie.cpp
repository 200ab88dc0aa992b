// SPDX-License-Identifier: MIT
#include "channel/subjecttrie.h"

#include <QByteArrayList>
#include <QMap>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace Tidegate;

namespace {

//! The rule in its simplest form, to compare with.
bool matchesSlowly(const QByteArray &pattern, const QByteArray &subject)
{
    const QByteArrayList wanted = pattern.split('.');
    const QByteArrayList given = subject.split('.');
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == ">")
            return i < given.size();
        if (i >= given.size() || (wanted[i] != "*" && wanted[i] != given[i]))
            return false;
    }
    return wanted.size() == given.size();
}

QByteArrayList found(const SubjectTrie &trie, const QByteArray &subject)
{
    QByteArrayList patterns;
    trie.match(subject, [&](SubjectTrie::Slot slot) { patterns += trie.pattern(slot); });
    std::sort(patterns.begin(), patterns.end());
    return patterns;
}

} // namespace

class TestSubjectTrie : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void literalsStarsAndTailsAreFound();
    void aPatternIsKeptOnceAndCountsItsUsers();
    void aSlotIsFreeAfterItsLastUserAndIsUsedAgain();
    void nothingIsLeftWhenEverythingIsReleased();
    void longTokensAreKeptWhole();
    void whatAMatchLooksAtDoesNotGrowWithThePatterns_data();
    void whatAMatchLooksAtDoesNotGrowWithThePatterns();
    void agreesWithTheSimpleRuleThroughRandomChange();
};

void TestSubjectTrie::literalsStarsAndTailsAreFound()
{
    SubjectTrie trie;
    for (const char *pattern : {"a.b", "a.*", "a.>", ">", "*", "*.b", "a.b.c", "a.*.c", "b.>"})
        trie.acquire(pattern);
    QCOMPARE(found(trie, "a.b"), (QByteArrayList{"*.b", ">", "a.*", "a.>", "a.b"}));
    QCOMPARE(found(trie, "a"), (QByteArrayList{"*", ">"}));
    QCOMPARE(found(trie, "a.b.c"), (QByteArrayList{">", "a.*.c", "a.>", "a.b.c"}));
    QCOMPARE(found(trie, "b.x.y.z"), (QByteArrayList{">", "b.>"}));
    QCOMPARE(found(trie, "b"), (QByteArrayList{"*", ">"}));
}

void TestSubjectTrie::aPatternIsKeptOnceAndCountsItsUsers()
{
    SubjectTrie trie;
    const auto slot = trie.acquire("dock.*.tide.>");
    QCOMPARE(trie.acquire("dock.*.tide.>"), slot);
    QCOMPARE(trie.users(slot), 2u);
    QCOMPARE(trie.patternCount(), 1);
    QCOMPARE(trie.pattern(slot), QByteArray("dock.*.tide.>"));
    QCOMPARE(trie.find("dock.*.tide.>"), slot);
    QCOMPARE(trie.find("dock.*.tide"), SubjectTrie::None);
    QVERIFY(!trie.release(slot));
    QVERIFY(trie.release(slot));
    QCOMPARE(trie.patternCount(), 0);
}

void TestSubjectTrie::aSlotIsFreeAfterItsLastUserAndIsUsedAgain()
{
    SubjectTrie trie;
    const auto first = trie.acquire("a.b");
    trie.acquire("a.c");
    trie.release(first);
    QCOMPARE(trie.find("a.b"), SubjectTrie::None);
    QCOMPARE(trie.acquire("x"), first);
    QCOMPARE(found(trie, "a.b"), QByteArrayList());
    QCOMPARE(found(trie, "a.c"), QByteArrayList{"a.c"});
}

void TestSubjectTrie::nothingIsLeftWhenEverythingIsReleased()
{
    SubjectTrie trie;
    std::vector<SubjectTrie::Slot> slots;
    for (int i = 0; i < 5000; ++i)
        slots.push_back(trie.acquire("a." + QByteArray::number(i) + ".*.z"));
    const qsizetype full = trie.memoryBytes();
    for (const auto slot : slots)
        QVERIFY(trie.release(slot));
    QCOMPARE(trie.patternCount(), 0);
    for (int i = 0; i < 5000; ++i)
        trie.acquire("b." + QByteArray::number(i) + ".*.z");
    QVERIFY2(trie.memoryBytes() <= full + full / 4, "nodes are used again");
    QCOMPARE(found(trie, "b.77.q.z"), QByteArrayList{"b.77.*.z"});
    QCOMPARE(found(trie, "a.77.q.z"), QByteArrayList());
}

void TestSubjectTrie::longTokensAreKeptWhole()
{
    SubjectTrie trie;
    const QByteArray token(500, 'x');
    trie.acquire(token + '.' + token);
    QCOMPARE(found(trie, token + '.' + token), QByteArrayList{token + '.' + token});
    QCOMPARE(found(trie, token + '.' + token.chopped(1)), QByteArrayList());
}

void TestSubjectTrie::whatAMatchLooksAtDoesNotGrowWithThePatterns_data()
{
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<int>("found");
    QTest::addColumn<uint>("looked");
    QTest::newRow("matches a literal, a star and a tail") << QByteArray("dock.7.tide") << 3 << 6u;
    QTest::newRow("matches only what stars everywhere match") << QByteArray("dock.none.tide") << 1 << 4u;
    QTest::newRow("leaves at the first token") << QByteArray("pier.7.tide") << 0 << 1u;
}

void TestSubjectTrie::whatAMatchLooksAtDoesNotGrowWithThePatterns()
{
    QFETCH(QByteArray, subject);
    SubjectTrie trie;
    trie.acquire("dock.*.tide");
    int filled = 0;
    for (const int count : {10, 1'000, 100'000}) {
        for (; filled < count; ++filled) {
            const QByteArray number = QByteArray::number(filled);
            trie.acquire("dock." + number + ".tide");
            trie.acquire("dock." + number + ".>");
        }
        int matching = 0;
        const quint32 looked = trie.match(subject, [&](SubjectTrie::Slot) { ++matching; });
        QTEST(matching, "found");
        QTEST(looked, "looked");
    }
}

void TestSubjectTrie::agreesWithTheSimpleRuleThroughRandomChange()
{
    QRandomGenerator random(20261129);
    const auto randomText = [&](const QByteArrayList &tokens) {
        QByteArrayList chosen;
        for (int length = 1 + random.bounded(4); length > 0; --length) {
            chosen += tokens[random.bounded(int(tokens.size()))];
            if (chosen.constLast() == ">")
                break;
        }
        return chosen.join('.');
    };
    SubjectTrie trie;
    QMap<QByteArray, std::vector<SubjectTrie::Slot>> kept;
    for (int step = 0; step < 4000; ++step) {
        const QByteArray pattern = randomText({"a", "b", "c", "dd", "*", ">"});
        auto &uses = kept[pattern];
        if (random.bounded(2) == 0 && !uses.empty()) {
            QCOMPARE(trie.release(uses.back()), uses.size() == 1);
            uses.pop_back();
        } else {
            uses.push_back(trie.acquire(pattern));
        }
        const QByteArray subject = randomText({"a", "b", "c", "dd"});
        QByteArrayList expected;
        for (auto each = kept.cbegin(); each != kept.cend(); ++each) {
            if (!each->empty() && matchesSlowly(each.key(), subject))
                expected += each.key();
        }
        std::sort(expected.begin(), expected.end());
        QCOMPARE(found(trie, subject), expected);
    }
}

QTEST_GUILESS_MAIN(TestSubjectTrie)
#include "tst_subjecttrie.moc"
