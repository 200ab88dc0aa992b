// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionsink.h"

#include <QHash>

#include <atomic>
#include <deque>
#include <list>
#include <memory>
#include <mutex>

namespace Tidegate {

//! The newest decisions, and who ran into which rate limit. Any thread. Like decisions within MergeWindowMs are one
//! entry with a count. Bounds: \p maxBytes for decisions, MaxLimits for limits; the oldest go.
class DecisionLog final : public DecisionSink
{
public:
    static constexpr qsizetype DefaultBytes = 4 * 1024 * 1024;
    static constexpr qint64 MergeWindowMs = 10'000;
    static constexpr size_t MaxLimits = 5'000;

    struct Entry
    {
        qint64 number = 0; //!< from 1
        Decision decision;
    };
    using EntryPtr = std::shared_ptr<const Entry>;

    struct LimitHits
    {
        const DecisionRule *rule = nullptr;
        QByteArray who;
        qint64 hits = 0;
        qint64 firstAtMs = 0;
        qint64 lastAtMs = 0;
    };

    explicit DecisionLog(qsizetype maxBytes = DefaultBytes)
        : m_maxBytes(maxBytes)
    {
    }

    void record(std::vector<Decision> decisions) override;

    //! Grows with everything recorded.
    qint64 revision() const { return m_revision.load(std::memory_order_relaxed); }
    qint64 count() const { return m_count.load(std::memory_order_relaxed); }
    //! Oldest first; shared, so that taking them is cheap.
    std::vector<EntryPtr> entries() const;
    //! Null: there was none, or it has gone.
    EntryPtr entry(qint64 number) const;
    //! Newest hit first.
    std::vector<LimitHits> limitHits() const;

private:
    using LimitKey = std::pair<const DecisionRule *, QByteArray>;

    void add(Decision &&decision);
    EntryPtr *openEntry(const Decision &decision);
    void countLimit(const Decision &decision);
    void dropOldest();

    const qsizetype m_maxBytes;
    mutable std::mutex m_mutex;         //!< a leaf
    std::deque<EntryPtr> m_entries;     //!< numbers are consecutive
    QHash<size_t, qint64> m_newestLike; //!< hash of a likeness to the newest entry of that hash
    std::list<LimitHits> m_limits;      //!< newest hit first
    QHash<LimitKey, std::list<LimitHits>::iterator> m_limitByKey;
    qsizetype m_bytes = 0;
    qint64 m_newest = 0;
    std::atomic<qint64> m_revision = 0;
    std::atomic<qint64> m_count = 0;
};

} // namespace Tidegate
