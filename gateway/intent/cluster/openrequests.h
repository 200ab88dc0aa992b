// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <functional>
#include <map>

namespace Tidegate {

//! What this node has asked the leader and not been told yet. Core thread. Bound: sessions stop reading their sockets
//! while what they submitted is undecided.
class OpenRequests
{
public:
    //! The answer as the leader encoded it, or why there is none.
    using Done = std::function<void(Result<QByteArray>)>;
    using Send = std::function<void(quint64 number, const QByteArray &request)>;

    explicit OpenRequests(Send send)
        : m_send(std::move(send))
    {
    }

    void add(QByteArray request, qint64 deadlineMs, Done done)
    {
        const quint64 number = ++m_last;
        m_open.emplace(number, Open{request, deadlineMs, std::move(done)});
        m_send(number, request);
    }
    void answer(quint64 number, const QByteArray &answer)
    {
        if (auto open = m_open.extract(number))
            open.mapped().done(answer);
    }
    //! Somebody leads who may not have heard them; asking twice does no harm.
    void sendAgain()
    {
        for (const auto &[number, open] : std::map(m_open)) // answers may come at once
            m_send(number, open.request);
    }
    void expire(qint64 nowMs)
    {
        for (auto open = m_open.begin(); open != m_open.end();) {
            if (open->second.deadlineMs > nowMs) {
                ++open;
                continue;
            }
            const Done done = std::move(open->second.done);
            open = m_open.erase(open);
            done(Error{ErrorCode::Unavailable, QStringLiteral("no gateway led in time; try again"), true});
        }
    }

private:
    struct Open
    {
        QByteArray request;
        qint64 deadlineMs;
        Done done;
    };

    const Send m_send;
    std::map<quint64, Open> m_open;
    quint64 m_last = 0;
};

} // namespace Tidegate
