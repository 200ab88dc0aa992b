// SPDX-License-Identifier: MIT
#include "auth/crypto.h"

#include <QTest>

using namespace Tidegate;

class TestCrypto : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hmacMatchesRfc4231();
    void hmacWithoutAKeyIsEmpty();
    void equalityLooksAtEveryByteAndTheLength();
    void base64UrlIsStrict_data();
    void base64UrlIsStrict();
};

void TestCrypto::hmacMatchesRfc4231()
{
    const QByteArray text = "what do ya want for nothing?";
    QCOMPARE(hmac(HmacHash::Sha256, "Jefe", text).toHex(),
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    QCOMPARE(hmac(HmacHash::Sha384, "Jefe", text).toHex(),
             "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
    QCOMPARE(hmac(HmacHash::Sha512, "Jefe", text).toHex(),
             "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
             "caeab1a34d4a6b4b636e070a38bce737");
}

void TestCrypto::hmacWithoutAKeyIsEmpty()
{
    QVERIFY(hmac(HmacHash::Sha256, {}, "text").isEmpty());
}

void TestCrypto::equalityLooksAtEveryByteAndTheLength()
{
    QVERIFY(isEqualConstantTime("abc", "abc"));
    QVERIFY(isEqualConstantTime("", ""));
    QVERIFY(!isEqualConstantTime("abc", "abd"));
    QVERIFY(!isEqualConstantTime("abc", "abcd"));
    QVERIFY(!isEqualConstantTime("", "a"));
}

void TestCrypto::base64UrlIsStrict_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isValid");
    QTest::newRow("empty") << QByteArray() << true;
    QTest::newRow("both special letters") << QByteArray("-_-_") << true;
    QTest::newRow("two letters") << QByteArray("YQ") << true;
    QTest::newRow("padded") << QByteArray("YQ==") << false;
    QTest::newRow("stray low bits") << QByteArray("YR") << false;
    QTest::newRow("one letter left over") << QByteArray("YWJjZ") << false;
    QTest::newRow("plain base64 letters") << QByteArray("+/+/") << false;
    QTest::newRow("white space inside") << QByteArray("YW Jj") << false;
    QTest::newRow("line break at the end") << QByteArray("YWJj\n") << false;
    QTest::newRow("null byte") << QByteArray("YW\0j", 4) << false;
    QTest::newRow("byte over 127") << QByteArray("YW\xc3\xa4") << false;
}

void TestCrypto::base64UrlIsStrict()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isValid);
    const auto decoded = fromBase64Url(text);
    QCOMPARE(decoded.has_value(), isValid);
    if (decoded)
        QCOMPARE(toBase64Url(*decoded), text);
}

QTEST_GUILESS_MAIN(TestCrypto)
#include "tst_crypto.moc"
