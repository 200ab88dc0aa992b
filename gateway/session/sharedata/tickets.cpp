// SPDX-License-Identifier: MIT
#include "session/sharedata/tickets.h"

#include "auth/crypto.h"

namespace Tidegate::ShareData {

namespace {

qsizetype weightOf(const Identity &identity)
{
    // The claims are there as a text and once more taken apart.
    constexpr qsizetype FixedBytes = 512;
    return FixedBytes + identity.subject().size() + 3 * identity.proposer.claims.size();
}

} // namespace

QByteArray Tickets::issue(const Identity &identity, qint64 ttlMs)
{
    const qint64 now = m_clock.monotonicMs();
    freeEnded(now);
    const qsizetype bytes = weightOf(identity);
    if (m_bytes + bytes > MaxBytes || m_bySubject.value(identity.subject()) >= MaxPerSubject)
        return {};
    QByteArray ticket = m_rng.token();
    const QByteArray digest = sha256(ticket);
    m_oldestFirst.push_back(digest);
    m_byDigest.insert(digest, {identity, now + ttlMs, bytes, std::prev(m_oldestFirst.end())});
    ++m_bySubject[identity.subject()];
    m_bytes += bytes;
    return ticket;
}

std::optional<Identity> Tickets::redeem(const QByteArray &ticket)
{
    freeEnded(m_clock.monotonicMs());
    const QByteArray digest = sha256(ticket);
    if (!m_byDigest.contains(digest))
        return {};
    const Entry entry = take(digest);
    // Those behind a longer-lived one, of before a reload, are found here.
    return entry.endsAtMs > m_clock.monotonicMs() ? std::optional(entry.identity) : std::nullopt;
}

Tickets::Entry Tickets::take(const QByteArray &digest)
{
    Entry entry = m_byDigest.take(digest);
    m_oldestFirst.erase(entry.age);
    m_bytes -= entry.bytes;
    const auto held = m_bySubject.find(entry.identity.subject());
    if (--*held == 0)
        m_bySubject.erase(held);
    return entry;
}

void Tickets::freeEnded(qint64 nowMs)
{
    while (!m_oldestFirst.empty() && m_byDigest[m_oldestFirst.front()].endsAtMs <= nowMs)
        take(QByteArray(m_oldestFirst.front()));
}

} // namespace Tidegate::ShareData
