// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/gatewayview.h"
#include "admin/local/provider.h"
#include "auth/authservice.h"

namespace Tidegate::Admin {

//! What the three account resources share: futures of the account database come home, and a command is done key by key.
class AccountsProvider : public TableProvider
{
public:
    AccountsProvider(const GatewayView &view, const Home &home)
        : m_view(view)
        , m_home(home)
    {
    }
    void invoke(const Operator &who, const CommandCall &call, Answer<CommandOutcome> done) override;
    //! Counts our own commands; what others change shows at the next request.
    qint64 revision() const override { return m_changes; }

protected:
    //! How one key's command went: empty, or why not. \p result is what it hands out.
    using Settle = std::function<void(QString error, QJsonObject result)>;
    //! \p row is the key's row; called only for keys that are there, and not for dry runs.
    virtual void carryOut(const CommandCall &call, const QJsonObject &row, Settle settle) = 0;

    AuthService &auth() const { return m_view.auth; }
    template <typename T>
    void whenHome(AuthFuture<T> future, std::function<void(const AuthResult<T> &)> done) const
    {
        future.then([tasks = m_home.tasks, done = std::move(done)](const AuthResult<T> &result) {
            tasks->post([done, result] { done(result); });
        });
    }
    template <typename T>
    void settleWith(AuthFuture<T> future, Settle settle) const
    {
        whenHome<T>(std::move(future), [settle = std::move(settle)](const AuthResult<T> &result) {
            settle(result ? QString() : result.error().text, {});
        });
    }
    using Users = QHash<QByteArray, User>;
    void withUsers(std::function<void(Result<Users>)> done) const;

private:
    const GatewayView &m_view;
    const Home m_home;
    qint64 m_changes = 0;
};

class UsersProvider final : public AccountsProvider
{
public:
    using AccountsProvider::AccountsProvider;
    QString resource() const override { return QStringLiteral("users"); }
    QStringList commands() const override;

private:
    void collect(Answer<TablePtr> done) override;
    void carryOut(const CommandCall &call, const QJsonObject &row, Settle settle) override;
};

class KeysProvider final : public AccountsProvider
{
public:
    using AccountsProvider::AccountsProvider;
    QString resource() const override { return QStringLiteral("keys"); }
    QStringList commands() const override { return {QStringLiteral("revoke")}; }

private:
    void collect(Answer<TablePtr> done) override;
    void carryOut(const CommandCall &call, const QJsonObject &row, Settle settle) override;
};

class SessionsProvider final : public AccountsProvider
{
public:
    using AccountsProvider::AccountsProvider;
    QString resource() const override { return QStringLiteral("sessions"); }
    QStringList commands() const override { return {QStringLiteral("revoke")}; }

private:
    void collect(Answer<TablePtr> done) override;
    void carryOut(const CommandCall &call, const QJsonObject &row, Settle settle) override;
};

} // namespace Tidegate::Admin
