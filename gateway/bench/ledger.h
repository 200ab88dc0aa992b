// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <vector>

namespace Tidegate::Bench {

//! Who has received which of the numbered messages: losses, repetitions and order per receiver, and which messages have
//! reached everybody. Numbers start at 0. Costs about 12 bytes per message and 16 per receiver.
class Ledger
{
public:
    struct Tally
    {
        quint64 received = 0;   //!< first copies
        quint64 missing = 0;    //!< passed over so far
        quint64 outOfOrder = 0; //!< came after a later one
        quint64 duplicates = 0;
    };

    size_t addReceiver()
    {
        m_receivers.push_back({m_published, 0});
        ++m_active;
        return m_receivers.size() - 1;
    }
    //! The next message was sent at \p sentNs (or should have been, at a fixed rate). Returns its number.
    quint32 publish(qint64 sentNs)
    {
        m_messages.push_back({sentNs, 0});
        return m_published++;
    }

    //! Returns false if it was a duplicate or never published.
    bool receive(size_t receiver, quint32 number);
    //! \p receiver takes no part any more; messages still on their way are complete without it.
    void retire(size_t receiver);

    quint32 published() const { return m_published; }
    //! Messages that every active receiver has.
    quint32 completed() const { return m_completed; }
    qint64 sentNs(quint32 number) const { return m_messages[number].sentNs; }
    const Tally &tally() const { return m_tally; }
    //! What the receivers that are still active have not got of everything published.
    quint64 outstanding() const;

private:
    struct Receiver
    {
        quint32 next = 0;
        quint64 seen = 0; //!< bit n: number next - 1 - n has arrived
        bool isActive = true;
    };
    struct Message
    {
        qint64 sentNs;
        quint32 copies;
    };

    void note(quint32 number)
    {
        ++m_tally.received;
        if (++m_messages[number].copies == m_active)
            ++m_completed;
    }

    std::vector<Receiver> m_receivers;
    std::vector<Message> m_messages;
    Tally m_tally;
    quint32 m_active = 0;
    quint32 m_published = 0;
    quint32 m_completed = 0;
};

} // namespace Tidegate::Bench
