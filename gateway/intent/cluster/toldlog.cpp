// SPDX-License-Identifier: MIT
#include "intent/cluster/toldlog.h"

#include <algorithm>

namespace Tidegate {

void ToldLog::begin(qint64 term, quint64 head)
{
    m_message = {};
    m_message.term = term;
    m_message.headBefore = m_message.headAfter = head;
}

void ToldLog::add(LogAct act, quint64 headAfter)
{
    m_message.acts.push_back(std::move(act));
    m_message.headAfter = std::max(m_message.headAfter, headAfter);
}

void ToldLog::flush(quint64 floorSeq)
{
    if (m_message.acts.empty())
        return;
    ++m_message.number;
    m_message.floorSeq = floorSeq;
    m_send(encodeLogMessage(m_message));
    m_message.acts.clear();
    m_message.headBefore = m_message.headAfter;
}

void ToldLog::giveSignOfLife(quint64 floorSeq)
{
    flush(floorSeq);
    m_message.floorSeq = floorSeq;
    m_send(encodeLogMessage(m_message));
}

} // namespace Tidegate
