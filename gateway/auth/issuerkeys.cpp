// SPDX-License-Identifier: MIT
#include "auth/issuerkeys.h"

#include "auth/crypto.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cmath>
#include <optional>

namespace Tidegate {

namespace {

constexpr qint64 MaxKeyFileBytes = 64 * 1024;
constexpr int MinRsaBits = 2048;
constexpr double LatestSeconds = 9e12; //!< far behind every date, and its milliseconds fit

Error refused()
{
    return {ErrorCode::Unauthenticated, QStringLiteral("the token is not valid")};
}

//! How a key signs under an algorithm of RFC 7518.
struct Scheme
{
    const EVP_MD *digest = nullptr; //!< null: the algorithm has one of its own
    bool isPss = false;
    int pointBytes = 0; //!< of an ECDSA signature's halves; 0 = the signature is as OpenSSL reads it
};

const EVP_MD *digestOfBits(QByteArrayView bits)
{
    if (bits == "256")
        return EVP_sha256();
    if (bits == "384")
        return EVP_sha384();
    return bits == "512" ? EVP_sha512() : nullptr;
}

QByteArray curveOf(const EVP_PKEY *key)
{
    char name[64] = {};
    size_t size = 0;
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, &size) != 1)
        return {};
    return QByteArray(name, qsizetype(size));
}

std::optional<Scheme> schemeOf(const EVP_PKEY *key, const QByteArray &algorithm)
{
    const int type = EVP_PKEY_get_base_id(key);
    if (type == EVP_PKEY_ED25519 && algorithm == "EdDSA")
        return Scheme{};
    if (algorithm.size() != 5)
        return {};
    const EVP_MD *digest = digestOfBits(algorithm.sliced(2));
    const QByteArray family = algorithm.first(2);
    if (!digest)
        return {};
    if (type == EVP_PKEY_RSA && (family == "RS" || family == "PS"))
        return Scheme{digest, family == "PS", 0};
    if (type != EVP_PKEY_EC)
        return {};
    const QByteArray curve = curveOf(key);
    if (algorithm == "ES256" && curve == "prime256v1")
        return Scheme{digest, false, 32};
    if (algorithm == "ES384" && curve == "secp384r1")
        return Scheme{digest, false, 48};
    return {};
}

//! JOSE writes the two halves side by side, OpenSSL reads them as DER.
QByteArray derOf(QByteArrayView halves, int pointBytes)
{
    if (halves.size() != 2 * pointBytes)
        return {};
    const auto *bytes = reinterpret_cast<const unsigned char *>(halves.data());
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes, pointBytes, nullptr);
    BIGNUM *s = BN_bin2bn(bytes + pointBytes, pointBytes, nullptr);
    QByteArray der;
    if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1) {
        unsigned char *out = nullptr;
        if (const int size = i2d_ECDSA_SIG(signature, &out); size > 0)
            der = QByteArray(reinterpret_cast<const char *>(out), size);
        OPENSSL_free(out);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(signature);
    return der;
}

bool isSignedBy(EVP_PKEY *key, const Scheme &scheme, QByteArrayView text, const QByteArray &signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *keyContext = nullptr;
    bool isGood = context && EVP_DigestVerifyInit(context, &keyContext, scheme.digest, nullptr, key) == 1;
    if (isGood && scheme.isPss)
        isGood = EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1;
    isGood = isGood && EVP_DigestVerify(context, reinterpret_cast<const unsigned char *>(signature.constData()),
                                        size_t(signature.size()), reinterpret_cast<const unsigned char *>(text.data()),
                                        size_t(text.size())) == 1;
    EVP_MD_CTX_free(context);
    return isGood;
}

QJsonObject objectOf(QByteArrayView part, QByteArray *text = nullptr)
{
    const QByteArray json = fromBase64Url(part).value_or(QByteArray());
    if (text)
        *text = json;
    return QJsonDocument::fromJson(json).object();
}

bool isFor(const QJsonValue &audiences, const QByteArray &audience)
{
    const QString wanted = QString::fromUtf8(audience);
    return audiences.isArray() ? audiences.toArray().contains(wanted) : audiences == QJsonValue(wanted);
}

//! A time in seconds; nothing if it is there and none.
std::optional<double> secondsOf(const QJsonObject &claims, QLatin1String name, double ifAbsent)
{
    const QJsonValue value = claims.value(name);
    if (value.isUndefined())
        return ifAbsent;
    if (!value.isDouble())
        return {};
    return qBound(-LatestSeconds, value.toDouble(), LatestSeconds);
}

Result<EVP_PKEY *> readKey(const QByteArray &path)
{
    const QString name = QString::fromUtf8(path);
    const auto unusable = [&name](const QString &why) {
        return Error{ErrorCode::InvalidContract, QStringLiteral("key file %1: %2").arg(name, why)};
    };
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return unusable(file.errorString());
    const QByteArray pem = file.read(MaxKeyFileBytes);
    BIO *source = BIO_new_mem_buf(pem.constData(), int(pem.size()));
    EVP_PKEY *key = PEM_read_bio_PUBKEY(source, nullptr, nullptr, nullptr);
    BIO_free(source);
    if (!key)
        return unusable(QStringLiteral("it has no public key in PEM form"));
    const int type = EVP_PKEY_get_base_id(key);
    const bool isWeak = type == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) < MinRsaBits;
    if (!isWeak && (type == EVP_PKEY_RSA || type == EVP_PKEY_EC || type == EVP_PKEY_ED25519))
        return key;
    EVP_PKEY_free(key);
    return unusable(isWeak ? QStringLiteral("RSA keys need at least 2048 bits")
                           : QStringLiteral("its kind of key signs no tokens"));
}

} // namespace

IssuerKeys::~IssuerKeys()
{
    for (const auto &[issuer, key] : m_keys)
        EVP_PKEY_free(key);
}

Result<std::shared_ptr<const IssuerKeys>> IssuerKeys::load(const std::map<QByteArray, QByteArray> &files)
{
    std::shared_ptr<IssuerKeys> keys(new IssuerKeys);
    for (const auto &[issuer, path] : files) {
        const auto key = readKey(path);
        if (!key)
            return key.error();
        keys->m_keys[issuer] = *key;
    }
    return std::shared_ptr<const IssuerKeys>(std::move(keys));
}

Result<IssuedClaims> IssuerKeys::verify(QByteArrayView token, const QByteArray &audience, qint64 nowMs) const
{
    if (token.size() > MaxTokenBytes || token.count('.') != 2)
        return refused();
    const qsizetype headerEnd = token.indexOf('.');
    const qsizetype claimsEnd = token.lastIndexOf('.');
    const QJsonObject header = objectOf(token.first(headerEnd));
    IssuedClaims issued;
    const QJsonObject claims = objectOf(token.sliced(headerEnd + 1, claimsEnd - headerEnd - 1), &issued.json);
    const auto key = m_keys.find(claims.value(QLatin1String("iss")).toString().toUtf8());
    // An extension named critical (RFC 7515 section 4.1.11) must be understood, and we understand none.
    if (key == m_keys.end() || header.contains(QLatin1String("crit")))
        return refused();
    const auto scheme = schemeOf(key->second, header.value(QLatin1String("alg")).toString().toUtf8());
    QByteArray signature = fromBase64Url(token.sliced(claimsEnd + 1)).value_or(QByteArray());
    if (scheme && scheme->pointBytes)
        signature = derOf(signature, scheme->pointBytes);
    if (!scheme || signature.isEmpty() || !isSignedBy(key->second, *scheme, token.first(claimsEnd), signature))
        return refused();
    const auto expiry = secondsOf(claims, QLatin1String("exp"), LatestSeconds);
    const auto notBefore = secondsOf(claims, QLatin1String("nbf"), -LatestSeconds);
    const double now = double(nowMs) / 1000;
    if (!expiry || !notBefore || *expiry <= now || *notBefore > now ||
        !isFor(claims.value(QLatin1String("aud")), audience))
        return refused();
    issued.expiresAtMs = claims.contains(QLatin1String("exp")) ? qint64(*expiry * 1000) : 0;
    return issued;
}

} // namespace Tidegate
