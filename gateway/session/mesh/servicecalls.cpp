// SPDX-License-Identifier: MIT
#include "session/mesh/servicecalls.h"

namespace Tidegate::Mesh {

namespace {
constexpr int TokenBase = 36;
}

QByteArray ServiceCalls::add(const QByteArray &reply, qint64 nowMs)
{
    forgetOverdue(nowMs);
    m_calls.emplace(++m_newest, Call{reply, nowMs + LifetimeMs});
    return QByteArray::number(m_newest, TokenBase);
}

std::optional<QByteArray> ServiceCalls::take(const QByteArray &token)
{
    const quint64 number = token.toULongLong(nullptr, TokenBase);
    const auto call = m_calls.find(number);
    // Of the texts that read as the number only the one that was given counts.
    if (call == m_calls.end() || QByteArray::number(number, TokenBase) != token)
        return std::nullopt;
    QByteArray reply = std::move(call->second.reply);
    m_calls.erase(call);
    return reply;
}

void ServiceCalls::forgetOverdue(qint64 nowMs)
{
    while (!m_calls.empty() && m_calls.begin()->second.dueMs <= nowMs)
        m_calls.erase(m_calls.begin());
}

} // namespace Tidegate::Mesh
