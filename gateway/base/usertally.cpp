// SPDX-License-Identifier: MIT
#include "base/usertally.h"

namespace Tidegate {

namespace {
constexpr qint64 MsPerSecond = 1000;
}

bool UserTally::take(std::atomic<int> &count, int max)
{
    int seen = count.load(std::memory_order_relaxed);
    do {
        if (max > 0 && seen >= max)
            return false;
    } while (!count.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed));
    return true;
}

bool UserTally::countMessage(qint64 nowMs, qint64 bytes, qint64 maxMessages, qint64 maxBytes)
{
    if (maxMessages == 0 && maxBytes == 0)
        return true;
    const qint64 second = nowMs / MsPerSecond;
    qint64 seen = m_second.load(std::memory_order_relaxed);
    if (seen != second && m_second.compare_exchange_strong(seen, second, std::memory_order_relaxed)) {
        m_messages.store(0, std::memory_order_relaxed);
        m_bytes.store(0, std::memory_order_relaxed);
    }
    const qint64 messages = m_messages.fetch_add(1, std::memory_order_relaxed) + 1;
    const qint64 total = m_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    return (maxMessages == 0 || messages <= maxMessages) && (maxBytes == 0 || total <= maxBytes);
}

std::shared_ptr<UserTally> UserTallies::of(const QByteArray &user)
{
    const std::lock_guard lock(m_mutex);
    if (auto known = m_users.value(user).lock())
        return known;
    const auto release = [this, user](UserTally *tally) {
        delete tally;
        forget(user);
    };
    const std::shared_ptr<UserTally> made(new UserTally, release);
    m_users.insert(user, made);
    return made;
}

void UserTallies::forget(const QByteArray &user)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_users.constFind(user);
    // Somebody may have logged in anew while this one was going.
    if (found != m_users.constEnd() && found->expired())
        m_users.erase(found);
}

qsizetype UserTallies::userCount() const
{
    const std::lock_guard lock(m_mutex);
    return m_users.size();
}

} // namespace Tidegate
