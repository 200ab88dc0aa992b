// SPDX-License-Identifier: MIT
#pragma once

#include "session/sharedata/shardcontext.h"

#include <map>

namespace Tidegate::ShareData {

//! The dialect over a WebSocket or an in-process link: frames in, frames out (ShareData spec sections 3 to 7). Says
//! nothing until it is asked. After a fault it reads no more.
class LinkSession final : public LinkHandler
{
public:
    //! \p address is the client's own, also behind a trusted proxy.
    LinkSession(ShardContext &context, Identity identity, QByteArray address, QByteArray userAgent);

    void opened(Link &link) override;
    void textReceived(QByteArrayView text) override;
    //! Binary messages are read as UTF-8 text.
    void binaryReceived(QByteArrayView bytes) override;
    void closed(CloseReason reason) override;

    void apply(const Reply &reply);
    //! Sends one frame, and counts it.
    void say(const QByteArray &frame);
    //! The token behind the link does not count any more.
    void endUnauthorized(const DecisionRule &rule, QByteArrayView text);
    Link &link() const { return *m_link; }
    const Identity &identity() const { return m_identity; }

    // For operators.
    const QByteArray &address() const { return m_address; }
    const QByteArray &userAgent() const { return m_userAgent; }
    //! By document, the newest transaction handed to the link; 0 = none since it came.
    std::vector<std::pair<QByteArray, Offset>> positions() const;
    qsizetype subscriptionCount() const { return qsizetype(m_members.size()); }
    //! Frames per window from now on; 0 = as configured.
    void limitMessages(int max) { m_messageLimit = max; }
    int messageLimit() const { return m_messageLimit; }

private:
    bool isWithinRate();
    //! The socket is not read while too much has no answer.
    void pauseOrResume();
    void decide(const DecisionRule &rule, quint16 code = 0, const QByteArray &detail = {});
    void handOver(ClientFrame frame);
    void refuse(const InvalidMessage &wrong);
    void end(quint16 code, QByteArrayView text);
    void leave(const QByteArray &documentId);

    ShardContext &m_context;
    const Identity m_identity;
    const QByteArray m_address;
    const QByteArray m_userAgent;
    Link *m_link = nullptr;
    std::map<QByteArray, Fanout::Membership> m_members; //!< by document
    int m_undecided = 0;                                //!< frames with the core that have no answer yet
    qsizetype m_undecidedBytes = 0;
    bool m_isPaused = false;
    bool m_isEnding = false;
    int m_messageLimit = 0;
    qint64 m_windowStartMs = 0;
    int m_windowFrames = 0;
};

} // namespace Tidegate::ShareData
