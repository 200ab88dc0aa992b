// SPDX-License-Identifier: MIT
#include "app/cliaccounts.h"

#include "app/clioutput.h"
#include "app/configauth.h"
#include "app/configvalue.h"

#include "auth/authservice.h"
#include "auth/jwt.h"
#include "base/clock.h"
#include "base/rng.h"

namespace Tidegate {

namespace {

constexpr qint64 MaxTokenTtlMs = 366LL * 24 * 3'600'000;

std::optional<Role> roleOrExplain(const QString &name)
{
    const auto role = roleFromName(name.toUtf8());
    if (!role)
        writeError(QStringLiteral("\"%1\" is no role; expected guest, user, staff, admin or system").arg(name));
    return role;
}

//! Opens the account database, runs \p act on the service and waits for its answer.
template <typename Act>
int withAccounts(const GatewayConfig &config, Act act)
{
    SystemRng rng;
    const SystemClock clock;
    const auto auth = makeAuthConfig(config, rng);
    if (!auth) {
        writeError(auth.error().text);
        return ExitFailed;
    }
    AuthService service(*auth, clock, rng);
    if (const auto opened = service.open(); !opened) {
        writeError(opened.error().text);
        return ExitFailed;
    }
    const int exitCode = act(service);
    service.close();
    return exitCode;
}

QByteArray userLine(const User &user)
{
    const QByteArray status = user.status == UserStatus::Active ? "active" : "disabled";
    return user.email.toUtf8() + '\t' + roleName(user.role) + '\t' + status + '\t' + user.id + '\n';
}

int reportChange(AuthFuture<User> future)
{
    const AuthResult<User> result = future.result();
    if (!result) {
        writeError(result.error().text);
        return ExitFailed;
    }
    writeOut(userLine(*result));
    return ExitOk;
}

} // namespace

int printToken(const GatewayConfig &config, const TokenOrder &order)
{
    const auto role = roleOrExplain(order.role);
    if (!role)
        return ExitUsage;
    const auto ttl = durationFromText(order.ttl);
    if (!ttl || *ttl < 1'000 || *ttl > MaxTokenTtlMs) {
        writeError(QStringLiteral("--ttl: expected a duration from 1s to 366d such as 1h; got \"%1\"").arg(order.ttl));
        return ExitUsage;
    }
    SystemRng rng;
    const auto auth = makeAuthConfig(config, rng);
    if (!auth) {
        writeError(auth.error().text);
        return ExitFailed;
    }
    Principal principal;
    principal.subjectId = order.subject.toUtf8();
    principal.role = *role;
    principal.site = order.site.toUtf8();
    const TokenSigner signer(auth->secret);
    writeOut(signer.issue(principal, std::chrono::milliseconds(*ttl), SystemClock().nowMs()) + '\n');
    return ExitOk;
}

int listUsers(const GatewayConfig &config)
{
    return withAccounts(config, [](AuthService &service) {
        const auto users = service.listUsers().result();
        if (!users) {
            writeError(users.error().text);
            return ExitFailed;
        }
        for (const User &user : *users)
            writeOut(userLine(user));
        return ExitOk;
    });
}

int setUserRole(const GatewayConfig &config, const QString &email, const QString &role)
{
    const auto wanted = roleOrExplain(role);
    if (!wanted)
        return ExitUsage;
    return withAccounts(config, [&](AuthService &service) { return reportChange(service.setRole(email, *wanted)); });
}

int setUserStatus(const GatewayConfig &config, const QString &email, UserStatus status)
{
    return withAccounts(config, [&](AuthService &service) { return reportChange(service.setStatus(email, status)); });
}

} // namespace Tidegate
