// SPDX-License-Identifier: MIT
#include "support/issuer.h"

#include "auth/crypto.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace Tidegate {

namespace {

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

} // namespace

Issuer::Issuer(const QByteArray &kind)
    : m_key(makeKey(kind))
{
}

Issuer::~Issuer()
{
    EVP_PKEY_free(m_key);
}

bool Issuer::publish(const QString &path) const
{
    BIO *file = BIO_new_file(path.toUtf8().constData(), "w");
    const bool isWritten = file && PEM_write_bio_PUBKEY(file, m_key) == 1;
    BIO_free(file);
    return isWritten;
}

QByteArray Issuer::token(const QByteArray &algorithm, const QByteArray &claims, const QByteArray &headerExtra) const
{
    const QByteArray text =
        toBase64Url("{\"alg\":\"" + algorithm + '"' + headerExtra + '}') + '.' + toBase64Url(claims);
    return text + '.' + toBase64Url(signatureOf(algorithm, text));
}

QByteArray Issuer::signatureOf(const QByteArray &algorithm, const QByteArray &text) const
{
    const EVP_MD *digest = algorithm == "EdDSA"        ? nullptr
                           : algorithm.endsWith("384") ? EVP_sha384()
                           : algorithm.endsWith("512") ? EVP_sha512()
                                                       : EVP_sha256();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *keyContext = nullptr;
    EVP_DigestSignInit(context, &keyContext, digest, nullptr, m_key);
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

} // namespace Tidegate
