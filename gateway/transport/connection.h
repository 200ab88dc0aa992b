// SPDX-License-Identifier: MIT
#pragma once

#include "base/bytebudget.h"
#include "base/shedpolicy.h"
#include "transport/bytestream.h"
#include "transport/link.h"
#include "transport/outbox.h"

#include <memory>

namespace Tidegate {

class Connection;
class Front;
class IoShard;

//! What a connection speaks at present: HTTP until the front door has decided, then a WebSocket or an event stream.
//! Owned by its Connection; called on the shard's thread.
class ConnectionProtocol
{
public:
    virtual ~ConnectionProtocol() = default;
    //! Takes bytes from the peer; may change them in place. Returns how many were used; the rest is offered again,
    //! with more behind it or after resume(). May replace itself by Connection::become() and then returns at once.
    virtual qsizetype received(char *data, qsizetype size) = 0;
    //! After each write to the socket; \p remaining bytes did not fit. The place to judge slow consumers.
    virtual void flushed(qsizetype remaining) = 0;
    //! Bytes received and kept because something is not complete, or not answered yet. Asked after each read and write.
    virtual qsizetype heldBytes() const { return 0; }
    //! The deadline set last has passed.
    virtual void deadlinePassed(qint64 nowMs) = 0;
    //! The peer or the network is gone, or we gave up. Called once, last, unless the protocol closed by itself.
    virtual void lost(CloseReason reason) = 0;
    //! The process is about to stop: say goodbye in the protocol's way.
    virtual void shutDown() = 0;
    //! Too much is owed to all peers together and this one goes first: end it as a slow consumer.
    virtual void shed() = 0;
};

//! One accepted socket in a shard: bytes in, bytes out, one deadline. An idle one owns no buffers.
class Connection
{
public:
    Connection(IoShard &shard, const Front &front, quint64 key, std::unique_ptr<ByteStream> stream, Peer peer);
    ~Connection();
    Q_DISABLE_COPY_MOVE(Connection)

    IoShard &shard() { return m_shard; }
    //! Of the listening socket it came in by.
    const Front &front() const { return m_front; }
    quint64 key() const { return m_key; }
    const Peer &peer() const { return m_peer; }
    int descriptor() const { return m_stream->descriptor(); }

    //! The former protocol lives until the end of the turn, because it is usually on the call stack.
    void become(std::unique_ptr<ConnectionProtocol> protocol);
    ConnectionProtocol *protocol() const { return m_protocol.get(); }

    //! Queues bytes; they are written once, at the end of the turn.
    void send(const QByteArray &bytes);
    //! Writes \p bytes at once and queues what the kernel does not take. False, and nothing done, if other bytes wait.
    bool writeNow(const QByteArray &bytes);
    qsizetype queuedBytes() const { return m_outbox.size(); }
    //! Writes now what the kernel takes, reporting nothing: for bursts larger than a budget within one turn.
    void writeEagerly();

    //! Forgets queued bytes, but for the buffer that may be half sent.
    void dropUnsent() { m_outbox.dropUnsent(); }
    //! From now on what is queued for the peer and what is kept of it count as owed by \p budget.
    void chargeTo(LinkBudget budget, LinkClass linkClass);
    const LinkBudget &budget() const { return m_budget; }
    LinkClass linkClass() const { return m_linkClass; }

    //! Writes what is queued, half-closes and waits briefly for the peer to do the same. Nothing is received any more.
    void closeAfterFlush();
    //! Forgets the socket now. protocol()->lost() is called if the protocol has not closed by itself.
    void abort(CloseReason reason);
    bool isClosing() const { return m_state != State::Open; }

    enum PauseCause : quint8 { PausedBySession = 1, PausedByShard = 2, PausedByProtocol = 4 };
    void setReadingPaused(PauseCause cause, bool paused);
    bool isReadingPaused() const { return m_pauses != 0; }

    //! Replaces the former deadline; 0 = none. Monotonic milliseconds; granularity of the wheel.
    void setDeadline(qint64 dueMs);

    // Called by the shard.
    void handleEvents(quint32 events);
    void flush();
    void handleDeadline(qint64 nowMs);

private:
    enum class State : quint8 { Open, Flushing, Lingering, Dead };

    void markDirty();
    void chargeNow();
    void readAvailable();
    void offer(char *data, qsizetype size);
    void offerLeftover();
    void discardInput();
    void updateInterest();
    void startLinger();
    void die(CloseReason reason);

    // First what each write looks at: with thousands of links, cache lines are what a fan-out costs.
    std::unique_ptr<ByteStream> m_stream;
    Outbox m_outbox;
    State m_state = State::Open;
    quint8 m_pauses = 0;
    bool m_isDirty = false;
    bool m_isBlocked = false;
    bool m_resumeQueued = false;
    LinkClass m_linkClass = LinkClass::Guest;
    quint32 m_interest = 0;
    LinkBudget m_budget;
    IoShard &m_shard;
    const Front &m_front;
    const quint64 m_key;
    std::unique_ptr<ConnectionProtocol> m_protocol;
    QByteArray m_leftover;
    Peer m_peer;
    qint64 m_deadlineMs = 0;
    qint64 m_scheduledMs = 0; //!< earliest wheel entry that will visit us

    friend class IoShard;
};

} // namespace Tidegate
