// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/rng.h"
#include "session/sharedata/identity.h"

#include <list>

namespace Tidegate::ShareData {

//! What stands in for a token in a URL: good once, for a short time. Kept by hash, so nothing here can be used by who
//! reads it. Bounds: MaxBytes, MaxPerSubject; a ticket that finds no room is not issued. Core thread.
class Tickets
{
public:
    static constexpr qsizetype MaxBytes = 16 * 1024 * 1024;
    static constexpr int MaxPerSubject = 64;

    Tickets(Rng &rng, const Clock &clock)
        : m_rng(rng)
        , m_clock(clock)
    {
    }

    //! Empty: there is no room.
    QByteArray issue(const Identity &identity, qint64 ttlMs);
    //! Whom the ticket stands for; it is no good any more after this.
    std::optional<Identity> redeem(const QByteArray &ticket);
    qsizetype count() const { return m_byDigest.size(); }

private:
    struct Entry
    {
        Identity identity;
        qint64 endsAtMs = 0; //!< monotonic
        qsizetype bytes = 0;
        std::list<QByteArray>::iterator age = {};
    };
    Entry take(const QByteArray &digest);
    void freeEnded(qint64 nowMs);

    Rng &m_rng;
    const Clock &m_clock;
    QHash<QByteArray, Entry> m_byDigest;
    QHash<QByteArray, int> m_bySubject;  //!< how many each has
    std::list<QByteArray> m_oldestFirst; //!< digests
    qsizetype m_bytes = 0;
};

} // namespace Tidegate::ShareData
