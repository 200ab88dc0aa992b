// SPDX-License-Identifier: MIT
#pragma once

#include "base/rng.h"

#include <QByteArray>
#include <QHash>

#include <chrono>
#include <list>

namespace Tidegate {

//! The optional signature on a log batch (SSMA spec section 4); README.md defines what is signed.
struct IntegrityClaim
{
    QByteArray intent;
    QByteArray payloadHash; //!< lower-case hex SHA-256
    QByteArray nonce;
    qint64 timestampMs = 0;
    QByteArray signature; //!< lower-case hex HMAC-SHA256
};

struct Nonce
{
    QByteArray nonce;
    qint64 expiresAtMs = 0;
};

//! Everything about a claim but its nonce: hash, signature (constant time) and age. Pure.
bool isIntegrityClaimSound(const IntegrityClaim &claim, QByteArrayView payload, QByteArrayView key, qint64 nowMs,
                           std::chrono::milliseconds ttl);

//! The signature a client would send, for tests and for the SDK's sake.
QByteArray integritySignature(const IntegrityClaim &claim, QByteArrayView key);

//! Nonces that were handed out and not used. Not thread-safe. Bound: maxEntries; expired ones go first, then the
//! oldest.
class NonceTable
{
public:
    static constexpr qsizetype DefaultMaxEntries = 10'000;
    static constexpr qsizetype MaxIntentBytes = 128;

    explicit NonceTable(std::chrono::milliseconds ttl, qsizetype maxEntries = DefaultMaxEntries);

    Nonce issue(const QByteArray &intent, Rng &rng, qint64 nowMs);
    //! True once per nonce, before it expires and for the intent it was issued for.
    bool consume(const QByteArray &nonce, const QByteArray &intent, qint64 nowMs);
    qsizetype size() const { return m_entries.size(); }

private:
    struct Entry
    {
        QByteArray intent;
        qint64 expiresAtMs;
        std::list<QByteArray>::iterator age;
    };
    void freeOldest();

    const qint64 m_ttlMs;
    const qsizetype m_maxEntries;
    QHash<QByteArray, Entry> m_entries;
    std::list<QByteArray> m_oldestFirst;
};

} // namespace Tidegate
