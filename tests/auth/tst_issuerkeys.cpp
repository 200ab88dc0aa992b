// SPDX-License-Identifier: MIT
#include "auth/crypto.h"
#include "auth/issuerkeys.h"
#include "support/issuer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Tidegate;

namespace {

constexpr qint64 NowMs = 1'700'000'000'000;
const QByteArray SoundClaims = R"({"iss":"a","aud":"SHAREDATA","sub":"ann","exp":1700000060})";

} // namespace

class TestIssuerKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyAlgorithmOfAKeyIsTaken_data();
    void everyAlgorithmOfAKeyIsTaken();
    void brokenTokenIsRefused_data();
    void brokenTokenIsRefused();
    void keyFileMustHoldAStrongPublicKey();

private:
    QByteArray publish(const QByteArray &kind);

    QTemporaryDir m_folder;
    std::unique_ptr<Issuer> m_issuer;
};

QByteArray TestIssuerKeys::publish(const QByteArray &kind)
{
    m_issuer = std::make_unique<Issuer>(kind);
    const QString path = m_folder.filePath(QString::fromLatin1(kind));
    return m_issuer->publish(path) ? path.toUtf8() : QByteArray();
}

void TestIssuerKeys::everyAlgorithmOfAKeyIsTaken_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("algorithm");
    QTest::addColumn<bool>("isTaken");
    for (const char *algorithm : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
        QTest::newRow(algorithm) << QByteArray("rsa") << QByteArray(algorithm) << true;
    QTest::newRow("ES256") << QByteArray("ec256") << QByteArray("ES256") << true;
    QTest::newRow("ES384") << QByteArray("ec384") << QByteArray("ES384") << true;
    QTest::newRow("EdDSA") << QByteArray("ed") << QByteArray("EdDSA") << true;
    QTest::newRow("ES256 of the other curve") << QByteArray("ec384") << QByteArray("ES256") << false;
}

void TestIssuerKeys::everyAlgorithmOfAKeyIsTaken()
{
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, algorithm);
    QFETCH(bool, isTaken);
    const auto keys = IssuerKeys::load({{"a", publish(kind)}});
    QVERIFY(keys);
    const auto claims = (*keys)->verify(m_issuer->token(algorithm, SoundClaims), "SHAREDATA", NowMs);
    QCOMPARE(claims.has_value(), isTaken);
    if (isTaken) {
        QCOMPARE(claims->json, SoundClaims);
        QCOMPARE(claims->expiresAtMs, 1'700'000'060'000);
    }
}

void TestIssuerKeys::brokenTokenIsRefused_data()
{
    QTest::addColumn<QByteArray>("claims");
    QTest::addColumn<bool>("isIn");
    const auto row = [](const char *name, const char *claims, bool isIn = false) {
        QTest::newRow(name) << QByteArray(claims) << isIn;
    };
    row("sound", SoundClaims.constData(), true);
    row("no expiry", R"({"iss":"a","aud":"SHAREDATA"})", true);
    row("one of several audiences", R"({"iss":"a","aud":["x","SHAREDATA"]})", true);
    row("expired", R"({"iss":"a","aud":"SHAREDATA","exp":1700000000})");
    row("expiry is text", R"({"iss":"a","aud":"SHAREDATA","exp":"1800000000"})");
    row("not valid yet", R"({"iss":"a","aud":"SHAREDATA","nbf":1700000001})");
    row("other issuer", R"({"iss":"b","aud":"SHAREDATA"})");
    row("no issuer", R"({"aud":"SHAREDATA"})");
    row("other audience", R"({"iss":"a","aud":"sharedata"})");
    row("no audience", R"({"iss":"a"})");
    row("claims are a list", R"([1])");
}

void TestIssuerKeys::brokenTokenIsRefused()
{
    QFETCH(QByteArray, claims);
    QFETCH(bool, isIn);
    const auto keys = IssuerKeys::load({{"a", publish("ec256")}});
    const QByteArray token = m_issuer->token("ES256", claims);
    QCOMPARE((*keys)->verify(token, "SHAREDATA", NowMs).has_value(), isIn);
    for (qsizetype at = 0; at < token.size(); at += 7) {
        QByteArray changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        QVERIFY(!(*keys)->verify(changed, "SHAREDATA", NowMs));
        QVERIFY(!(*keys)->verify(token.first(at), "SHAREDATA", NowMs));
    }
    QVERIFY(!(*keys)->verify(m_issuer->token("ES256", claims, R"(,"crit":["x"])"), "SHAREDATA", NowMs));
    // The public key as an HMAC secret, and no signature at all: old tricks.
    for (const char *algorithm : {"none", "HS256"}) {
        const QByteArray text = toBase64Url("{\"alg\":\"" + QByteArray(algorithm) + "\"}") + '.' + toBase64Url(claims);
        QVERIFY(!(*keys)->verify(text + '.', "SHAREDATA", NowMs));
        QVERIFY(!(*keys)->verify(text + '.' + toBase64Url(hmac(HmacHash::Sha256, "key", text)), "SHAREDATA", NowMs));
    }
}

void TestIssuerKeys::keyFileMustHoldAStrongPublicKey()
{
    QVERIFY(!IssuerKeys::load({{"a", "/no/such/file"}}));
    QVERIFY(!IssuerKeys::load({{"a", publish("weak")}}));
    QFile garbage(m_folder.filePath(QStringLiteral("garbage")));
    QVERIFY(garbage.open(QIODevice::WriteOnly));
    garbage.write("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    garbage.close();
    const auto loaded = IssuerKeys::load({{"a", garbage.fileName().toUtf8()}});
    QVERIFY(!loaded);
    QVERIFY(loaded.error().text.contains(garbage.fileName()));
}

QTEST_GUILESS_MAIN(TestIssuerKeys)
#include "tst_issuerkeys.moc"
