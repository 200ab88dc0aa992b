// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "document/jetstream/documentmessage.h"
#include "document/jetstream/natshandles.h"

#include <deque>

namespace Tidegate {

//! Everything of the store that touches the NATS server, but for reading: the connection, publishing, the lease. Made,
//! used and destroyed on a thread of its own, since the library's calls may wait for the server. The library's threads
//! post values, nothing else.
class LogLine
{
public:
    struct Config
    {
        QByteArray url;
        LogNames names;
        QByteArray node;
        int messagesPerSubject = 0; //!< kept
        qint64 logBytes = 0;
        qint64 leaseMs = 0;
        int reconnectWaitMs = 0;
    };
    //! Called on the owner's thread, by way of its task queue, also when the line is gone.
    struct Events
    {
        //! A message of \p term was not stored; 0 = it would have begun one, \p why is empty if another gateway may.
        std::function<void(quint64 term, const QString &why)> refused;
        std::function<void(bool isConnected, qint64 maxPayloadBytes)> connected;
        std::function<void()> leaseLost;
        //! A step of purging: \p finished of the calls of purge() are done, and perhaps purgeOn() finds more to do.
        std::function<void(int finished, bool goesOn)> purged;
    };

    //! Connects, and makes the stream and the bucket of the lease unless they are there. Blocks.
    static Result<std::unique_ptr<LogLine>> open(Config config, TaskQueue &owner, Events events);
    ~LogLine();
    Q_DISABLE_COPY_MOVE(LogLine)

    natsConnection *connection() const { return m_connection; }
    qint64 maxPayloadBytes() const;

    //! Stored only if the stream's newest message is \p expected by then. Refusals name \p term.
    void publish(const QByteArray &subject, const QByteArray &bytes, quint64 expected, quint64 term);
    //! Takes the lease, or keeps it; if that went well, begins a term behind \p expected.
    void tryToLead(quint64 expected);
    void renewLease();
    //! After what was published has reached the server.
    void giveLeaseUp();
    void forgetPurges() { m_purges.clear(); }
    //! What \p id was told of before \p place is of no use any more: purgeOn() takes it away, a message at a time.
    void purge(const QByteArray &id, quint64 place);
    void purgeOn();

    struct Mailbox;

private:
    struct Purge
    {
        QByteArray subject;
        quint64 place;
    };

    LogLine(Config config, TaskQueue &owner, Events events);
    Result<void> connect();
    Result<void> makeLog();
    Result<void> makeDocuments();
    natsStatus makeStream(jsStreamConfig &stream, jsErrCode &code);
    Result<void> makeBucket();
    Error failed(const char *what, natsStatus status, int code = 0) const;
    bool holdsLease();
    //! Place of the newest message that is kept; 0 = there is none.
    Result<quint64> newestOf(const QByteArray &subject);
    Result<quint64> newestToPurge(const Purge &purge);

    const Config m_config;
    const std::shared_ptr<Mailbox> m_mailbox;
    const QByteArray m_inbox; //!< where the server's answers to what is published come
    natsConnection *m_connection = nullptr;
    natsSubscription *m_answers = nullptr;
    JetStreamHandle m_jetStream;
    KeyValueHandle m_bucket;
    uint64_t m_lease = 0;       //!< revision of the key; 0 = not held
    quint64 m_keptRemoval = 0;  //!< place of the newest one that is
    int m_waits = 0;            //!< for that
    std::deque<Purge> m_purges; //!< bound: the store's on removals under way
};

} // namespace Tidegate
