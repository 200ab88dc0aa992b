// SPDX-License-Identifier: MIT
#include "auth/revokedsessions.h"

#include <QTest>

#include <thread>

using namespace Tidegate;

class TestRevokedSessions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRevokedSessionIsKnownUntilItsTokensExpire();
    void sessionsWithoutAnIdAreNeverRevoked();
    void whatHasExpiredIsNotKept();
    void anOverfullTableRefusesMoreRatherThanLess();
    void readersAndWritersMayMeet();
};

void TestRevokedSessions::aRevokedSessionIsKnownUntilItsTokensExpire()
{
    RevokedSessions revoked;
    revoked.add("s1", 2000, 1000);
    QVERIFY(revoked.contains("s1", 2000));
    QVERIFY(revoked.contains("s1", 0));
    QVERIFY(!revoked.contains("s2", 2000));
    revoked.add("s2", 9000, 2000);
    QCOMPARE(revoked.size(), 1);
    QVERIFY(!revoked.contains("s1", 2000));
}

void TestRevokedSessions::sessionsWithoutAnIdAreNeverRevoked()
{
    RevokedSessions revoked;
    revoked.add("", 2000, 1000);
    QVERIFY(!revoked.contains("", 2000));
    QCOMPARE(revoked.size(), 0);
}

void TestRevokedSessions::whatHasExpiredIsNotKept()
{
    RevokedSessions revoked;
    revoked.add("s1", 1000, 1000);
    QCOMPARE(revoked.size(), 0);
    revoked.add("s2", 2000, 1000);
    revoked.add("s2", 2000, 1000);
    QCOMPARE(revoked.size(), 1);
}

void TestRevokedSessions::anOverfullTableRefusesMoreRatherThanLess()
{
    RevokedSessions revoked(2);
    revoked.add("s3", 3000, 0);
    revoked.add("s1", 1000, 0);
    revoked.add("s2", 2000, 0);
    QCOMPARE(revoked.size(), 2);
    QVERIFY2(revoked.contains("s1", 1000), "pushed out of the table, still refused");
    QVERIFY2(revoked.contains("innocent", 1000), "the price: tokens that end no later are refused too");
    QVERIFY(!revoked.contains("innocent", 1001));
    QVERIFY2(!revoked.contains("innocent", 0), "a token without an end is never under the floor");
}

void TestRevokedSessions::readersAndWritersMayMeet()
{
    RevokedSessions revoked(50);
    std::thread writer([&revoked] {
        for (int i = 0; i < 2000; ++i)
            revoked.add(QByteArray::number(i), 10'000 + i, i);
    });
    for (int i = 0; i < 2000; ++i)
        QVERIFY(!revoked.contains("nobody", 100'000));
    writer.join();
    QVERIFY(revoked.contains("1999", 11'999));
}

QTEST_GUILESS_MAIN(TestRevokedSessions)
#include "tst_revokedsessions.moc"
