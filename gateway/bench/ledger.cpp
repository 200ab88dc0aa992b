// SPDX-License-Identifier: MIT
#include "bench/ledger.h"

namespace Tidegate::Bench {

bool Ledger::receive(size_t receiver, quint32 number)
{
    Receiver &it = m_receivers[receiver];
    if (number >= m_published)
        return false;
    if (number == it.next) {
        ++it.next;
        it.seen = it.seen << 1 | 1;
        note(number);
        return true;
    }
    if (number > it.next) {
        const quint32 skipped = number - it.next;
        m_tally.missing += skipped;
        it.seen = skipped >= 63 ? 1 : it.seen << (skipped + 1) | 1;
        it.next = number + 1;
        note(number);
        return true;
    }
    const quint32 age = it.next - 1 - number;
    // Beyond the window nobody knows; a late first copy is the rarer case.
    if (age >= 64 || (it.seen >> age & 1)) {
        ++m_tally.duplicates;
        return false;
    }
    it.seen |= quint64(1) << age;
    --m_tally.missing;
    ++m_tally.outOfOrder;
    note(number);
    return true;
}

void Ledger::retire(size_t receiver)
{
    if (!m_receivers[receiver].isActive)
        return;
    m_receivers[receiver].isActive = false;
    --m_active;
    // A message may count a copy of the one that left instead of one that is due; the run is marked as troubled anyway.
    m_completed = 0;
    for (const Message &message : m_messages)
        m_completed += message.copies >= m_active ? 1 : 0;
}

quint64 Ledger::outstanding() const
{
    quint64 missing = 0;
    for (const Receiver &receiver : m_receivers)
        missing += receiver.isActive ? m_published - receiver.next : 0;
    return missing + m_tally.missing;
}

} // namespace Tidegate::Bench
