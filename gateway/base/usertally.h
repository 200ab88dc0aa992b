// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

#include <atomic>
#include <memory>
#include <mutex>

namespace Tidegate {

//! What one user has in use over all connections and threads, and what came from there in the current second. Any
//! thread, no lock; two threads at the turn of a second may each count into either.
class UserTally
{
public:
    UserTally() = default;
    Q_DISABLE_COPY_MOVE(UserTally)

    //! Takes one if fewer than \p max are taken; 0 = no limit.
    bool takeSession(int max) { return take(m_sessions, max); }
    void giveSession() { m_sessions.fetch_sub(1, std::memory_order_relaxed); }
    bool takeSubscription(int max) { return take(m_subscriptions, max); }
    void giveSubscription() { m_subscriptions.fetch_sub(1, std::memory_order_relaxed); }

    //! Counts a message; false when it is over either limit of its second. 0 = no limit.
    bool countMessage(qint64 nowMs, qint64 bytes, qint64 maxMessages, qint64 maxBytes);

private:
    static bool take(std::atomic<int> &count, int max);

    std::atomic<int> m_sessions = 0;
    std::atomic<int> m_subscriptions = 0;
    std::atomic<qint64> m_second = 0;
    std::atomic<qint64> m_messages = 0;
    std::atomic<qint64> m_bytes = 0;
};

//! The tallies of users that are connected; one goes with its last holder. Any thread.
//! Bound: one entry per connected user, so by the limit of connections.
class UserTallies
{
public:
    UserTallies() = default;
    Q_DISABLE_COPY_MOVE(UserTallies)

    //! Takes a lock: for logins, not for messages. Outlived by nothing it hands out.
    std::shared_ptr<UserTally> of(const QByteArray &user);
    qsizetype userCount() const;

private:
    void forget(const QByteArray &user);

    mutable std::mutex m_mutex; //!< a leaf: nothing is called while it is held
    QHash<QByteArray, std::weak_ptr<UserTally>> m_users;
};

} // namespace Tidegate
