// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "document/jetstream/logcontents.h"
#include "document/jetstream/natshandles.h"

#include <QThread>

#include <atomic>
#include <deque>
#include <future>
#include <optional>

namespace Tidegate {

//! Reads on a thread of its own: the kept messages, what the log has behind them, and from its end on message after
//! message, in order and without a hole. When the log does not reach back far enough it tells anew what it all comes
//! to. Bound: it reads no further while the owner has Config::inboundBytes of it to take; what is left waits at the
//! server.
class LogReader
{
public:
    //! A document that is gone, and where the stream says so.
    struct Removal
    {
        QByteArray id;
        quint64 place = 0;
    };
    struct Whole
    {
        StoredDocuments contents;
        std::deque<Removal> removals; //!< the newest ones
        quint64 lastTerm = 0;
        quint64 place = 0;
    };
    struct Config
    {
        LogNames names;
        int windowCount = 0;
        qsizetype inboundBytes = 16 * 1024 * 1024;
    };
    //! Called on the owner's thread, also when the reader is gone.
    struct Events
    {
        std::function<void(quint64 place, const DocumentMessage &message)> message;
        std::function<void(Whole whole)> whole;
        std::function<void(const QString &why)> broken; //!< it reads no more
    };

    //! \p connection and \p owner outlive it.
    LogReader(Config config, natsConnection *connection, TaskQueue &owner, Events events);
    ~LogReader();
    Q_DISABLE_COPY_MOVE(LogReader)

    //! Blocks until the end was reached once; the rest comes as events.
    Result<Whole> open(int patienceMs);
    //! Any thread. The connection was lost: what was on its way is.
    void connectionCameBack() { m_isDoubtful = true; }

private:
    struct Building
    {
        LogContents contents;
        Whole whole;
    };

    void run();
    Result<void> subscribe();
    void leaveSubscription();
    void startOver(const char *why);
    void take(NatsMessageHandle message);
    void add(quint64 place, const DocumentMessage &message);
    void finishBuilding(quint64 place);
    bool isAtEnd(const jsStreamState &state);
    void giveUp(const QString &why);

    const Config m_config;
    natsConnection *const m_connection;
    TaskQueue &m_owner;
    const std::shared_ptr<const Events> m_events;
    const std::shared_ptr<std::atomic<qsizetype>> m_untakenBytes = std::make_shared<std::atomic<qsizetype>>(0);
    std::promise<Result<Whole>> m_opened;
    std::atomic<bool> m_isStopped = false;
    std::atomic<bool> m_isDoubtful = false;

    // The reader's thread.
    JetStreamHandle m_jetStream;
    NatsSubscriptionHandle m_subscription;
    std::optional<Building> m_building;
    bool m_isInDocuments = true; //!< reads the kept messages before the log
    bool m_isOpen = false;
    quint64 m_place = 0;     //!< of the last message taken
    quint64 m_delivered = 0; //!< messages of this subscription

    std::unique_ptr<QThread> m_thread; //!< last
};

} // namespace Tidegate
