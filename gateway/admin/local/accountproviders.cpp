// SPDX-License-Identifier: MIT
#include "admin/local/accountproviders.h"

#include "admin/local/cells.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

Error failure(const AuthError &error)
{
    const bool isBusy = error.fault == AuthFault::Unavailable;
    return {isBusy ? ErrorCode::Unavailable : ErrorCode::Storage, error.text, isBusy};
}

//! The operator's commands act on anybody; who may give them was decided before.
Principal anybodysMaster()
{
    Principal principal;
    principal.subjectId = "operator";
    principal.role = Role::System;
    return principal;
}

} // namespace

void AccountsProvider::withUsers(std::function<void(Result<Users>)> done) const
{
    whenHome<std::vector<User>>(auth().listUsers(),
                                [done = std::move(done)](const AuthResult<std::vector<User>> &list) {
                                    if (!list) {
                                        done(failure(list.error()));
                                        return;
                                    }
                                    Users users;
                                    for (const User &user : *list)
                                        users.insert(user.id, user);
                                    done(std::move(users));
                                });
}

void AccountsProvider::invoke(const Operator &, const CommandCall &call, Answer<CommandOutcome> done)
{
    collect([this, call, done = std::move(done)](const Result<TablePtr> &table) {
        if (!table) {
            done(table.error());
            return;
        }
        struct Progress
        {
            CommandOutcome outcome;
            qsizetype open;
        };
        auto progress = std::make_shared<Progress>(Progress{{}, call.keys.size()});
        const auto settleKey = [this, call, done, progress](const QString &key, const QString &error,
                                                            const QJsonObject &result) {
            if (error.isEmpty())
                ++progress->outcome.affected;
            else
                progress->outcome.errors.insert(key, error);
            if (!result.isEmpty())
                progress->outcome.result = result;
            if (--progress->open > 0)
                return;
            const QString title = described().command(call.command)->title;
            progress->outcome.text = (call.isDryRun ? u"%1: would be done for %2 of %3"_s : u"%1: done for %2 of %3"_s)
                                         .arg(title)
                                         .arg(progress->outcome.affected)
                                         .arg(call.keys.size());
            m_changes += call.isDryRun ? 0 : 1;
            done(progress->outcome);
        };
        for (const QString &key : call.keys) {
            const qsizetype row = findRow(**table, described(), key);
            if (row < 0)
                settleKey(key, u"it is not there (any more)"_s, {});
            else if (call.isDryRun)
                settleKey(key, {}, {});
            else
                carryOut(call, rowObject(**table, described(), row, true),
                         [settleKey, key](const QString &error, const QJsonObject &result) {
                             settleKey(key, error, result);
                         });
        }
    });
}

QStringList UsersProvider::commands() const
{
    return {u"set-role"_s, u"set-site"_s, u"disable"_s, u"enable"_s, u"issue-key"_s};
}

void UsersProvider::collect(Answer<TablePtr> done)
{
    withUsers([done = std::move(done)](const Result<Users> &users) {
        if (!users) {
            done(users.error());
            return;
        }
        QList<QJsonObject> rows;
        for (const User &user : *users) {
            QJsonObject row{{u"id"_s, text(user.id)},
                            {u"email"_s, user.email},
                            {u"name"_s, user.name},
                            {u"role"_s, text(roleName(user.role))},
                            {u"status"_s, user.status == UserStatus::Active ? u"active"_s : u"disabled"_s},
                            {u"site"_s, text(user.site)},
                            {u"createdAt"_s, user.createdAtMs},
                            {u"updatedAt"_s, user.updatedAtMs}};
            if (user.lastLoginAtMs)
                row.insert(u"lastLoginAt"_s, *user.lastLoginAtMs);
            rows.append(row);
        }
        done(TablePtr(std::make_shared<ObjectTable>(std::move(rows))));
    });
}

void UsersProvider::carryOut(const CommandCall &call, const QJsonObject &row, Settle settle)
{
    const QString email = row[u"email"_s].toString();
    if (call.command == "set-role"_L1) {
        settleWith<User>(auth().setRole(email, *roleFromName(call.args[u"role"_s].toString().toUtf8())), settle);
    } else if (call.command == "set-site"_L1) {
        settleWith<User>(auth().setSite(email, call.args[u"site"_s].toString().toUtf8()), settle);
    } else if (call.command == "issue-key"_L1) {
        whenHome<IssuedApiKey>(auth().issueApiKey(anybodysMaster(), email),
                               [settle](const AuthResult<IssuedApiKey> &key) {
                                   if (key)
                                       settle({}, {{u"apiKey"_s, text(key->apiKey)}, {u"id"_s, text(key->info.id)}});
                                   else
                                       settle(key.error().text, {});
                               });
    } else {
        const auto status = call.command == "enable"_L1 ? UserStatus::Active : UserStatus::Disabled;
        settleWith<User>(auth().setStatus(email, status), settle);
    }
}

void KeysProvider::collect(Answer<TablePtr> done)
{
    using Keys = std::vector<ApiKeyRow>;
    withUsers([this, done = std::move(done)](const Result<Users> &users) {
        if (!users) {
            done(users.error());
            return;
        }
        whenHome<Keys>(auth().listAllApiKeys(), [done, users = *users](const AuthResult<Keys> &keys) {
            if (!keys) {
                done(failure(keys.error()));
                return;
            }
            QList<QJsonObject> rows;
            for (const ApiKeyRow &key : *keys) {
                QJsonObject row{{u"id"_s, text(key.info.id)},
                                {u"hint"_s, text(key.info.hint)},
                                {u"user"_s, text(key.userId)},
                                {u"email"_s, users.value(key.userId).email},
                                {u"createdAt"_s, key.info.createdAtMs}};
                if (key.info.lastUsedAtMs)
                    row.insert(u"lastUsedAt"_s, *key.info.lastUsedAtMs);
                rows.append(row);
            }
            done(TablePtr(std::make_shared<ObjectTable>(std::move(rows))));
        });
    });
}

void KeysProvider::carryOut(const CommandCall &, const QJsonObject &row, Settle settle)
{
    settleWith<void>(auth().revokeApiKey(anybodysMaster(), row[u"id"_s].toString().toUtf8()), std::move(settle));
}

void SessionsProvider::collect(Answer<TablePtr> done)
{
    using Sessions = std::vector<SessionRow>;
    withUsers([this, done = std::move(done)](const Result<Users> &users) {
        if (!users) {
            done(users.error());
            return;
        }
        whenHome<Sessions>(auth().listSessions(), [done, users = *users](const AuthResult<Sessions> &sessions) {
            if (!sessions) {
                done(failure(sessions.error()));
                return;
            }
            QList<QJsonObject> rows;
            for (const SessionRow &session : *sessions) {
                rows.append({{u"id"_s, text(session.id)},
                             {u"user"_s, text(session.userId)},
                             {u"email"_s, users.value(session.userId).email},
                             {u"apiKey"_s, text(session.apiKeyId)},
                             {u"createdAt"_s, session.createdAtMs},
                             {u"accessUntil"_s, session.accessExpiresAtMs},
                             {u"refreshUntil"_s, unlessZero(session.refreshExpiresAtMs)}});
            }
            done(TablePtr(std::make_shared<ObjectTable>(std::move(rows))));
        });
    });
}

void SessionsProvider::carryOut(const CommandCall &, const QJsonObject &row, Settle settle)
{
    settleWith<void>(auth().logout(row[u"id"_s].toString().toUtf8()), std::move(settle));
}

} // namespace Tidegate::Admin
