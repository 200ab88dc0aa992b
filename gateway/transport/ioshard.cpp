// SPDX-License-Identifier: MIT
#include "transport/ioshard.h"

#include "base/logging.h"
#include "transport/frontdoor.h"
#include "transport/rules.h"
#include "transport/shedding.h"
#include "transport/socketio.h"
#include "wire/websocketframe.h"

#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

namespace Tidegate {

namespace {

constexpr quint64 DoorKeyBit = quint64(1) << 63;
constexpr int MaxAcceptsPerTurn = 128;
constexpr int TickMs = 100;
// Serials of in-process links stand above every slot key, so that both can share the space of LinkIds.
constexpr quint64 InProcessBit = quint64(1) << 55;

quint64 keyOf(quint32 slot, quint32 generation)
{
    return (quint64(generation & 0x3fffff) << 32) | slot;
}

} // namespace

IoShard::IoShard(int index, LinkLimits limits, Services services)
    : m_index(index)
    , m_limits(limits)
    , m_services(std::move(services))
    , m_epoll([this](quint64 key, quint32 events) { ready(key, events); }, [this] { endTurn(); })
    , m_wheel(m_services.clock.monotonicMs())
    , m_readBuffer(std::make_unique<char[]>(size_t(ReadBufferBytes)))
    , m_front(m_services.http)
{
    m_tasks.setTurnEnd([this] { endTurn(); });
    m_tasks.setGathering(true);
    m_tick.setInterval(TickMs);
    connect(&m_tick, &QTimer::timeout, this, &IoShard::onTick);
}

IoShard::~IoShard()
{
    stopListening();
    closeAll();
}

void IoShard::closeAll()
{
    for (Slot &slot : m_slots) {
        if (slot.connection)
            slot.connection->abort(CloseReason::ShuttingDown);
    }
    while (!m_inProcess.empty())
        m_inProcess.begin()->second->finish(CloseReason::ShuttingDown);
    endTurn();
}

void IoShard::listen(int descriptor, std::shared_ptr<TlsContext> tls, Front &front)
{
    m_doors.push_back({descriptor, std::move(tls), &front});
    m_epoll.add(descriptor, DoorKeyBit | (m_doors.size() - 1), EPOLLIN);
    if (!m_tick.isActive())
        m_tick.start();
}

void IoShard::setTls(const std::shared_ptr<TlsContext> &tls, const Front &front)
{
    for (Door &door : m_doors) {
        if (door.tls && door.front == &front)
            door.tls = tls;
    }
}

void IoShard::stopListening()
{
    for (const Door &door : m_doors) {
        m_epoll.remove(door.descriptor);
        ::close(door.descriptor);
    }
    m_doors.clear();
}

void IoShard::shutDownConnections(qint64 graceMs, std::function<void()> done)
{
    m_shutDownDone = std::move(done);
    for (Slot &slot : m_slots) {
        if (slot.connection && !slot.connection->isClosing())
            slot.connection->protocol()->shutDown();
    }
    for (const auto &[key, link] : m_inProcess)
        link->close(CloseReason::ShuttingDown, WebSocket::CloseGoingAway, "SERVER_SHUTDOWN");
    QTimer::singleShot(int(graceMs), this, &IoShard::closeAll);
    endTurn();
}

Connection *IoShard::connection(quint64 key) const
{
    const auto index = quint32(key);
    if (index >= m_slots.size() || !m_slots[index].connection || m_slots[index].connection->key() != key)
        return nullptr;
    return m_slots[index].connection.get();
}

void IoShard::connectInProcess(const HttpRequest &request, InProcessLink::Client client,
                               std::function<void(LinkId)> decided)
{
    Endpoint *endpoint = m_front.endpoint(request.path);
    if (endpoint && endpoint->kind() != Endpoint::Kind::WebSocket)
        endpoint = nullptr;
    const auto settle = [this, request, client = std::move(client),
                         decided = std::move(decided)](Endpoint::Decision decision) {
        const LinkId link = openInProcess(request, std::move(decision), client);
        if (decided)
            decided(link);
    };
    if (!endpoint)
        return settle(HttpResponse{404, {}, "Not Found"});
    const bool isLater = endpoint->admitLater(request, [this, settle](Endpoint::Decide decide) {
        tasks().post([settle, decide = std::move(decide)] { settle(decide()); });
    });
    if (!isLater)
        settle(endpoint->admit(request));
}

LinkId IoShard::openInProcess(const HttpRequest &request, Endpoint::Decision decision, InProcessLink::Client client)
{
    if (const auto *refusal = std::get_if<HttpResponse>(&decision)) {
        client.closed(CloseReason::Requested, WebSocket::ClosePolicyViolation,
                      refusal->body.isEmpty() ? "HTTP " + QByteArray::number(refusal->status) : refusal->body);
        return {};
    }
    auto link = std::make_unique<InProcessLink>(*this, request.peer, std::move(std::get<LinkAdmission>(decision)),
                                                std::move(client));
    if (!m_tick.isActive())
        m_tick.start();
    InProcessLink &opened = *link;
    m_inProcess.emplace(opened.id().value, std::move(link));
    opened.start();
    return opened.id();
}

InProcessLink *IoShard::inProcessLink(LinkId id) const
{
    const auto found = m_inProcess.find(id.value);
    return found == m_inProcess.end() ? nullptr : found->second.get();
}

void IoShard::dropInProcessLink(LinkId id)
{
    const auto found = m_inProcess.find(id.value);
    m_buriedLinks.push_back(std::move(found->second));
    m_inProcess.erase(found);
    requestTurn();
}

LinkId IoShard::nextInProcessId()
{
    return LinkId::make(m_index, InProcessBit | ++m_inProcessSerial);
}

void IoShard::ready(quint64 key, quint32 events)
{
    if (key & DoorKeyBit) {
        const size_t index = size_t(key & ~DoorKeyBit);
        if (index < m_doors.size())
            acceptFrom(m_doors[index]);
        return;
    }
    Connection *target = connection(key);
    if (!target)
        return;
    if ((events & EPOLLIN) && m_services.isCoreBusy && m_services.isCoreBusy()) {
        throttle(*target);
        events &= ~quint32(EPOLLIN);
    }
    if (events)
        target->handleEvents(events);
}

void IoShard::throttle(Connection &connection)
{
    m_services.counters.readingPaused.add();
    decide(TransportRules::CoreBusy, linkOf(connection), {});
    connection.setReadingPaused(Connection::PausedByShard, true);
    m_throttled.push_back(connection.key());
}

void IoShard::unthrottle()
{
    if (m_throttled.empty() || (m_services.isCoreBusy && m_services.isCoreBusy()))
        return;
    for (quint64 key : std::exchange(m_throttled, {})) {
        if (Connection *throttled = connection(key))
            throttled->setReadingPaused(Connection::PausedByShard, false);
    }
}

void IoShard::shedExcess()
{
    for (const auto &[id, link] : m_inProcess)
        link->settle();
    if (m_services.budgets.isCalm())
        return;
    std::vector<OwingLink> owing;
    for (const Slot &slot : m_slots) {
        const Connection *each = slot.connection.get();
        if (each && !each->isClosing() && each->budget().chargedBytes() > 0)
            owing.push_back({each->key(), each->linkClass(), each->budget().chargedBytes(), each->budget().site()});
    }
    for (const auto &[id, link] : m_inProcess) {
        if (link->charge().chargedBytes() > 0)
            owing.push_back({id, link->linkClass(), link->charge().chargedBytes(), link->charge().site()});
    }
    for (quint64 key : linksToShed(m_services.budgets.owed(), owing)) {
        m_services.counters.shed.add();
        if (InProcessLink *link = inProcessLink({key}))
            link->giveUp();
        else
            connection(key)->protocol()->shed();
    }
}

Deflater &IoShard::deflater()
{
    if (!m_deflater)
        m_deflater = std::make_unique<Deflater>();
    return *m_deflater;
}

Inflater &IoShard::inflater()
{
    if (!m_inflater)
        m_inflater = std::make_unique<Inflater>();
    return *m_inflater;
}

void IoShard::acceptFrom(Door &door)
{
    for (int i = 0; i < MaxAcceptsPerTurn; ++i) {
        Peer peer;
        const int descriptor = SocketIo::accept(door.descriptor, peer);
        if (descriptor >= 0) {
            adopt(descriptor, door, std::move(peer));
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            pauseAccepting();
        return;
    }
}

void IoShard::decide(const DecisionRule &rule, LinkId link, const QByteArray &subject, const QByteArray &detail,
                     const QByteArray &code)
{
    if (!m_services.decisions)
        return;
    Decision decision{&rule, link.value, {}, {}, subject};
    decision.code = code;
    decision.detail = detail;
    m_services.decisions->note(std::move(decision));
}

void IoShard::pauseAccepting()
{
    decide(TransportRules::OutOfDescriptors, {}, {}, strerror(errno));
    // The backlog stays readable, so without a pause the loop would spin on a listener it cannot serve.
    qCWarning(lcTransport, "out of descriptors, accepting again in a moment: %s (raise the limit: ulimit -n)",
              strerror(errno));
    m_isAcceptingPaused = true;
    for (size_t i = 0; i < m_doors.size(); ++i)
        m_epoll.modify(m_doors[i].descriptor, DoorKeyBit | i, 0);
}

void IoShard::adopt(int descriptor, Door &door, Peer peer)
{
    peer.isTls = bool(door.tls);
    auto stream = door.tls ? door.tls->accept(descriptor) : makePlainStream(descriptor);
    if (!stream)
        return;
    quint32 index = 0;
    if (m_freeSlots.empty()) {
        index = quint32(m_slots.size());
        m_slots.emplace_back();
    } else {
        index = m_freeSlots.back();
        m_freeSlots.pop_back();
    }
    Slot &slot = m_slots[index];
    const quint64 key = keyOf(index, ++slot.generation);
    if (!m_epoll.add(descriptor, key, EPOLLIN)) {
        m_freeSlots.push_back(index);
        return;
    }
    slot.connection = std::make_unique<Connection>(*this, *door.front, key, std::move(stream), std::move(peer));
    slot.connection->become(std::make_unique<FrontDoor>(*slot.connection));
    ++m_openCount;
    m_services.counters.connectionsAccepted.add();
    m_services.counters.connectionsOpen.add();
    // Request bytes usually arrive with the handshake; reading now saves a turn, and costs one recv when they do not.
    slot.connection->handleEvents(EPOLLIN);
}

void IoShard::scheduleVisit(quint64 key, qint64 dueMs)
{
    m_wheel.schedule(key, dueMs);
}

void IoShard::changeInterest(Connection &connection, quint32 events)
{
    m_epoll.modify(connection.descriptor(), connection.key(), events);
}

void IoShard::forget(Connection &connection)
{
    m_epoll.remove(connection.descriptor());
    m_deadSlots.push_back(quint32(connection.key()));
    --m_openCount;
    m_services.counters.connectionsOpen.add(-1);
    requestTurn();
}

void IoShard::requestTurn()
{
    if (m_turnRequested)
        return;
    m_turnRequested = true;
    m_tasks.post([this] { m_turnRequested = false; });
}

void IoShard::endTurn()
{
    std::vector<quint64> keys;
    keys.swap(m_resuming);
    for (quint64 key : keys) {
        if (Connection *resumed = connection(key)) {
            resumed->m_resumeQueued = false;
            resumed->offerLeftover();
            if (!resumed->isClosing() && resumed->m_stream->hasBufferedInput())
                resumed->readAvailable();
        }
    }
    if (m_turnEndHook)
        m_turnEndHook();
    TaskGathering::flush(); // the core works on what came in while we write
    // Flushing may close links, whose sessions may send to others: repeat until quiet.
    while (!m_dirty.empty()) {
        keys.clear();
        keys.swap(m_dirty);
        for (quint64 key : keys) {
            if (Connection *dirty = connection(key))
                dirty->flush();
        }
    }
    for (quint32 index : m_deadSlots) {
        m_slots[index].connection.reset();
        m_freeSlots.push_back(index);
    }
    m_deadSlots.clear();
    if (m_services.decisions)
        m_services.decisions->flush();
    m_buried.clear();
    m_buriedLinks.clear();
    if (m_openCount == 0 && m_shutDownDone)
        std::exchange(m_shutDownDone, nullptr)();
}

void IoShard::onTick()
{
    m_wheel.advance(m_services.clock.monotonicMs(), [this](quint64 key) {
        if (Connection *due = connection(key))
            due->handleDeadline(m_services.clock.monotonicMs());
    });
    unthrottle();
    shedExcess();
    if (m_isAcceptingPaused) {
        m_isAcceptingPaused = false;
        for (size_t i = 0; i < m_doors.size(); ++i)
            m_epoll.modify(m_doors[i].descriptor, DoorKeyBit | i, EPOLLIN);
    }
    endTurn();
}

} // namespace Tidegate
