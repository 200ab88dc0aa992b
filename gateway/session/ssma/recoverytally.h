// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

namespace Tidegate::Ssma {

//! How often readers of each stream came back for what they had missed, and how often something was gone. Core thread.
//! Bound: MaxStreams; further ones are not counted.
class RecoveryTally
{
public:
    static constexpr qsizetype MaxStreams = 20'000;

    struct Count
    {
        qint64 recoveries = 0;
        qint64 gaps = 0; //!< of these
    };

    void note(const QByteArray &stream, bool isGap)
    {
        auto count = m_counts.find(stream);
        if (count == m_counts.end()) {
            if (m_counts.size() >= MaxStreams)
                return;
            count = m_counts.insert(stream, {});
        }
        ++count->recoveries;
        count->gaps += isGap ? 1 : 0;
    }
    Count of(const QByteArray &stream) const { return m_counts.value(stream); }

private:
    QHash<QByteArray, Count> m_counts;
};

} // namespace Tidegate::Ssma
