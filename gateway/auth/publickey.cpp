// SPDX-License-Identifier: MIT
#include "auth/publickey.h"

#include <QFile>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

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

} // namespace

Result<PublicKey> PublicKey::load(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, QStringLiteral("%1: %2").arg(file, source.errorString())};
    const std::shared_ptr<EVP_PKEY> key(readKey(source.read(MaxFileBytes)), EVP_PKEY_free);
    if (!key)
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("%1: no public key or certificate in PEM").arg(file)};
    switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
        if (EVP_PKEY_get_bits(key.get()) < MinRsaBits)
            return Error{ErrorCode::Forbidden, QStringLiteral("%1: an RSA key needs 2048 bits").arg(file)};
        return PublicKey(Kind::Rsa, key);
    case EVP_PKEY_ED25519:
        return PublicKey(Kind::Ed25519, key);
    default:
        return Error{ErrorCode::Unsupported, QStringLiteral("%1: neither an RSA nor an Ed25519 key").arg(file)};
    }
}

bool PublicKey::verifies(QByteArrayView message, QByteArrayView signature) const
{
    const std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    const EVP_MD *digest = m_kind == Kind::Rsa ? EVP_sha256() : nullptr; // Ed25519 hashes by itself
    return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, m_key.get()) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(signature.data()),
                            size_t(signature.size()), reinterpret_cast<const unsigned char *>(message.data()),
                            size_t(message.size())) == 1;
}

} // namespace Tidegate
