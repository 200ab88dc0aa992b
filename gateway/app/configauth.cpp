// SPDX-License-Identifier: MIT
#include "app/configauth.h"

#include "app/secretfile.h"

#include <QDir>

namespace Tidegate {

Result<AuthConfig> makeAuthConfig(const GatewayConfig &config, Rng &rng)
{
    AuthConfig auth;
    auth.secret = config.auth.secret;
    if (auth.secret.isEmpty()) {
        auto secret = readOrCreateSecret(config.auth.secretFile, rng);
        if (!secret)
            return secret.error();
        auth.secret = *std::move(secret);
    }
    if (!isUsableSecret(auth.secret))
        return Error{
            ErrorCode::Storage,
            QStringLiteral("the key in %1 is too short; it needs at least 32 bytes").arg(config.auth.secretFile)};
    auth.tokenTtl = std::chrono::milliseconds(config.auth.tokenTtlMs);
    auth.refreshTtl = std::chrono::milliseconds(config.auth.refreshTtlMs);
    auth.cookieName = config.auth.cookieName;
    auth.cookieSecure = config.auth.cookieSecure;
    auth.hmacSecret = config.auth.hmacSecret;
    auth.hmacTtl = std::chrono::milliseconds(config.auth.hmacTtlMs);
    auth.dbPath = QDir(config.server.dataDir).filePath(QStringLiteral("auth.sqlite"));
    auth.userImportPath = config.auth.userImport;
    return auth;
}

} // namespace Tidegate
