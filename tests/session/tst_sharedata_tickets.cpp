// SPDX-License-Identifier: MIT
#include "session/sharedata/tickets.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::ShareData;

//! Tickets for upgrades: once, soon, and not too many of them.
class TestShareDataTickets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ticketIsGoodOnce();
    void ticketEndsInTime();
    void ticketsOfDifferentTimesEndEachInItsOwn();
    void oneSubjectHasABound();
    void allTogetherHaveABound();

private:
    static Identity identity(const QByteArray &subject, qsizetype claimBytes = 10)
    {
        return *identityFromClaims("{\"x\":\"" + QByteArray(claimBytes, 'x') + "\"}", subject);
    }

    SystemRng m_rng;
    FakeClock m_clock;
};

void TestShareDataTickets::ticketIsGoodOnce()
{
    Tickets tickets(m_rng, m_clock);
    const QByteArray ticket = tickets.issue(identity("ann"), 1000);
    QVERIFY(ticket != tickets.issue(identity("ann"), 1000));
    QVERIFY(!tickets.redeem(ticket.chopped(1)));
    const auto redeemed = tickets.redeem(ticket);
    QVERIFY(redeemed);
    QCOMPARE(redeemed->subject(), "ann");
    QVERIFY(!tickets.redeem(ticket));
    QVERIFY(!tickets.redeem({}));
    QCOMPARE(tickets.count(), 1);
}

void TestShareDataTickets::ticketEndsInTime()
{
    Tickets tickets(m_rng, m_clock);
    const QByteArray early = tickets.issue(identity("ann"), 1000);
    const QByteArray late = tickets.issue(identity("ann"), 1000);
    m_clock.advance(999);
    QVERIFY(tickets.redeem(early));
    m_clock.advance(1);
    QVERIFY(!tickets.redeem(late));
    QCOMPARE(tickets.count(), 0);
}

void TestShareDataTickets::ticketsOfDifferentTimesEndEachInItsOwn()
{
    Tickets tickets(m_rng, m_clock);
    const QByteArray longer = tickets.issue(identity("ann"), 5000);
    const QByteArray shorter = tickets.issue(identity("ann"), 1000); // as after a reload
    m_clock.advance(2000);
    QVERIFY(!tickets.redeem(shorter));
    QVERIFY(tickets.redeem(longer));
}

void TestShareDataTickets::oneSubjectHasABound()
{
    Tickets tickets(m_rng, m_clock);
    QByteArray last;
    for (int i = 0; i < Tickets::MaxPerSubject; ++i)
        last = tickets.issue(identity("ann"), 1000);
    QVERIFY(!last.isEmpty());
    QVERIFY(tickets.issue(identity("ann"), 1000).isEmpty());
    QVERIFY(!tickets.issue(identity("bob"), 1000).isEmpty());
    QVERIFY(tickets.redeem(last));
    QVERIFY(!tickets.issue(identity("ann"), 1000).isEmpty());
    m_clock.advance(1000);
    QVERIFY(!tickets.issue(identity("ann"), 1000).isEmpty());
    QCOMPARE(tickets.count(), 1);
}

void TestShareDataTickets::allTogetherHaveABound()
{
    Tickets tickets(m_rng, m_clock);
    int issued = 0;
    while (!tickets.issue(identity("user-" + QByteArray::number(issued), 16'000), 1000).isEmpty())
        ++issued;
    QVERIFY(issued > 100);
    QVERIFY(issued * 16'000 <= Tickets::MaxBytes);
    m_clock.advance(1000);
    QVERIFY(!tickets.issue(identity("late"), 1000).isEmpty());
}

QTEST_GUILESS_MAIN(TestShareDataTickets)
#include "tst_sharedata_tickets.moc"
