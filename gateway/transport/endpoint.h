// SPDX-License-Identifier: MIT
#pragma once

#include "base/shedpolicy.h"
#include "transport/link.h"

#include <functional>
#include <memory>
#include <variant>

namespace Tidegate {

//! When a WebSocket counts as too slow. Either way it is closed after LinkLimits::wsSlowGraceMs over its budget.
enum class SlowPolicy : quint8 {
    GracePeriod, //!< at the end of that time, or far over the budget
    NextMessage, //!< also when another live message comes while more than the budget waits
};

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
    SlowPolicy slowPolicy = SlowPolicy::GracePeriod;
    bool mayDeflate = true; //!< permessage-deflate may be agreed to
    //! Whose bytes these are and in which order they go when the process or the site owes too much.
    QByteArray site;
    LinkClass linkClass = LinkClass::Guest;
};

//! Where a dialect meets a transport: one object per path and shard, registered with the front door.
class Endpoint
{
public:
    enum class Kind : quint8 { WebSocket, EventStream };
    using Decision = std::variant<LinkAdmission, HttpResponse>;
    //! Runs on the shard, once.
    using Decide = std::function<Decision()>;

    virtual ~Endpoint() = default;
    virtual Kind kind() const = 0;
    //! Decides on the request head; must not block. Either a handler or the refusal to answer with.
    virtual Decision admit(const HttpRequest &request) = 0;

    // WebSockets only.
    //! True: the decision takes a while, and \p done is told once, on any thread; nothing is read until then, and
    //! admit() is not asked.
    virtual bool admitLater(const HttpRequest &, std::function<void(Decide)>) { return false; }
    //! True: who is refused is refused before the handshake is found in order or not.
    virtual bool decidesBeforeHandshake() const { return false; }
};

} // namespace Tidegate
