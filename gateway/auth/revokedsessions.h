// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

#include <map>
#include <mutex>

namespace Tidegate {

//! Sessions that ended while tokens naming them may still be valid. Thread-safe; its lock is a leaf.
//! Bound: maxEntries. On overflow the entry that expires first is folded into a floor: every session token that expires
//! no later than the floor then counts as revoked, so nothing revoked ever comes back to life.
class RevokedSessions
{
public:
    static constexpr qsizetype DefaultMaxEntries = 100'000;

    explicit RevokedSessions(qsizetype maxEntries = DefaultMaxEntries);

    //! \p tokensExpireAtMs: when the last token issued for the session expires; the entry lives that long.
    void add(const QByteArray &sessionId, qint64 tokensExpireAtMs, qint64 nowMs);
    //! \p tokenExpiresAtMs as in Principal: 0 = never. An empty session id is never revoked.
    bool contains(const QByteArray &sessionId, qint64 tokenExpiresAtMs) const;
    qsizetype size() const;

private:
    void freeExpired(qint64 nowMs);

    const qsizetype m_maxEntries;
    mutable std::mutex m_mutex;
    QHash<QByteArray, qint64> m_expiries;
    std::multimap<qint64, QByteArray> m_byExpiry;
    qint64 m_floorMs = 0;
};

} // namespace Tidegate
