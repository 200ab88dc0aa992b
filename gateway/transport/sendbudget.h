// SPDX-License-Identifier: MIT
#pragma once

#include "transport/link.h"

namespace Tidegate {

class Connection;

//! What a link owes its peer, judged in two classes: live bytes against the slow-consumer budget, bytes the peer asked
//! for against a larger one. Shared by every transport over a Connection.
class SendBudget
{
public:
    struct Limits
    {
        qsizetype liveBytes;
        qsizetype solicitedBytes;
    };

    //! Queues \p bytes unless the link is beyond saving. A burst within one turn is offered to the kernel before it is
    //! held against the peer.
    void send(Connection &connection, const QByteArray &bytes, SendKind kind, const Limits &limits);

    //! After a write: \p remaining bytes are still queued. Returns how many of them are live.
    qsizetype settle(qsizetype remaining);

    //! More than \p liveBytes of live bytes wait, although the kernel was offered them.
    bool isBehind(Connection &connection, qsizetype liveBytes);

    //! Offers what waits to the kernel when it is much; true while the live part stays below a quarter of \p liveBytes.
    bool keepsUp(Connection &connection, qsizetype liveBytes);

    //! From now on overflowing; the next flush of \p connection finds it so.
    void giveUp(Connection &connection);

    //! Over a hard limit: nothing is queued any more, and the link must be closed.
    bool isOverflowing() const { return m_isOverflowing; }

private:
    qsizetype m_solicited = 0; //!< queued bytes that the peer asked for, at most
    bool m_isOverflowing = false;
};

} // namespace Tidegate
