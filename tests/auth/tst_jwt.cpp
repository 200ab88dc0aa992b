// SPDX-License-Identifier: MIT
#include "auth/crypto.h"
#include "auth/jwt.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Tidegate;
using namespace std::chrono_literals;

namespace {

const QByteArray Secret = "a secret of at least thirty-two bytes";
constexpr qint64 NowMs = 1'700'000'000'500;
constexpr qint64 NowSeconds = NowMs / 1000;

QByteArray signedToken(const QByteArray &header, const QByteArray &claims, HmacHash hash = HmacHash::Sha256)
{
    const QByteArray part = toBase64Url(header) + '.' + toBase64Url(claims);
    return part + '.' + toBase64Url(hmac(hash, Secret, part));
}

QByteArray tokenOf(const QByteArray &claims)
{
    return signedToken(R"({"alg":"HS256"})", claims);
}

Principal staff()
{
    Principal principal;
    principal.subjectId = "u-1";
    principal.role = Role::Staff;
    principal.site = "shop \"north\"";
    principal.sessionId = "s-1";
    return principal;
}

} // namespace

class TestJwt : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anIssuedTokenNamesItsBearer();
    void anIssuedTokenHasTheClaimsOfSsma();
    void theThreeHashesAreAccepted_data();
    void theThreeHashesAreAccepted();
    void aTokenMadeElsewhereIsAccepted();
    void expiryHasNoLeeway();
    void anExpiryIsOptionalUnlessRequired();
    void missingRoleIsAUserAndUnknownRoleAGuest();
    void aTokenOfAnotherSecretIsAGuest();
    void anEmptySecretAcceptsNothing();
    void anyChangedByteMakesAGuest();
    void hostileTokensAreGuests_data();
    void hostileTokensAreGuests();
};

void TestJwt::anIssuedTokenNamesItsBearer()
{
    const TokenSigner signer(Secret);
    Principal expected = staff();
    expected.expiresAtMs = (NowSeconds + 900) * 1000;
    QVERIFY(signer.verify(signer.issue(staff(), 15min, NowMs), NowMs) == expected);
    QCOMPARE(TokenSigner::expiresAtMs(15min, NowMs), expected.expiresAtMs);
}

void TestJwt::anIssuedTokenHasTheClaimsOfSsma()
{
    Principal user;
    user.subjectId = "u-2";
    user.role = Role::User;
    const auto parts = TokenSigner(Secret).issue(user, 15min, NowMs).split('.');
    QCOMPARE(parts.size(), 3);
    QCOMPARE(fromBase64Url(parts.at(0)).value_or(""), R"({"alg":"HS256","typ":"JWT"})");
    QCOMPARE(fromBase64Url(parts.at(1)).value_or(""),
             R"({"role":"user","sub":"u-2","iat":1700000000,"exp":1700000900})");
}

void TestJwt::theThreeHashesAreAccepted_data()
{
    QTest::addColumn<QByteArray>("alg");
    QTest::addColumn<int>("hash");
    QTest::newRow("HS256") << QByteArray("HS256") << int(HmacHash::Sha256);
    QTest::newRow("HS384") << QByteArray("HS384") << int(HmacHash::Sha384);
    QTest::newRow("HS512") << QByteArray("HS512") << int(HmacHash::Sha512);
}

void TestJwt::theThreeHashesAreAccepted()
{
    QFETCH(QByteArray, alg);
    QFETCH(int, hash);
    const auto token = signedToken("{\"alg\":\"" + alg + "\"}", R"({"sub":"u","role":"admin"})", HmacHash(hash));
    QVERIFY(TokenSigner(Secret).verify(token, NowMs).role == Role::Admin);
}

void TestJwt::aTokenMadeElsewhereIsAccepted()
{
    // The example of RFC 7515 section A.1 has no sub; this one was made with another program from the same key.
    const QByteArray token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                             "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
                             "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
    const Principal principal = TokenSigner("your-256-bit-secret").verify(token, NowMs);
    QCOMPARE(principal.subjectId, "1234567890");
    QVERIFY(principal.role == Role::User);
}

void TestJwt::expiryHasNoLeeway()
{
    const TokenSigner signer(Secret);
    const QByteArray token = tokenOf(R"({"sub":"u","exp":1700000001})");
    QVERIFY(signer.verify(token, 1'700'000'000'999).hasSession());
    QVERIFY(!signer.verify(token, 1'700'000'001'000).hasSession());
}

void TestJwt::anExpiryIsOptionalUnlessRequired()
{
    const QByteArray token = tokenOf(R"({"sub":"u"})");
    const Principal principal = TokenSigner(Secret).verify(token, NowMs);
    QVERIFY(principal.hasSession());
    QCOMPARE(principal.expiresAtMs, 0);
    QVERIFY(TokenSigner(Secret, true).verify(token, NowMs) == Principal());
}

void TestJwt::missingRoleIsAUserAndUnknownRoleAGuest()
{
    const TokenSigner signer(Secret);
    QVERIFY(signer.verify(tokenOf(R"({"sub":"u"})"), NowMs).role == Role::User);
    const Principal unknown = signer.verify(tokenOf(R"({"sub":"u","role":"root"})"), NowMs);
    QVERIFY(unknown.role == Role::Guest);
    QCOMPARE(unknown.subjectId, "u");
}

void TestJwt::aTokenOfAnotherSecretIsAGuest()
{
    const QByteArray token = TokenSigner("another secret").issue(staff(), 15min, NowMs);
    QVERIFY(TokenSigner(Secret).verify(token, NowMs) == Principal());
}

void TestJwt::anEmptySecretAcceptsNothing()
{
    const TokenSigner empty{QByteArray()};
    QVERIFY(empty.issue(staff(), 15min, NowMs).isEmpty());
    QVERIFY(empty.verify(tokenOf(R"({"sub":"u"})"), NowMs) == Principal());
    const QByteArray unsignedToken = toBase64Url(R"({"alg":"HS256"})") + '.' + toBase64Url(R"({"sub":"u"})") + '.';
    QVERIFY(empty.verify(unsignedToken, NowMs) == Principal());
}

void TestJwt::anyChangedByteMakesAGuest()
{
    const TokenSigner signer(Secret);
    const QByteArray token = signer.issue(staff(), 15min, NowMs);
    for (qsizetype i = 0; i < token.size(); ++i) {
        for (const char change : {'A', '.', '=', '\0'}) {
            QByteArray changed = token;
            changed[i] = change;
            if (changed != token)
                QVERIFY2(signer.verify(changed, NowMs) == Principal(), QByteArray::number(i).constData());
        }
        QVERIFY(signer.verify(token.first(i), NowMs) == Principal());
    }
}

void TestJwt::hostileTokensAreGuests_data()
{
    QTest::addColumn<QByteArray>("token");
    const QByteArray claims = R"({"sub":"u","role":"admin"})";
    const QByteArray good = tokenOf(claims);
    const QByteArray unsignedPart = toBase64Url(R"({"alg":"none"})") + '.' + toBase64Url(claims) + '.';
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only dots") << QByteArray("..");
    QTest::newRow("no dots") << QByteArray("abc");
    QTest::newRow("four parts") << good + ".x";
    QTest::newRow("five parts, as an encrypted one") << QByteArray("a.b.c.d.e");
    QTest::newRow("algorithm none without signature") << unsignedPart;
    QTest::newRow("algorithm none with a signature") << signedToken(R"({"alg":"none"})", claims);
    QTest::newRow("algorithm None") << signedToken(R"({"alg":"None"})", claims);
    QTest::newRow("algorithm in lower case") << signedToken(R"({"alg":"hs256"})", claims);
    QTest::newRow("algorithm of public keys") << signedToken(R"({"alg":"RS256"})", claims);
    QTest::newRow("algorithm is a number") << signedToken(R"({"alg":256})", claims);
    QTest::newRow("algorithm is a list") << signedToken(R"({"alg":["HS256"]})", claims);
    QTest::newRow("no algorithm") << signedToken("{}", claims);
    QTest::newRow("named hash is not the used one") << signedToken(R"({"alg":"HS512"})", claims);
    QTest::newRow("critical extension") << signedToken(R"({"alg":"HS256","crit":["b64"],"b64":false})", claims);
    QTest::newRow("header is a list") << signedToken(R"(["HS256"])", claims);
    QTest::newRow("header is not JSON") << signedToken("HS256", claims);
    QTest::newRow("header is not base64") << QByteArray("!!!.") + good.mid(good.indexOf('.') + 1);
    QTest::newRow("claims are not JSON") << tokenOf("sub=u");
    QTest::newRow("claims are a list") << tokenOf(R"([{"sub":"u"}])");
    QTest::newRow("claims are cut off") << tokenOf(R"({"sub":"u")");
    QTest::newRow("claims nest too deep")
        << tokenOf(R"({"sub":"u","x":)" + QByteArray(2000, '[') + QByteArray(2000, ']') + '}');
    QTest::newRow("claims are not UTF-8") << tokenOf("{\"sub\":\"\xff\xfe\"}");
    QTest::newRow("no subject") << tokenOf(R"({"role":"admin"})");
    QTest::newRow("empty subject") << tokenOf(R"({"sub":"","role":"admin"})");
    QTest::newRow("subject is a number") << tokenOf(R"({"sub":1,"role":"admin"})");
    QTest::newRow("role is an object") << tokenOf(R"({"sub":"u","role":{}})");
    QTest::newRow("role is null") << tokenOf(R"({"sub":"u","role":null})");
    QTest::newRow("session is a list") << tokenOf(R"({"sub":"u","sid":[]})");
    QTest::newRow("site is a number") << tokenOf(R"({"sub":"u","site":4})");
    QTest::newRow("expiry is a text") << tokenOf(R"({"sub":"u","exp":"9999999999"})");
    QTest::newRow("expiry is null") << tokenOf(R"({"sub":"u","exp":null})");
    QTest::newRow("expiry is long ago") << tokenOf(R"({"sub":"u","exp":0})");
    QTest::newRow("expiry before all time") << tokenOf(R"({"sub":"u","exp":-1e300})");
    QTest::newRow("issue time is a text") << tokenOf(R"({"sub":"u","iat":"now"})");
    QTest::newRow("not valid yet") << tokenOf(R"({"sub":"u","nbf":1700000001})");
    QTest::newRow("padded signature") << good + '=';
    QTest::newRow("white space in front") << ' ' + good;
    QTest::newRow("line break behind") << good + '\n';
    QTest::newRow("quoted") << '"' + good + '"';
    QTest::newRow("over 8 KiB though signed") << tokenOf(R"({"sub":"u","x":")" + QByteArray(9000, 'x') + "\"}");
    QTest::newRow("a megabyte of dots") << QByteArray(1024 * 1024, '.');
    QTest::newRow("null bytes") << QByteArray(64, '\0');
}

void TestJwt::hostileTokensAreGuests()
{
    QFETCH(QByteArray, token);
    QVERIFY(TokenSigner(Secret).verify(token, NowMs) == Principal());
}

QTEST_GUILESS_MAIN(TestJwt)
#include "tst_jwt.moc"
