// SPDX-License-Identifier: MIT
#pragma once

#include "transport/httpmessage.h"

#include <QByteArray>

namespace Tidegate {

//! Unique for the life of the process; the owning shard is encoded so that anyone can route a value back.
struct LinkId
{
    static constexpr int ShardShift = 56;
    quint64 value = 0;

    static LinkId make(int shard, quint64 serial) { return {(quint64(shard) << ShardShift) | serial}; }
    int shard() const { return int(value >> ShardShift); }

    friend bool operator==(const LinkId &, const LinkId &) = default;
    friend auto operator<=>(const LinkId &, const LinkId &) = default;
};

inline size_t qHash(LinkId id, size_t seed = 0)
{
    return ::qHash(id.value, seed);
}

enum class CloseReason : quint8 {
    PeerLeft,      //!< close handshake or end of stream
    ProtocolError, //!< the peer broke the transport's protocol
    TooSlow,       //!< the outbound budget stayed exceeded
    Unresponsive,  //!< no answer to heartbeats
    Requested,     //!< our own session closed it
    ShuttingDown,
    Failed, //!< socket error
};

//! How a dialect message becomes bytes on a link. Links of one framing make the same bytes of it and can share them.
enum class Framing : quint8 { WebSocketText, WebSocketDeflated, WebSocketBinary, EventStream, Raw };

//! Bytes owed to a peer because it asked (a replay) do not count against the budget that detects slow consumers:
//! a big answer must not make the next live frame fatal.
enum class SendKind : quint8 { Live, Solicited };

//! When queued bytes meet the socket. A link gets one write per turn: Now is for whoever knows that nothing more will
//! come for it in this turn, and saves the queue.
enum class SendTime : quint8 { TurnEnd, Now };

//! What has gone over one link since it opened. A value.
struct LinkTraffic
{
    qint64 openedAtMs = 0; //!< wall clock; 0 = not known
    qint64 rttMs = -1;     //!< of the newest ping; -1 = none was answered yet
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    qint64 messagesIn = 0;
    qint64 messagesOut = 0; //!< sends; a fan-out puts all frames of a turn into one
};

//! One connected client as messages in and messages out; knows nothing of dialects. Lives on one I/O shard's thread
//! and is called there only. Bound: the outbound byte budget of its transport; overflow act: closed(TooSlow).
class Link
{
public:
    virtual ~Link() = default;

    virtual LinkId id() const = 0;
    virtual Framing framing() const = 0;
    virtual const Peer &peer() const = 0;

    //! Appends one message (bytes, if the framing is binary) to \p bytes as every link of this framing would be sent
    //! it.
    virtual void appendFrame(QByteArray &bytes, QByteArrayView text) = 0;
    //! Queues one message; written at the end of the turn. No effect after close().
    void sendText(QByteArrayView text, SendKind kind = SendKind::Solicited)
    {
        QByteArray bytes;
        appendFrame(bytes, text);
        sendEncoded(bytes, kind);
    }
    //! Queues bytes that appendFrame() made, on this link or another of the same framing.
    virtual void sendEncoded(const QByteArray &bytes, SendKind kind = SendKind::Live,
                             SendTime time = SendTime::TurnEnd) = 0;

    //! Says goodbye in the transport's way, then closes. \p code and \p text reach WebSocket peers only.
    virtual void close(CloseReason reason, quint16 code, QByteArrayView text) = 0;

    //! Ends the link as a slow consumer, in the dialect's way, at the end of the turn.
    virtual void giveUp() = 0;

    //! Stops taking bytes from the peer; what has already arrived stays in its kernel's buffers.
    virtual void setReadingPaused(bool paused) = 0;

    virtual qsizetype queuedBytes() const = 0;
    //! Offers the peer what waits, then tells whether it is little enough for more live frames to be sent: less than a
    //! quarter of the budget. After a no, the shard has a turn when the peer has taken more.
    virtual bool keepsUp() = 0;
    virtual LinkTraffic traffic() const { return {}; }
};

//! The dialect's end of a link. Called on the link's shard; owned by the link and destroyed after closed().
class LinkHandler
{
public:
    virtual ~LinkHandler() = default;
    //! The link is open for sending; called once, first.
    virtual void opened(Link &link) = 0;
    //! One complete message; text is valid UTF-8. The view dies with the call.
    virtual void textReceived(QByteArrayView text) = 0;
    //! Default: dialects without binary messages read them as text only if they choose to.
    virtual void binaryReceived(QByteArrayView bytes) = 0;
    //! Called exactly once, last. Sending has no effect any more.
    virtual void closed(CloseReason reason) = 0;
};

} // namespace Tidegate
