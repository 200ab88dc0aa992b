// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayList>
#include <QSet>

#include <deque>

namespace Tidegate {

//! Island invalidations that this node has shown, from the newest back, so that a node which was cut off can be told of
//! them again and nobody is told twice. Bound: MaxBytes; the oldest go.
class ToldIslands
{
public:
    static constexpr qsizetype MaxBytes = 1024 * 1024;

    //! False: it is known already.
    bool add(const QByteArray &eventId, const QByteArray &act, qint64 nowMs);
    //! Oldest first.
    QByteArrayList since(qint64 sinceMs) const;
    //! Nothing younger had to go.
    bool reachesBackTo(qint64 sinceMs) const { return m_forgottenMs < sinceMs; }

private:
    struct Told
    {
        QByteArray eventId;
        QByteArray act;
        qint64 atMs;

        qsizetype byteSize() const { return qsizetype(sizeof(Told)) + 2 * eventId.size() + act.size(); }
    };

    std::deque<Told> m_told;
    QSet<QByteArray> m_ids;
    qsizetype m_bytes = 0;
    qint64 m_forgottenMs = 0; //!< when the newest of those that are gone was told
};

} // namespace Tidegate
