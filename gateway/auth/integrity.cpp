// SPDX-License-Identifier: MIT
#include "auth/integrity.h"

#include "auth/crypto.h"

namespace Tidegate {

QByteArray integritySignature(const IntegrityClaim &claim, QByteArrayView key)
{
    const QByteArray signedText =
        claim.intent + '\n' + claim.payloadHash + '\n' + claim.nonce + '\n' + QByteArray::number(claim.timestampMs);
    return hmac(HmacHash::Sha256, key, signedText).toHex();
}

bool isIntegrityClaimSound(const IntegrityClaim &claim, QByteArrayView payload, QByteArrayView key, qint64 nowMs,
                           std::chrono::milliseconds ttl)
{
    if (key.isEmpty())
        return false;
    // Without this a line break inside a field could move text from one signed field into the next.
    if (claim.intent.contains('\n') || claim.nonce.contains('\n'))
        return false;
    const qint64 ttlMs = ttl.count();
    const bool isTimely = claim.timestampMs >= nowMs - ttlMs && claim.timestampMs <= nowMs + ttlMs;
    const bool hashMatches = isEqualConstantTime(claim.payloadHash, sha256(payload).toHex());
    const bool signatureMatches = isEqualConstantTime(claim.signature, integritySignature(claim, key));
    return isTimely && hashMatches && signatureMatches;
}

NonceTable::NonceTable(std::chrono::milliseconds ttl, qsizetype maxEntries)
    : m_ttlMs(ttl.count())
    , m_maxEntries(qMax(qsizetype(1), maxEntries))
{
}

Nonce NonceTable::issue(const QByteArray &intent, Rng &rng, qint64 nowMs)
{
    // One time to live for all, so the oldest expires first.
    while (!m_oldestFirst.empty() &&
           (m_entries.size() >= m_maxEntries || m_entries.constFind(m_oldestFirst.front())->expiresAtMs <= nowMs))
        freeOldest();
    const QByteArray nonce = rng.token(24);
    const auto age = m_oldestFirst.insert(m_oldestFirst.end(), nonce);
    m_entries.insert(nonce, Entry{intent, nowMs + m_ttlMs, age});
    return {nonce, nowMs + m_ttlMs};
}

bool NonceTable::consume(const QByteArray &nonce, const QByteArray &intent, qint64 nowMs)
{
    const auto found = m_entries.constFind(nonce);
    if (found == m_entries.cend() || found->intent != intent || found->expiresAtMs <= nowMs)
        return false;
    m_oldestFirst.erase(found->age);
    m_entries.erase(found);
    return true;
}

void NonceTable::freeOldest()
{
    m_entries.remove(m_oldestFirst.front());
    m_oldestFirst.pop_front();
}

} // namespace Tidegate
