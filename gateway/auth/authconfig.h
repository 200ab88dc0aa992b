// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>

namespace Tidegate {

//! Defaults of SSMA spec section 2, except that no secret has one.
struct AuthConfig
{
    QByteArray secret;          //!< key of the session tokens; see isUsableSecret()
    bool requireExpiry = false; //!< refuse tokens without exp
    std::chrono::milliseconds tokenTtl = std::chrono::minutes(15);
    std::chrono::milliseconds refreshTtl = std::chrono::hours(24 * 30);

    QByteArray cookieName = "ssma_session";
    bool cookieSecure = false;

    QByteArray hmacSecret; //!< key of integrity claims; empty = derived from secret
    std::chrono::milliseconds hmacTtl = std::chrono::minutes(5);

    QString dbPath;         //!< auth.sqlite; its folder is created
    QString userImportPath; //!< users.json of SSMA, read once while there are no users; empty = none

    int argonMemoryKiB = 49152;
    int argonPasses = 3;
};

//! At least 32 bytes, which the default SSMA publishes is not. A gateway must refuse to start with anything else.
bool isUsableSecret(QByteArrayView secret);

//! The key that signs integrity claims: hmacSecret, or one derived from secret.
QByteArray integrityKey(const AuthConfig &config);

} // namespace Tidegate
