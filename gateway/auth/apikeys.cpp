// SPDX-License-Identifier: MIT
#include "auth/apikeys.h"

#include "auth/authdatabase.h"
#include "auth/crypto.h"
#include "auth/sessions.h"
#include "base/clock.h"
#include "base/rng.h"

namespace Tidegate {

namespace {

const QByteArray KeyPrefix = "tg_";
constexpr qsizetype MaxKeyBytes = 128;
constexpr qsizetype HintBytes = 9;

bool mayManage(const Principal &caller, const User &target)
{
    return caller.subjectId == target.id || (caller.may(Role::Admin) && caller.may(target.role));
}

AuthError forbidden()
{
    return {AuthFault::Forbidden, QStringLiteral("Not allowed for this account")};
}

AuthError invalidKey()
{
    return {AuthFault::InvalidCredentials, QStringLiteral("Invalid credentials")};
}

} // namespace

ApiKeys::ApiKeys(AuthDatabase &database, Sessions &sessions, const Clock &clock, Rng &rng)
    : m_database(database)
    , m_store(database)
    , m_users(database)
    , m_sessions(sessions)
    , m_clock(clock)
    , m_rng(rng)
{
}

AuthResult<User> ApiKeys::owner(const Principal &caller, const QString &email)
{
    if (!caller.hasSession() || !caller.may(Role::User))
        return AuthError{AuthFault::Unauthenticated, QStringLiteral("Log in first")};
    const auto stored = email.trimmed().isEmpty() ? m_users.findById(caller.subjectId)
                                                  : m_users.findByEmail(normalisedEmail(email).value_or(QString()));
    if (!stored)
        return storageFault();
    if (*stored)
        return mayManage(caller, (*stored)->user) ? AuthResult<User>((*stored)->user) : forbidden();
    // Only an admin learns which mails exist.
    if (!caller.may(Role::Admin) && !email.trimmed().isEmpty())
        return forbidden();
    return AuthError{AuthFault::UserNotFound, QStringLiteral("User not found")};
}

AuthResult<IssuedApiKey> ApiKeys::issue(const Principal &caller, const QString &email)
{
    const auto user = owner(caller, email);
    if (!user)
        return user.error();
    const auto present = m_store.ofUser(user->id);
    if (!present)
        return storageFault();
    if (present->size() >= MaxPerUser)
        return AuthError{AuthFault::TooMany, QStringLiteral("Revoke an API key first")};
    IssuedApiKey issued;
    issued.apiKey = KeyPrefix + m_rng.token();
    issued.info = {m_rng.uuid(), issued.apiKey.first(HintBytes), m_clock.nowMs(), std::nullopt};
    if (!m_store.insert({issued.info, user->id}, sha256(issued.apiKey)))
        return storageFault();
    return issued;
}

AuthResult<std::vector<ApiKeyInfo>> ApiKeys::list(const Principal &caller, const QString &email)
{
    const auto user = owner(caller, email);
    if (!user)
        return user.error();
    const auto rows = m_store.ofUser(user->id);
    if (!rows)
        return storageFault();
    std::vector<ApiKeyInfo> infos;
    for (const ApiKeyRow &row : *rows)
        infos.push_back(row.info);
    return infos;
}

AuthResult<void> ApiKeys::revoke(const Principal &caller, const QByteArray &keyId)
{
    if (!caller.hasSession() || !caller.may(Role::User))
        return AuthError{AuthFault::Unauthenticated, QStringLiteral("Log in first")};
    AuthTransaction transaction(m_database);
    const auto key = m_store.findById(keyId);
    if (!key)
        return storageFault();
    const auto stored = *key ? m_users.findById((*key)->userId) : std::optional<StoredUser>();
    if (!stored)
        return storageFault();
    // The same answer for a key of somebody else's: ids of keys are nobody's business.
    if (!*stored || !mayManage(caller, (*stored)->user))
        return AuthError{AuthFault::NotFound, QStringLiteral("No such API key")};
    if (!m_sessions.revokeAllOfApiKey(keyId) || !m_store.remove(keyId) || !transaction.commit())
        return storageFault();
    return {};
}

AuthResult<Login> ApiKeys::logIn(const QByteArray &apiKey)
{
    if (apiKey.size() > MaxKeyBytes || !apiKey.startsWith(KeyPrefix))
        return invalidKey();
    AuthTransaction transaction(m_database);
    const auto key = m_store.findByHash(sha256(apiKey));
    if (!key)
        return storageFault();
    if (!*key)
        return invalidKey();
    const auto stored = m_users.findById((*key)->userId);
    if (!stored)
        return storageFault();
    if (!*stored || (*stored)->user.status != UserStatus::Active)
        return invalidKey();
    if (!m_store.markUsed((*key)->info.id, m_clock.nowMs()))
        return storageFault();
    auto login = m_sessions.open((*stored)->user, (*key)->info.id);
    if (login && !transaction.commit())
        return storageFault();
    return login;
}

} // namespace Tidegate
