// SPDX-License-Identifier: MIT
#pragma once

#include "auth/accounts.h"
#include "auth/apikeys.h"
#include "auth/authdatabase.h"
#include "auth/authreply.h"
#include "auth/integrity.h"
#include "auth/passwordhash.h"
#include "auth/passwordpool.h"
#include "auth/sessions.h"
#include "base/taskqueue.h"

#include <QThread>

#include <memory>

namespace Tidegate {

//! What lives on the SQL thread. Built, used and destroyed there.
struct AuthDesk
{
    AuthDesk(const AuthConfig &config, RevokedSessions &revoked, const Clock &clock, Rng &rng, SessionEvents events);

    AuthDatabase database;
    Sessions sessions;
    Accounts accounts;
    ApiKeys apiKeys;
    NonceTable nonces;
};

//! The threads behind AuthService: one for SQL with its queue, and the pool for passwords.
class AuthWorker
{
public:
    AuthWorker(const AuthConfig &config, RevokedSessions &revoked, const Clock &clock, Rng &rng, SessionEvents events);
    ~AuthWorker();

    Result<void> open();
    void close();

    //! Any thread. Answers with what \p work(AuthDesk &) returns, from the SQL thread.
    template <typename T, typename Work>
    void answer(AuthReplyPtr<T> reply, Work work)
    {
        post([reply = std::move(reply), work = std::move(work)](AuthDesk &desk) { reply->settle(work(desk)); });
    }
    //! Any thread. Dropped when the backlog is full or before open() and after close().
    template <typename Work>
    void post(Work work)
    {
        if (m_queue.backlogBytes() > m_maxBacklogBytes)
            return;
        m_queue.post(
            [this, work = std::move(work)]() mutable {
                if (m_desk)
                    work(*m_desk);
            },
            TaskBytes);
    }

    void registerUser(AuthReplyPtr<Login> reply, const QString &name, const QString &email, const QByteArray &password);
    void logIn(AuthReplyPtr<Login> reply, const QString &email, const QByteArray &password);

private:
    static constexpr qsizetype TaskBytes = 2048;

    Result<void> openDesk();
    Result<void> importUsers();
    void checkPassword(AuthReplyPtr<Login> reply, const std::optional<StoredUser> &stored, const QByteArray &password);

    const AuthConfig &m_config;
    const qsizetype m_maxBacklogBytes;
    RevokedSessions &m_revoked;
    const Clock &m_clock;
    Rng &m_rng;
    const SessionEvents m_events;
    PasswordPool m_passwords;
    QByteArray m_dummyHash;
    std::unique_ptr<AuthDesk> m_desk;
    QThread m_thread;
    TaskQueue m_queue;
};

} // namespace Tidegate
