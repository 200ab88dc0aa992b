// SPDX-License-Identifier: MIT
#pragma once

#include "intent/cluster/logmessage.h"

#include <functional>

namespace Tidegate {

//! The leader's end: gathers what happens in a turn and hands it out as numbered messages. Core thread. Nothing is
//! kept: who misses a message reads the database.
class ToldLog
{
public:
    using Send = std::function<void(const QByteArray &message)>;

    explicit ToldLog(Send send)
        : m_send(std::move(send))
    {
    }

    //! \p head is what the database held when the term began.
    void begin(qint64 term, quint64 head);
    void add(LogAct act, quint64 headAfter);
    bool isEmpty() const { return m_message.acts.empty(); }
    //! At the end of a turn.
    void flush(quint64 floorSeq);
    void giveSignOfLife(quint64 floorSeq);

private:
    const Send m_send;
    LogMessage m_message;
};

} // namespace Tidegate
