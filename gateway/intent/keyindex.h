// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentkey.h"

#include <deque>
#include <optional>
#include <vector>

namespace Tidegate {

//! Which (site, id) stands at which seq, for every row of the log: the duplicate check of the hot path, without disk.
//! About 24-32 bytes a row. Core thread only. Bound: the log's own retention, by trimBelow().
class KeyIndex
{
public:
    //! \p keys[i] belongs to \p firstSeq + i; null keys are holes.
    void load(quint64 firstSeq, const std::vector<IntentKey> &keys);

    std::optional<quint64> find(const IntentKey &key) const;
    //! Whether a row stands at \p seq: it was not trimmed and has not moved to a later place.
    bool holds(quint64 seq) const;
    //! \p seq must be above every seq inserted before. A former place of the key becomes a hole.
    void insert(quint64 seq, const IntentKey &key);
    void trimBelow(quint64 seq);

    qsizetype size() const { return m_size; }
    quint64 firstSeq() const { return m_firstSeq; }

private:
    static constexpr quint32 Empty = 0;

    static bool isHole(const IntentKey &key) { return key == IntentKey{}; }
    size_t home(const IntentKey &key) const { return size_t(key.low) & (m_table.size() - 1); }
    const IntentKey &keyAt(quint32 entry) const;
    size_t slotOf(const IntentKey &key) const;
    void eraseSlot(size_t slot);
    void grow();

    std::deque<IntentKey> m_keys;
    quint64 m_firstSeq = 1;
    //! Open addressing, linear probing. An entry is seq - m_base + 1 so that 32 bits are enough; 0 is empty.
    std::vector<quint32> m_table = std::vector<quint32>(1024, Empty);
    quint64 m_base = 1;
    qsizetype m_size = 0;
};

} // namespace Tidegate
