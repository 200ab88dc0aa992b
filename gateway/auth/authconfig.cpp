// SPDX-License-Identifier: MIT
#include "auth/authconfig.h"

#include "auth/crypto.h"

namespace Tidegate {

namespace {
constexpr qsizetype MinSecretBytes = 32;
}

bool isUsableSecret(QByteArrayView secret)
{
    return secret.size() >= MinSecretBytes;
}

QByteArray integrityKey(const AuthConfig &config)
{
    if (!config.hmacSecret.isEmpty())
        return config.hmacSecret;
    return hmac(HmacHash::Sha256, config.secret, "tidegate integrity key 1");
}

} // namespace Tidegate
