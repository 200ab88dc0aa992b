// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <map>
#include <optional>

namespace Tidegate::Mesh {

//! The requests that one client has been asked to answer. Each has a token, which the client publishes its answer to.
//! Shard thread. Bound: the caller's; what nobody answers is forgotten after LifetimeMs.
class ServiceCalls
{
public:
    //! As long as anyone waits for an answer.
    static constexpr qint64 LifetimeMs = 10'000;

    //! The token for an answer to \p reply. It need not be secret: it is valid on this link only.
    QByteArray add(const QByteArray &reply, qint64 nowMs);
    //! Where the answer goes; nothing if there is no such call (any more). A token is good once.
    std::optional<QByteArray> take(const QByteArray &token);
    void forgetOverdue(qint64 nowMs);
    qsizetype count() const { return qsizetype(m_calls.size()); }

private:
    struct Call
    {
        QByteArray reply;
        qint64 dueMs = 0;
    };

    std::map<quint64, Call> m_calls; //!< by number, so the earliest due stands first
    quint64 m_newest = 0;
};

} // namespace Tidegate::Mesh
