// SPDX-License-Identifier: MIT
#include "auth/crypto.h"

#include <QCryptographicHash>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace Tidegate {

namespace {

constexpr auto Base64UrlOptions = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

const EVP_MD *digestOf(HmacHash hash)
{
    switch (hash) {
    case HmacHash::Sha256:
        return EVP_sha256();
    case HmacHash::Sha384:
        return EVP_sha384();
    case HmacHash::Sha512:
        return EVP_sha512();
    }
    Q_UNREACHABLE();
}

} // namespace

QByteArray hmac(HmacHash hash, QByteArrayView key, QByteArrayView message)
{
    if (key.isEmpty())
        return {};
    QByteArray out(EVP_MAX_MD_SIZE, Qt::Uninitialized);
    unsigned int size = 0;
    const auto *done =
        HMAC(digestOf(hash), key.data(), int(key.size()), reinterpret_cast<const unsigned char *>(message.data()),
             size_t(message.size()), reinterpret_cast<unsigned char *>(out.data()), &size);
    if (!done)
        return {};
    out.truncate(qsizetype(size));
    return out;
}

QByteArray sha256(QByteArrayView message)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(message);
    return hash.result();
}

bool isEqualConstantTime(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), size_t(a.size())) == 0;
}

QByteArray toBase64Url(QByteArrayView bytes)
{
    return QByteArray::fromRawData(bytes.data(), bytes.size()).toBase64(Base64UrlOptions);
}

std::optional<QByteArray> fromBase64Url(QByteArrayView text)
{
    const auto decoded = QByteArray::fromBase64Encoding(QByteArray::fromRawData(text.data(), text.size()),
                                                        Base64UrlOptions | QByteArray::AbortOnBase64DecodingErrors);
    // Qt accepts padding and stray low bits; encoding the result again shows both.
    if (!decoded || toBase64Url(decoded.decoded) != text)
        return std::nullopt;
    return decoded.decoded;
}

} // namespace Tidegate
