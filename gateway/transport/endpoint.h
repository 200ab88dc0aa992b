// SPDX-License-Identifier: MIT
#pragma once

#include "base/shedpolicy.h"
#include "transport/link.h"

#include <memory>
#include <variant>

namespace Tidegate {

//! The dialect's yes to a new link: who handles it and what the response head should say.
struct LinkAdmission
{
    std::unique_ptr<LinkHandler> handler;
    QByteArray subprotocol;   //!< empty = no Sec-WebSocket-Protocol header
    HttpHeaders extraHeaders; //!< e.g. CORS for event streams
    //! What is sent over a WebSocket. Binary dialects bring their own compression, so theirs is never deflated.
    enum class Messages : quint8 { Text, Binary } messages = Messages::Text;
    qsizetype maxMessageBytes = 0; //!< that a WebSocket's peer may send; 0 = LinkLimits::wsMessageBytes
    //! The dialect's words for a consumer that is too slow: close code and text of a WebSocket, or the last event of an
    //! event stream, already encoded.
    quint16 slowCode = 1013;
    QByteArray slowText;
    QByteArray slowEvent;
    //! Live bytes that may wait for the peer before it counts as slow.
    qsizetype budgetBytes = 1024 * 1024;
    //! Whose bytes these are and in which order they go when the process or the site owes too much.
    QByteArray site;
    LinkClass linkClass = LinkClass::Guest;
};

//! Where a dialect meets a transport: one object per path and shard, registered with the front door.
class Endpoint
{
public:
    enum class Kind : quint8 { WebSocket, EventStream };

    virtual ~Endpoint() = default;
    virtual Kind kind() const = 0;
    //! Decides on the request head; must not block. Either a handler or the refusal to answer with.
    virtual std::variant<LinkAdmission, HttpResponse> admit(const HttpRequest &request) = 0;
};

} // namespace Tidegate
