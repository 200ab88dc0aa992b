// SPDX-License-Identifier: MIT
#include "transport/sendbudget.h"

#include "transport/connection.h"
#include "transport/linklimits.h"

#include <algorithm>

namespace Tidegate {

void SendBudget::send(Connection &connection, const QByteArray &bytes, SendKind kind, const Limits &limits)
{
    if (m_isOverflowing)
        return;
    const qsizetype hardLimit = limits.liveBytes * LinkLimits::HardBudgetFactor;
    if (connection.queuedBytes() + bytes.size() > hardLimit) {
        connection.writeEagerly();
        settle(connection.queuedBytes());
    }
    // One message may be larger than the limit; it is the second that finds the first still waiting.
    const bool owesTooMuch = kind == SendKind::Solicited && m_solicited > limits.solicitedBytes;
    if (kind == SendKind::Solicited)
        m_solicited += bytes.size();
    connection.send(bytes);
    m_isOverflowing = owesTooMuch || connection.queuedBytes() - m_solicited > hardLimit + bytes.size();
}

void SendBudget::giveUp(Connection &connection)
{
    m_isOverflowing = true;
    connection.send({});
}

bool SendBudget::isBehind(Connection &connection, qsizetype liveBytes)
{
    const auto isOver = [&] { return connection.queuedBytes() - m_solicited > liveBytes; };
    if (!isOver())
        return false;
    connection.writeEagerly();
    settle(connection.queuedBytes());
    return isOver();
}

bool SendBudget::keepsUp(Connection &connection, qsizetype liveBytes)
{
    return !isBehind(connection, liveBytes / 4);
}

qsizetype SendBudget::settle(qsizetype remaining)
{
    m_solicited = std::min(m_solicited, remaining);
    return remaining - m_solicited;
}

} // namespace Tidegate
