// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <functional>
#include <map>
#include <vector>

namespace Tidegate {

//! What this node has asked the leader and not been told yet. Core thread. Bound: whoever adds looks at bytes(), or
//! stops what brings them.
class OpenRequests
{
public:
    //! The answer as the leader encoded it, or why there is none.
    using Done = std::function<void(Result<QByteArray>)>;
    using Send = std::function<void(quint64 number, const QByteArray &request)>;

    //! \p lateText is what those hear whose deadline passes.
    OpenRequests(Send send, QString lateText)
        : m_send(std::move(send))
        , m_lateText(std::move(lateText))
    {
    }

    void add(QByteArray request, qint64 deadlineMs, Done done)
    {
        const quint64 number = next();
        m_last = number;
        m_bytes += request.size();
        m_open.emplace(number, Open{request, deadlineMs, std::move(done)});
        m_send(number, request);
    }
    //! The number of what is added next.
    quint64 next() const { return m_last + 1; }
    quint64 oldest() const { return m_open.empty() ? next() : m_open.begin()->first; }
    qsizetype bytes() const { return m_bytes; }

    void answer(quint64 number, const QByteArray &answer)
    {
        if (auto open = m_open.extract(number)) {
            m_bytes -= open.mapped().request.size();
            open.mapped().done(answer);
        }
    }
    //! Somebody leads who may not have heard them; asking twice does no harm.
    void sendAgain()
    {
        for (const auto &[number, open] : std::map(m_open)) // answers may come at once
            m_send(number, open.request);
    }
    void expire(qint64 nowMs)
    {
        std::vector<Done> late; // what they do may change what is open
        for (auto open = m_open.begin(); open != m_open.end();) {
            if (open->second.deadlineMs > nowMs) {
                ++open;
                continue;
            }
            late.push_back(std::move(open->second.done));
            m_bytes -= open->second.request.size();
            open = m_open.erase(open);
        }
        for (const Done &done : late)
            done(Error{ErrorCode::Unavailable, m_lateText, true});
    }

private:
    struct Open
    {
        QByteArray request;
        qint64 deadlineMs;
        Done done;
    };

    const Send m_send;
    const QString m_lateText;
    std::map<quint64, Open> m_open;
    qsizetype m_bytes = 0;
    quint64 m_last = 0;
};

} // namespace Tidegate
