// SPDX-License-Identifier: MIT
#include "intent/keyindex.h"

#include <limits>

namespace Tidegate {

void KeyIndex::load(quint64 firstSeq, const std::vector<IntentKey> &keys)
{
    m_firstSeq = firstSeq;
    m_base = firstSeq;
    m_keys.clear();
    m_size = 0;
    size_t capacity = 1024;
    while (capacity < keys.size() * 2)
        capacity *= 2;
    m_table.assign(capacity, Empty);
    for (size_t i = 0; i < keys.size(); ++i) {
        if (!isHole(keys[i]))
            insert(firstSeq + i, keys[i]);
    }
}

const IntentKey &KeyIndex::keyAt(quint32 entry) const
{
    return m_keys[size_t(m_base + entry - 1 - m_firstSeq)];
}

size_t KeyIndex::slotOf(const IntentKey &key) const
{
    size_t slot = home(key);
    while (m_table[slot] != Empty && !(keyAt(m_table[slot]) == key))
        slot = (slot + 1) & (m_table.size() - 1);
    return slot;
}

std::optional<quint64> KeyIndex::find(const IntentKey &key) const
{
    const quint32 entry = m_table[slotOf(key)];
    if (entry == Empty)
        return std::nullopt;
    return m_base + entry - 1;
}

void KeyIndex::insert(quint64 seq, const IntentKey &key)
{
    if (seq - m_base >= std::numeric_limits<quint32>::max() - 1 || size_t(m_size + 1) * 2 > m_table.size())
        grow();
    const size_t slot = slotOf(key);
    if (m_table[slot] == Empty)
        ++m_size;
    else
        m_keys[size_t(m_base + m_table[slot] - 1 - m_firstSeq)] = {};
    if (m_keys.empty()) {
        m_firstSeq = seq;
        // Nothing stands in the table now but perhaps the slot written below.
        if (m_size == 1)
            m_base = seq;
    }
    while (m_firstSeq + m_keys.size() < seq)
        m_keys.emplace_back();
    m_keys.push_back(key);
    m_table[slot] = quint32(seq - m_base + 1);
}

void KeyIndex::eraseSlot(size_t slot)
{
    // Backward-shift deletion keeps probe chains whole without tombstones.
    const size_t mask = m_table.size() - 1;
    size_t hole = slot;
    for (size_t next = (hole + 1) & mask; m_table[next] != Empty; next = (next + 1) & mask) {
        const size_t wanted = home(keyAt(m_table[next]));
        if (((next - wanted) & mask) >= ((next - hole) & mask)) {
            m_table[hole] = m_table[next];
            hole = next;
        }
    }
    m_table[hole] = Empty;
    --m_size;
}

bool KeyIndex::holds(quint64 seq) const
{
    return seq >= m_firstSeq && seq - m_firstSeq < m_keys.size() && !isHole(m_keys[size_t(seq - m_firstSeq)]);
}

void KeyIndex::trimBelow(quint64 seq)
{
    while (!m_keys.empty() && m_firstSeq < seq) {
        if (!isHole(m_keys.front()))
            eraseSlot(slotOf(m_keys.front()));
        m_keys.pop_front();
        ++m_firstSeq;
    }
}

void KeyIndex::grow()
{
    size_t capacity = 1024;
    while (capacity < size_t(m_size + 1) * 4)
        capacity *= 2;
    m_table.assign(capacity, Empty);
    m_base = m_firstSeq;
    for (size_t i = 0; i < m_keys.size(); ++i) {
        if (!isHole(m_keys[i]))
            m_table[slotOf(m_keys[i])] = quint32(i + 1);
    }
}

} // namespace Tidegate
