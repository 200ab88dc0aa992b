// SPDX-License-Identifier: MIT
#include "base/shedpolicy.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace Tidegate;

namespace {

using Candidates = std::vector<ShedCandidate>;
using Keys = std::vector<quint64>;

constexpr auto Guest = LinkClass::Guest;
constexpr auto User = LinkClass::User;
constexpr auto Staff = LinkClass::Staff;

} // namespace

class TestShedPolicy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void victims_data();
    void victims();
    void theOrderOfTheCandidatesDoesNotMatter();
    void theDefaultFloorSparesSmallDebts();
};

void TestShedPolicy::victims_data()
{
    QTest::addColumn<Candidates>("candidates");
    QTest::addColumn<qint64>("processExcess");
    QTest::addColumn<std::vector<qint64>>("siteExcess");
    QTest::addColumn<Keys>("keys");
    const auto row = [](const char *name, Candidates candidates, qint64 process, std::vector<qint64> sites, Keys keys) {
        QTest::newRow(name) << candidates << process << sites << keys;
    };
    const std::optional<size_t> none;
    const std::optional<size_t> site0 = 0;
    const std::optional<size_t> site1 = 1;
    const Candidates three{{1, Guest, 50, none}, {2, Guest, 80, none}, {3, Guest, 60, none}};

    row("nothing in excess, nobody goes", three, 0, {}, {});
    row("nobody there", {}, 100, {}, {});
    row("who owes most goes first", three, 1, {}, {2});
    row("the next follows while it is not enough", three, 81, {}, {2, 3});
    row("exactly enough is enough", three, 80, {}, {2});
    row("more excess than there is takes all", three, 10'000, {}, {2, 3, 1});
    row("equal debts go by key", {{9, User, 50, none}, {4, User, 50, none}, {6, User, 50, none}}, 60, {}, {4, 6});
    row("guests go before users before staff, whatever they owe",
        {{1, Staff, 900, none}, {2, User, 500, none}, {3, Guest, 20, none}}, 400, {}, {3, 2});
    row("staff goes when nobody else is left", {{1, Staff, 900, none}, {2, User, 50, none}}, 100, {}, {2, 1});
    row("small debts are spared", {{1, Guest, 9, none}, {2, Guest, 10, none}, {3, User, 30, none}}, 100, {}, {2, 3});
    row("only small debts relieve nobody", {{1, Guest, 9, none}, {2, Staff, 9, none}}, 100, {}, {});
    row("a site pays for its own excess only",
        {{1, Guest, 900, none}, {2, Guest, 50, site0}, {3, Guest, 60, site0}, {4, User, 70, site0}}, 0, {80}, {3, 2});
    row("each site for itself",
        {{1, Guest, 50, site0}, {2, Guest, 60, site0}, {3, User, 40, site1}, {4, Staff, 90, site1}}, 0, {10, 41},
        {2, 3, 4});
    row("what a site gave up counts for the process",
        {{1, Guest, 90, site0}, {2, Guest, 50, none}, {3, Guest, 40, none}}, 100, {1}, {1, 2});
    row("the rest of an overfull site is like everybody else",
        {{1, User, 90, site0}, {2, Guest, 50, site0}, {3, Guest, 70, none}, {4, User, 40, none}}, 140, {10}, {2, 3, 1});
    row("a site's staff pays before another site's guest when only the site is over",
        {{1, Staff, 90, site0}, {2, Guest, 90, none}}, 0, {50}, {1});
}

void TestShedPolicy::victims()
{
    QFETCH(Candidates, candidates);
    QFETCH(qint64, processExcess);
    QFETCH(std::vector<qint64>, siteExcess);
    QFETCH(Keys, keys);
    QCOMPARE(shedVictims(candidates, {processExcess, siteExcess}, 10), keys);
}

void TestShedPolicy::theOrderOfTheCandidatesDoesNotMatter()
{
    std::mt19937 random(7);
    Candidates candidates;
    for (quint64 key = 1; key <= 40; ++key)
        candidates.push_back({key, LinkClass(random() % 3), qint64(20'000 + random() % 4), random() % 2});
    const ShedNeed need{500'000, {30'000, 60'000}};
    const Keys expected = shedVictims(candidates, need);
    QVERIFY(expected.size() > 20);
    for (int round = 0; round < 20; ++round) {
        std::shuffle(candidates.begin(), candidates.end(), random);
        QCOMPARE(shedVictims(candidates, need), expected);
    }
}

void TestShedPolicy::theDefaultFloorSparesSmallDebts()
{
    QCOMPARE(shedVictims({{1, Guest, ShedFloorBytes - 1, {}}, {2, Staff, ShedFloorBytes, {}}}, {1'000'000, {}}),
             Keys{2});
}

QTEST_GUILESS_MAIN(TestShedPolicy)
#include "tst_shedpolicy.moc"
