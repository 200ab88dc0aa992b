// SPDX-License-Identifier: MIT
#include "auth/publickey.h"

#include <QFile>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <optional>

namespace Tidegate {

namespace {

constexpr qint64 MaxFileBytes = 256 * 1024;
constexpr int MinRsaBits = 2048;

template <auto Free>
struct Freer
{
    template <typename T>
    void operator()(T *object) const
    {
        Free(object);
    }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;

Bio bioOf(const QByteArray &pem)
{
    return Bio(BIO_new_mem_buf(pem.constData(), int(pem.size())));
}

EVP_PKEY *readKey(const QByteArray &pem)
{
    if (EVP_PKEY *key = PEM_read_bio_PUBKEY(bioOf(pem).get(), nullptr, nullptr, nullptr))
        return key;
    const std::unique_ptr<X509, Freer<X509_free>> certificate(
        PEM_read_bio_X509(bioOf(pem).get(), nullptr, nullptr, nullptr));
    return certificate ? X509_get_pubkey(certificate.get()) : nullptr;
}

const unsigned char *bytesOf(QByteArrayView text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

std::optional<PublicKey::Kind> kindOf(const EVP_PKEY *key)
{
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        return PublicKey::Kind::Rsa;
    case EVP_PKEY_ED25519:
        return PublicKey::Kind::Ed25519;
    case EVP_PKEY_EC:
        break;
    default:
        return {};
    }
    char curve[64] = {};
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof curve, nullptr) != 1)
        return {};
    if (QByteArrayView(curve) == "prime256v1")
        return PublicKey::Kind::P256;
    return QByteArrayView(curve) == "secp384r1" ? std::optional(PublicKey::Kind::P384) : std::nullopt;
}

//! How a key signs under an algorithm.
struct Scheme
{
    const EVP_MD *digest = nullptr; //!< null: the algorithm has one of its own
    bool isPss = false;
    int pointBytes = 0; //!< of an ECDSA signature's halves; 0 = the signature is as OpenSSL reads it
};

std::optional<Scheme> schemeOf(PublicKey::Kind kind, QByteArrayView algorithm)
{
    switch (kind) {
    case PublicKey::Kind::Ed25519:
        return algorithm == "EdDSA" ? std::optional(Scheme{}) : std::nullopt;
    case PublicKey::Kind::P256:
        return algorithm == "ES256" ? std::optional(Scheme{EVP_sha256(), false, 32}) : std::nullopt;
    case PublicKey::Kind::P384:
        return algorithm == "ES384" ? std::optional(Scheme{EVP_sha384(), false, 48}) : std::nullopt;
    case PublicKey::Kind::Rsa:
        break;
    }
    const bool isPss = algorithm.startsWith("PS");
    if (!isPss && !algorithm.startsWith("RS"))
        return {};
    const QByteArrayView bits = algorithm.sliced(2);
    if (bits == "256")
        return Scheme{EVP_sha256(), isPss, 0};
    if (bits == "384")
        return Scheme{EVP_sha384(), isPss, 0};
    return bits == "512" ? std::optional(Scheme{EVP_sha512(), isPss, 0}) : std::nullopt;
}

//! JOSE writes the two halves side by side, OpenSSL reads them as DER. Empty: they are not two halves.
QByteArray derOf(QByteArrayView halves, int pointBytes)
{
    if (halves.size() != 2 * pointBytes)
        return {};
    const std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>> signature(ECDSA_SIG_new());
    BIGNUM *r = BN_bin2bn(bytesOf(halves), pointBytes, nullptr);
    BIGNUM *s = BN_bin2bn(bytesOf(halves) + pointBytes, pointBytes, nullptr);
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char *out = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &out);
    const QByteArray der = size > 0 ? QByteArray(reinterpret_cast<const char *>(out), size) : QByteArray();
    OPENSSL_free(out);
    return der;
}

} // namespace

Result<PublicKey> PublicKey::load(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, QStringLiteral("%1: %2").arg(file, source.errorString())};
    const std::shared_ptr<EVP_PKEY> key(readKey(source.read(MaxFileBytes)), EVP_PKEY_free);
    if (!key)
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("%1: no public key or certificate in PEM").arg(file)};
    const auto kind = kindOf(key.get());
    if (!kind)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1: no key that signs tokens: RSA, P-256, P-384 or Ed25519").arg(file)};
    if (*kind == Kind::Rsa && EVP_PKEY_get_bits(key.get()) < MinRsaBits)
        return Error{ErrorCode::Forbidden, QStringLiteral("%1: an RSA key needs 2048 bits").arg(file)};
    return PublicKey(*kind, key);
}

bool PublicKey::verifies(QByteArrayView algorithm, QByteArrayView message, QByteArrayView signature) const
{
    const auto scheme = schemeOf(m_kind, algorithm);
    if (!scheme)
        return false;
    const QByteArray der = scheme->pointBytes ? derOf(signature, scheme->pointBytes) : signature.toByteArray();
    const std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *keyContext = nullptr; // the former one's
    if (der.isEmpty() || !context ||
        EVP_DigestVerifyInit(context.get(), &keyContext, scheme->digest, nullptr, m_key.get()) != 1)
        return false;
    if (scheme->isPss && (EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) != 1 ||
                          EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context.get(), bytesOf(der), size_t(der.size()), bytesOf(message),
                            size_t(message.size())) == 1;
}

} // namespace Tidegate
