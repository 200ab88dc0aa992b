// SPDX-License-Identifier: MIT
#include "auth/passwordhash.h"

#include <QTest>

using namespace Tidegate;

namespace {
constexpr PasswordCost Cheap{64, 1};
}

class TestPasswordHash : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theRealCostIsThatOfSsma();
    void aHashMatchesItsPasswordOnly_data();
    void aHashMatchesItsPasswordOnly();
    void equalPasswordsHaveUnequalHashes();
    void hashesOfOtherCostsAndProgramsMatch();
    void otherTextsMatchNothing_data();
    void otherTextsMatchNothing();
    void costsOutOfRangeMakeNoHash();
};

void TestPasswordHash::theRealCostIsThatOfSsma()
{
    const auto encoded = hashPassword("correct horse", {});
    QVERIFY(encoded.has_value());
    QVERIFY2(encoded->startsWith("$argon2id$v=19$m=49152,t=3,p=1$"), encoded->constData());
    QVERIFY(isPassword("correct horse", *encoded));
    QVERIFY(!isPassword("correct horsf", *encoded));
}

void TestPasswordHash::aHashMatchesItsPasswordOnly_data()
{
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QByteArray>("other");
    QTest::newRow("plain") << QByteArray("password") << QByteArray("Password");
    QTest::newRow("empty") << QByteArray() << QByteArray("x");
    QTest::newRow("null byte inside") << QByteArray("pass\0word", 9) << QByteArray("pass\0work", 9);
    QTest::newRow("not UTF-8") << QByteArray("\xff\xfe") << QByteArray("\xff\xff");
    QTest::newRow("a megabyte") << QByteArray(1'000'000, 'a') << QByteArray(999'999, 'a');
}

void TestPasswordHash::aHashMatchesItsPasswordOnly()
{
    QFETCH(QByteArray, password);
    QFETCH(QByteArray, other);
    const QByteArray encoded = hashPassword(password, Cheap).value_or(QByteArray());
    QVERIFY(isPassword(password, encoded));
    QVERIFY(!isPassword(other, encoded));
}

void TestPasswordHash::equalPasswordsHaveUnequalHashes()
{
    QVERIFY(hashPassword("password", Cheap) != hashPassword("password", Cheap));
}

void TestPasswordHash::hashesOfOtherCostsAndProgramsMatch()
{
    // Published vectors of the argon2 reference implementation.
    for (const char *foreign : {
             "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
             "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
             "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
         }) {
        QVERIFY2(isPassword("password", foreign), foreign);
        QVERIFY(!isPassword("passwore", foreign));
    }
}

void TestPasswordHash::otherTextsMatchNothing_data()
{
    QTest::addColumn<QByteArray>("encoded");
    const QByteArray good = hashPassword("password", Cheap).value_or(QByteArray());
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("the password itself") << QByteArray("password");
    QTest::newRow("another kind of argon2") << QByteArray(good).replace("argon2id", "argon2i");
    QTest::newRow("bcrypt") << QByteArray("$2b$10$abcdefghijklmnopqrstuv");
    QTest::newRow("cut short") << good.chopped(1);
    QTest::newRow("something behind") << good + 'x';
    QTest::newRow("claims a terabyte") << QByteArray(good).replace("m=64", "m=1073741824");
    QTest::newRow("claims more memory than a number holds")
        << QByteArray(good).replace("m=64", "m=99999999999999999999");
    QTest::newRow("claims endless passes") << QByteArray(good).replace("t=1", "t=4294967295");
    QTest::newRow("claims endless lanes") << QByteArray(good).replace("p=1", "p=16777215");
    QTest::newRow("claims no passes") << QByteArray(good).replace("t=1", "t=0");
    QTest::newRow("very long") << good + QByteArray(100'000, 'A');
    QTest::newRow("line break in front") << '\n' + good;
}

void TestPasswordHash::otherTextsMatchNothing()
{
    QFETCH(QByteArray, encoded);
    QVERIFY(!isPassword("password", encoded));
}

void TestPasswordHash::costsOutOfRangeMakeNoHash()
{
    QVERIFY(!hashPassword("password", {0, 1}));
    QVERIFY(!hashPassword("password", {-1, 1}));
    QVERIFY(!hashPassword("password", {64, 0}));
}

QTEST_GUILESS_MAIN(TestPasswordHash)
#include "tst_passwordhash.moc"
