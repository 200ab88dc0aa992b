// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

#include <mutex>

namespace Tidegate::Mesh {

//! What went through one shard, by the first token of the subject. Any thread. Bound: MaxPrefixes; the rest is counted
//! together, as "*".
class SubjectCounts
{
public:
    static constexpr qsizetype MaxPrefixes = 200;
    static constexpr qsizetype MaxPrefixBytes = 64;

    struct Counts
    {
        qint64 published = 0;
        qint64 publishedBytes = 0; //!< of payloads
        qint64 requested = 0;
        qint64 delivered = 0; //!< once for each subscription
        qint64 deliveredBytes = 0;
        qint64 refused = 0;

        Counts &operator+=(const Counts &other);
    };
    using Table = QHash<QByteArray, Counts>;

    //! A prefix begins to count by itself when something gets through; until then refusals count with the rest.
    void add(QByteArrayView subject, const Counts &counts);
    //! Adds them to \p table.
    void addTo(Table &table) const;

private:
    mutable std::mutex m_mutex; //!< a leaf; the shard's own but for readers
    Table m_table;
};

} // namespace Tidegate::Mesh
