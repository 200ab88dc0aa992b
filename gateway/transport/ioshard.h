// SPDX-License-Identifier: MIT
#pragma once

#include "base/bytebudget.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/decisionbatch.h"
#include "base/taskqueue.h"
#include "base/timerwheel.h"
#include "transport/connection.h"
#include "transport/endpoint.h"
#include "transport/epollset.h"
#include "transport/front.h"
#include "transport/inprocess/link.h"
#include "transport/linklimits.h"
#include "transport/tlscontext.h"
#include "wire/deflater.h"
#include "wire/inflater.h"

#include <QTimer>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace Tidegate {

//! What a shard counts; read by anyone.
struct TransportCounters
{
    Counter connectionsAccepted;
    Counter connectionsOpen;
    Counter bytesReceived;
    Counter headsRefused;
    //! Links that end because bytes wait for them, by transport.
    struct Slow
    {
        Counter overBudget; //!< times that a link came over its budget
        Counter closed;     //!< whoever did not catch up
    } webSocket, eventStream, inProcess;
    qint64 slowClosed() const
    {
        return webSocket.closed.value() + eventStream.closed.value() + inProcess.closed.value();
    }
    Counter shed; //!< of these, closed because the process or a site owed too much
    Counter unresponsiveClosed;
    Counter readingPaused;
    Counter protocolErrors; //!< WebSockets closed with 1002, 1007 or 1009
    Counter messagesTooBig; //!< of these, with 1009: bytes or fragments over the limit
    Counter messageTimeouts;
    Counter headTimeouts, bodyTimeouts, answerTimeouts;
    Counter encodedBodiesRefused;
    Counter messagesInflated, messagesTooBigInflated;
};

//! One I/O thread's share of the world: its listening sockets, its connections, their deadlines. Everything but
//! tasks() and the constructor belongs to the shard's own thread.
class IoShard final : public QObject
{
    Q_OBJECT
public:
    struct Services
    {
        const Clock &clock;
        TransportCounters &counters;
        BudgetPool &budgets;                                //!< shared by all shards
        HttpHandler *http = nullptr;                        //!< of the main front
        std::function<bool()> isCoreBusy;                   //!< true: stop reading sockets until it is false again
        std::function<void(HttpRequest &)> applyProxyTrust; //!< puts the client's own address and TLS into peer
        DecisionBatch *decisions = nullptr;                 //!< of the shard's thread; none: nobody records them
        RequestGuard guard = {};                            //!< none: everybody may ask
    };

    IoShard(int index, LinkLimits limits, Services services);
    ~IoShard() override;

    int index() const { return m_index; }
    TaskQueue &tasks() { return m_tasks; }
    const Clock &clock() const { return m_services.clock; }
    const Services &services() const { return m_services; }
    TransportCounters &counters() { return m_services.counters; }
    const LinkLimits &limits() const { return m_limits; }
    void setLimits(const LinkLimits &limits) { m_limits = limits; }

    Front &front() { return m_front; }
    //! For listening sockets of their own; lives as long as the shard.
    Front &addFront(HttpHandler *http) { return *m_furtherFronts.emplace_back(std::make_unique<Front>(http)); }
    //! Takes over a listening descriptor; \p tls may be null.
    void listen(int descriptor, std::shared_ptr<TlsContext> tls) { listen(descriptor, std::move(tls), m_front); }
    void listen(int descriptor, std::shared_ptr<TlsContext> tls, Front &front);
    //! For the doors of \p front that have TLS.
    void setTls(const std::shared_ptr<TlsContext> &tls, const Front &front);
    void addEndpoint(const QByteArray &path, std::unique_ptr<Endpoint> endpoint)
    {
        m_front.addEndpoint(path, std::move(endpoint));
    }
    //! Runs before the sockets are written, each turn: fan-out hands over what it gathered.
    void setTurnEndHook(std::function<void()> hook) { m_turnEndHook = std::move(hook); }

    void stopListening();
    //! Each protocol says goodbye; sockets end by themselves or, after \p graceMs, by force. Then \p done is called,
    //! once.
    void shutDownConnections(qint64 graceMs, std::function<void()> done);
    //! By force, now. Sessions are told.
    void closeAll();
    qsizetype connectionCount() const { return m_openCount; }
    //! Opens a link without a socket at \p request's path. Refusals are told through client.closed with code 1008.
    //! \p decided is told the link's id, empty if it was refused, once: perhaps later, for the endpoint may have to
    //! ask.
    void connectInProcess(const HttpRequest &request, InProcessLink::Client client,
                          std::function<void(LinkId)> decided = {});
    InProcessLink *inProcessLink(LinkId id) const;
    void dropInProcessLink(LinkId id);
    //! The connection a task was posted for, or null if it is gone.
    Connection *connection(quint64 key) const;

    // For Connection and the protocols.
    struct ReadBuffer
    {
        char *data;
        qsizetype capacity;
    };
    ReadBuffer readBuffer() { return {m_readBuffer.get(), ReadBufferBytes}; }
    //! Shared by all WebSockets of the shard; made when the first one needs it.
    Deflater &deflater();
    Inflater &inflater();
    //! Records why something was not done for \p link (a connection's key or an in-process serial).
    void decide(const DecisionRule &rule, LinkId link, const QByteArray &subject, const QByteArray &detail = {},
                const QByteArray &code = {});
    LinkId linkOf(const Connection &connection) const { return LinkId::make(m_index, connection.key()); }
    DecisionBatch *decisions() const { return m_services.decisions; }
    void noteReceived(qint64 bytes) { m_services.counters.bytesReceived.add(bytes); }
    void markDirty(Connection &connection) { m_dirty.push_back(connection.key()); }
    void queueResume(Connection &connection)
    {
        m_resuming.push_back(connection.key());
        requestTurn();
    }
    void scheduleVisit(quint64 key, qint64 dueMs);
    void changeInterest(Connection &connection, quint32 events);
    void forget(Connection &connection);
    void bury(std::unique_ptr<ConnectionProtocol> protocol) { m_buried.push_back(std::move(protocol)); }
    LinkId nextInProcessId();

private:
    static constexpr qsizetype ReadBufferBytes = 64 * 1024;

    struct Door
    {
        int descriptor;
        std::shared_ptr<TlsContext> tls;
        Front *front;
    };
    struct Slot
    {
        std::unique_ptr<Connection> connection;
        quint32 generation = 0;
    };

    LinkId openInProcess(const HttpRequest &request, Endpoint::Decision decision, InProcessLink::Client client);
    void ready(quint64 key, quint32 events);
    void acceptFrom(Door &door);
    void adopt(int descriptor, Door &door, Peer peer);
    void endTurn();
    void requestTurn();
    void onTick();
    void throttle(Connection &connection);
    void unthrottle();
    void shedExcess();
    void pauseAccepting();

    const int m_index;
    LinkLimits m_limits;
    const Services m_services;
    TaskQueue m_tasks;
    EpollSet m_epoll;
    TimerWheel m_wheel;
    QTimer m_tick;
    std::unique_ptr<char[]> m_readBuffer;
    std::unique_ptr<Deflater> m_deflater;
    std::unique_ptr<Inflater> m_inflater;
    std::vector<Door> m_doors;
    Front m_front;
    std::vector<std::unique_ptr<Front>> m_furtherFronts;
    std::vector<Slot> m_slots;
    std::vector<quint32> m_freeSlots;
    std::vector<quint32> m_deadSlots; //!< freed at the end of the turn
    std::vector<quint64> m_dirty;
    std::vector<quint64> m_resuming;
    std::vector<quint64> m_throttled;
    std::vector<std::unique_ptr<ConnectionProtocol>> m_buried;
    std::unordered_map<quint64, std::unique_ptr<InProcessLink>> m_inProcess;
    std::vector<std::unique_ptr<InProcessLink>> m_buriedLinks;
    std::function<void()> m_turnEndHook;
    std::function<void()> m_shutDownDone;
    qsizetype m_openCount = 0;
    quint64 m_inProcessSerial = 0;
    bool m_isAcceptingPaused = false;
    bool m_turnRequested = false;
};

} // namespace Tidegate
