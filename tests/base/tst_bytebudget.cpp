// SPDX-License-Identifier: MIT
#include "base/bytebudget.h"

#include <QTest>

#include <random>
#include <thread>
#include <vector>

using namespace Tidegate;

// It stands in every link of the process.
static_assert(sizeof(LinkBudget) <= sizeof(std::shared_ptr<SiteBudget>) + sizeof(qint64));

class TestByteBudget : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void overAndRelievedHaveTwoMarks_data();
    void overAndRelievedHaveTwoMarks();
    void sheddingTheExcessRelieves();
    void withoutALimitNothingIsOver();
    void aLinkIsChargedWithWhatItOwesNow();
    void aLinkThatGoesReleasesEverything();
    void aMovedLinkBudgetIsReleasedOnce();
    void aLinkWithoutASiteChargesNobody();
    void linksOfASiteShareABudget();
    void sitesWithoutLinksDisappear();
    void aSiteOpenedAgainStartsAtZero();
    void sitesBeyondTheBoundShareOneBudget();
    void oneSiteMayBeOverWhileTheProcessIsNot();
    void concurrentChargesEndAtZero();
};

void TestByteBudget::overAndRelievedHaveTwoMarks_data()
{
    QTest::addColumn<QList<qint64>>("values");
    QTest::addColumn<bool>("isOver");
    using Values = QList<qint64>;
    QTest::newRow("just below the limit") << Values{99} << false;
    QTest::newRow("at the limit") << Values{100} << true;
    QTest::newRow("far above") << Values{1'000} << true;
    QTest::newRow("still over between the marks") << Values{100, 75} << true;
    QTest::newRow("relieved below three quarters") << Values{100, 74} << false;
    QTest::newRow("on the way up between the marks is not over") << Values{74, 80} << false;
    QTest::newRow("relieved, then between the marks") << Values{100, 10, 99} << false;
    QTest::newRow("over a second time") << Values{100, 10, 100, 80} << true;
    QTest::newRow("back to nothing") << Values{100, 0} << false;
}

void TestByteBudget::overAndRelievedHaveTwoMarks()
{
    QFETCH(QList<qint64>, values);
    QFETCH(bool, isOver);
    OwedBytes owed(100);
    for (const qint64 value : values)
        owed.charge(value - owed.value());
    QCOMPARE(owed.isOver(), isOver);
    QCOMPARE(owed.excessBytes() > 0, isOver);
}

void TestByteBudget::sheddingTheExcessRelieves()
{
    for (const qint64 value : {100, 101, 400}) {
        OwedBytes owed(100);
        owed.charge(value);
        owed.charge(-(owed.excessBytes() - 1));
        QVERIFY(owed.isOver());
        owed.charge(-1);
        QVERIFY(!owed.isOver());
    }
}

void TestByteBudget::withoutALimitNothingIsOver()
{
    OwedBytes owed(0);
    owed.charge(qint64(1) << 60);
    QVERIFY(!owed.isOver());
    QCOMPARE(owed.excessBytes(), qint64(0));
}

void TestByteBudget::aLinkIsChargedWithWhatItOwesNow()
{
    BudgetPool pool({1'000, 500});
    LinkBudget link(pool.site("shop"));
    for (const qint64 owed : {10, 300, 300, 0, 120}) {
        link.charge(owed);
        QCOMPARE(link.chargedBytes(), owed);
        QCOMPARE(link.site()->owed().value(), owed);
        QCOMPARE(pool.owed().value(), owed);
    }
}

void TestByteBudget::aLinkThatGoesReleasesEverything()
{
    BudgetPool pool({1'000, 500});
    const auto site = pool.site("shop");
    {
        LinkBudget one(site);
        LinkBudget other(pool.site("shop"));
        one.charge(100);
        other.charge(200);
        QCOMPARE(site->owed().value(), qint64(300));
    }
    QCOMPARE(site->owed().value(), qint64(0));
    QCOMPARE(pool.owed().value(), qint64(0));
}

void TestByteBudget::aMovedLinkBudgetIsReleasedOnce()
{
    BudgetPool pool({1'000, 500});
    {
        LinkBudget link(pool.site("shop"));
        link.charge(100);
        LinkBudget second(std::move(link));
        LinkBudget third(pool.site("other"));
        third.charge(7);
        third = std::move(second);
        QCOMPARE(pool.owed().value(), qint64(107));
        QCOMPARE(third.chargedBytes(), qint64(100));
    }
    QCOMPARE(pool.owed().value(), qint64(0));
    QCOMPARE(pool.siteCount(), qsizetype(0));
}

void TestByteBudget::aLinkWithoutASiteChargesNobody()
{
    LinkBudget link;
    link.charge(100);
    QCOMPARE(link.chargedBytes(), qint64(100));
    QCOMPARE(link.site(), nullptr);
}

void TestByteBudget::linksOfASiteShareABudget()
{
    BudgetPool pool({});
    QCOMPARE(pool.site("shop"), pool.site("shop"));
    const auto one = pool.site("shop");
    QCOMPARE(pool.site("shop"), one);
    QCOMPARE(one->name(), QByteArray("shop"));
    QVERIFY(pool.site("other") != one);
}

void TestByteBudget::sitesWithoutLinksDisappear()
{
    BudgetPool pool({});
    for (int i = 0; i < 1'000; ++i) {
        const LinkBudget link(pool.site(QByteArray::number(i)));
        QCOMPARE(pool.siteCount(), qsizetype(1));
    }
    QCOMPARE(pool.siteCount(), qsizetype(0));
}

void TestByteBudget::aSiteOpenedAgainStartsAtZero()
{
    BudgetPool pool({1'000, 500});
    {
        LinkBudget link(pool.site("shop"));
        link.charge(600);
        QVERIFY(link.site()->owed().isOver());
    }
    QVERIFY(!pool.site("shop")->owed().isOver());
    QCOMPARE(pool.site("shop")->owed().value(), qint64(0));
}

void TestByteBudget::sitesBeyondTheBoundShareOneBudget()
{
    BudgetPool pool({1'000, 500, 2});
    const auto first = pool.site("a");
    const auto second = pool.site("b");
    const auto third = pool.site("c");
    QCOMPARE(pool.site("d"), third);
    QCOMPARE(pool.site("a"), first); // who was there keeps its own
    QCOMPARE(pool.siteCount(), qsizetype(3));
}

void TestByteBudget::oneSiteMayBeOverWhileTheProcessIsNot()
{
    BudgetPool pool({1'000, 500});
    LinkBudget greedy(pool.site("greedy"));
    LinkBudget modest(pool.site("modest"));
    greedy.charge(500);
    modest.charge(499);
    QVERIFY(greedy.site()->owed().isOver());
    QVERIFY(!modest.site()->owed().isOver());
    QVERIFY(!pool.owed().isOver());
    modest.charge(500);
    QVERIFY(pool.owed().isOver());
}

void TestByteBudget::concurrentChargesEndAtZero()
{
    constexpr int Threads = 4;
    constexpr int Rounds = 2'000;
    BudgetPool pool({20'000, 5'000, 6});
    std::vector<std::thread> threads;
    for (unsigned seed = 1; seed <= Threads; ++seed) {
        threads.emplace_back([&pool, seed] {
            std::mt19937 random(seed);
            std::vector<LinkBudget> links(8);
            for (int round = 0; round < Rounds; ++round) {
                LinkBudget &link = links[random() % links.size()];
                if (random() % 8 == 0)
                    link = LinkBudget(pool.site(QByteArray::number(int(random() % 9))));
                link.charge(qint64(random() % 5'000));
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(pool.owed().value(), qint64(0));
    QVERIFY(!pool.owed().isOver());
    QCOMPARE(pool.siteCount(), qsizetype(0));
}

QTEST_GUILESS_MAIN(TestByteBudget)
#include "tst_bytebudget.moc"
