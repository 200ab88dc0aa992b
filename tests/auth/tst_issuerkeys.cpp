// SPDX-License-Identifier: MIT
#include "auth/crypto.h"
#include "auth/issuerkeys.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

using namespace Tidegate;

namespace {

constexpr qint64 NowMs = 1'700'000'000'000;
const QByteArray SoundClaims = R"({"iss":"a","aud":"SHAREDATA","sub":"ann","exp":1700000060})";

EVP_PKEY *makeKey(const QByteArray &kind)
{
    if (kind == "rsa")
        return EVP_RSA_gen(2048);
    if (kind == "weak")
        return EVP_RSA_gen(1024);
    if (kind == "ed")
        return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind == "ec384" ? "P-384" : "P-256");
}

QByteArray signatureOf(EVP_PKEY *key, const QByteArray &algorithm, const QByteArray &text)
{
    const EVP_MD *digest = algorithm == "EdDSA"        ? nullptr
                           : algorithm.endsWith("384") ? EVP_sha384()
                           : algorithm.endsWith("512") ? EVP_sha512()
                                                       : EVP_sha256();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *keyContext = nullptr;
    EVP_DigestSignInit(context, &keyContext, digest, nullptr, key);
    if (algorithm.startsWith("PS")) {
        EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST);
    }
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.constData());
    size_t size = 0;
    EVP_DigestSign(context, nullptr, &size, bytes, size_t(text.size()));
    QByteArray signature(qsizetype(size), '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char *>(signature.data()), &size, bytes, size_t(text.size()));
    signature.truncate(qsizetype(size));
    EVP_MD_CTX_free(context);
    if (!algorithm.startsWith("ES"))
        return signature;
    const int half = algorithm == "ES384" ? 48 : 32;
    const auto *der = reinterpret_cast<const unsigned char *>(signature.constData());
    ECDSA_SIG *parsed = d2i_ECDSA_SIG(nullptr, &der, signature.size());
    QByteArray joined(2 * half, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(parsed), reinterpret_cast<unsigned char *>(joined.data()), half);
    BN_bn2binpad(ECDSA_SIG_get0_s(parsed), reinterpret_cast<unsigned char *>(joined.data()) + half, half);
    ECDSA_SIG_free(parsed);
    return joined;
}

} // namespace

class TestIssuerKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup();

    void everyAlgorithmOfAKeyIsTaken_data();
    void everyAlgorithmOfAKeyIsTaken();
    void brokenTokenIsRefused_data();
    void brokenTokenIsRefused();
    void keyFileMustHoldAStrongPublicKey();

private:
    QByteArray publish(const QByteArray &kind);
    QByteArray tokenOf(const QByteArray &algorithm, const QByteArray &claims, const QByteArray &headerExtra = {});

    QTemporaryDir m_folder;
    EVP_PKEY *m_key = nullptr;
};

void TestIssuerKeys::cleanup()
{
    EVP_PKEY_free(m_key);
    m_key = nullptr;
}

QByteArray TestIssuerKeys::publish(const QByteArray &kind)
{
    m_key = makeKey(kind);
    const QByteArray path = m_folder.filePath(QString::fromLatin1(kind)).toUtf8();
    BIO *file = BIO_new_file(path.constData(), "w");
    PEM_write_bio_PUBKEY(file, m_key);
    BIO_free(file);
    return path;
}

QByteArray TestIssuerKeys::tokenOf(const QByteArray &algorithm, const QByteArray &claims, const QByteArray &headerExtra)
{
    const QByteArray text =
        toBase64Url("{\"alg\":\"" + algorithm + '"' + headerExtra + '}') + '.' + toBase64Url(claims);
    return text + '.' + toBase64Url(signatureOf(m_key, algorithm, text));
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
    const auto claims = (*keys)->verify(tokenOf(algorithm, SoundClaims), "SHAREDATA", NowMs);
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
    const QByteArray token = tokenOf("ES256", claims);
    QCOMPARE((*keys)->verify(token, "SHAREDATA", NowMs).has_value(), isIn);
    for (qsizetype at = 0; at < token.size(); at += 7) {
        QByteArray changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        QVERIFY(!(*keys)->verify(changed, "SHAREDATA", NowMs));
        QVERIFY(!(*keys)->verify(token.first(at), "SHAREDATA", NowMs));
    }
    QVERIFY(!(*keys)->verify(tokenOf("ES256", claims, R"(,"crit":["x"])"), "SHAREDATA", NowMs));
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
