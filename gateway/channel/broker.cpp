// SPDX-License-Identifier: MIT
#include "channel/broker.h"

#include "base/logging.h"
#include "cluster/nodesubjects.h"

#include <algorithm>

namespace Tidegate {

namespace {

Error failure(ErrorCode code, const char *text)
{
    return {code, QString::fromLatin1(text), code == ErrorCode::Unavailable};
}

} // namespace

Broker::Broker(const Clock &clock, Rng &rng, ClusterBus &bus)
    : m_clock(clock)
    , m_rng(rng)
    , m_bus(bus)
    , m_inboxPrefix("_INBOX." + rng.bytes(12).toHex() + '.')
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { expireRequests(); });
    m_bus.open(*this);
    m_bus.subscribe(m_inboxPrefix + '*');
}

Broker::~Broker()
{
    const auto open = std::exchange(m_requests, {});
    for (const Request &request : open)
        request.answer(failure(ErrorCode::Cancelled, "the gateway stops"));
}

void Broker::addShard(int shard, BrokerShard *sink)
{
    if (size_t(shard) >= m_shards.size())
        m_shards.resize(size_t(shard) + 1);
    m_shards[size_t(shard)] = sink;
}

Broker::Slot Broker::acquire(const QByteArray &pattern)
{
    const Slot slot = m_trie.acquire(pattern);
    if (slot >= m_interests.size())
        m_interests.resize(size_t(slot) + 1);
    if (m_trie.users(slot) == 1)
        m_bus.subscribe(pattern);
    return slot;
}

void Broker::release(Slot slot)
{
    const QByteArray pattern = m_trie.users(slot) == 1 ? m_trie.pattern(slot) : QByteArray();
    if (!m_trie.release(slot))
        return;
    m_interests[slot] = {};
    m_bus.unsubscribe(pattern);
}

void Broker::attach(int shard, const QByteArray &pattern)
{
    const Slot slot = acquire(pattern);
    m_interests[slot].shards.set(size_t(shard));
}

void Broker::detach(int shard, const QByteArray &pattern)
{
    const Slot slot = m_trie.find(pattern);
    if (slot == SubjectTrie::None || !m_interests[slot].shards.test(size_t(shard))) {
        qCCritical(lcHub, "detach without attach pattern=%s shard=%d", pattern.constData(), shard);
        return;
    }
    m_interests[slot].shards.reset(size_t(shard));
    release(slot);
}

Broker::ConsumerId Broker::subscribe(const QByteArray &pattern, Consumer consumer, const QByteArray &group)
{
    const Slot slot = acquire(pattern);
    const ConsumerId id = ++m_lastConsumer;
    m_consumers.insert(id, std::make_shared<Subscriber>(Subscriber{slot, std::move(consumer)}));
    auto &groups = m_interests[slot].groups;
    if (!groups)
        groups = std::make_unique<std::vector<Group>>();
    auto known = std::find_if(groups->begin(), groups->end(), [&](const Group &each) { return each.name == group; });
    if (known == groups->end())
        known = groups->insert(known, Group{group, {}, 0});
    known->members.push_back(id);
    return id;
}

void Broker::unsubscribe(ConsumerId id)
{
    const auto subscriber = m_consumers.take(id);
    if (!subscriber)
        return;
    auto &groups = m_interests[subscriber->slot].groups;
    for (Group &group : *groups)
        std::erase(group.members, id);
    std::erase_if(*groups, [](const Group &group) { return group.members.empty(); });
    if (groups->empty())
        groups.reset();
    release(subscriber->slot);
}

Result<void> Broker::publish(const PublicationPtr &message)
{
    if (takeAnswer(message->stream, message->body))
        return {};
    routeHere(message);
    return m_bus.publish({message->stream, message->body, message->reply});
}

bool Broker::routeHere(const PublicationPtr &message)
{
    std::bitset<MaxShards> shards;
    std::vector<ConsumerId> consumers;
    m_trie.match(message->stream, [&](Slot slot) {
        Interest &interest = m_interests[slot];
        shards |= interest.shards;
        if (interest.groups)
            collectConsumers(interest, consumers);
    });
    for (size_t shard = 0; shard < m_shards.size(); ++shard) {
        if (shards.test(shard))
            m_shards[shard]->route(message);
    }
    call(consumers, message);
    return shards.any() || !consumers.empty();
}

void Broker::collectConsumers(Interest &interest, std::vector<ConsumerId> &consumers)
{
    for (Group &group : *interest.groups) {
        if (group.name.isEmpty())
            consumers.insert(consumers.end(), group.members.begin(), group.members.end());
        else
            consumers.push_back(group.members[group.next++ % group.members.size()]);
    }
}

void Broker::call(const std::vector<ConsumerId> &consumers, const PublicationPtr &message)
{
    for (const ConsumerId id : consumers) {
        // Held while it runs: it may unsubscribe itself.
        if (const auto subscriber = m_consumers.value(id))
            subscriber->consumer(message);
    }
}

void Broker::request(const QByteArray &subject, const QByteArray &payload, qint64 timeoutMs, Answer answer)
{
    if (m_requests.size() >= qsizetype(MaxRequests)) {
        answer(failure(ErrorCode::RateLimited, "too many requests are open"));
        return;
    }
    // A guess of another request's address must not find it.
    const QByteArray reply = m_inboxPrefix + m_rng.bytes(8).toHex() + QByteArray::number(++m_lastRequest, 36);
    Request request;
    request.answer = std::move(answer);
    request.deadline = m_deadlines.emplace(m_clock.monotonicMs() + timeoutMs, reply);
    m_requests.insert(reply, std::move(request));

    auto message = std::make_shared<Publication>();
    message->stream = subject;
    message->body = payload;
    message->reply = reply;
    const bool isHeardHere = routeHere(message);
    const auto open = m_requests.find(reply);
    if (open == m_requests.end())
        return; // answered already
    open->hasLocalResponder = isHeardHere;
    const bool isSent = m_bus.state() == BusState::Connected && m_bus.publish({subject, payload, reply}).has_value();
    if (!isHeardHere && !isSent) {
        finish(reply, m_bus.state() == BusState::Alone
                          ? failure(ErrorCode::NotFound, "no responders")
                          : failure(ErrorCode::Unavailable, "the broker cannot be reached"));
        return;
    }
    if (timeoutMs <= 0)
        finish(reply, failure(ErrorCode::Timeout, "timed out"));
    else
        armTimer();
}

bool Broker::takeAnswer(const QByteArray &subject, const QByteArray &payload)
{
    if (!subject.startsWith(m_inboxPrefix))
        return false;
    finish(subject, payload); // a late answer is nobody's
    return true;
}

void Broker::finish(const QByteArray &reply, Result<QByteArray> outcome)
{
    const auto found = m_requests.find(reply);
    if (found == m_requests.end())
        return;
    const Answer answer = std::move(found->answer);
    m_deadlines.erase(found->deadline);
    m_requests.erase(found);
    answer(std::move(outcome));
}

void Broker::expireRequests()
{
    while (!m_deadlines.empty() && m_deadlines.begin()->first <= m_clock.monotonicMs()) {
        const QByteArray reply = m_deadlines.begin()->second;
        finish(reply, failure(ErrorCode::Timeout, "timed out"));
    }
    armTimer();
}

void Broker::armTimer()
{
    if (m_deadlines.empty()) {
        m_timer.stop();
        return;
    }
    const qint64 left = std::max<qint64>(1, m_deadlines.begin()->first - m_clock.monotonicMs());
    if (!m_timer.isActive() || m_timer.remainingTime() > left)
        m_timer.start(int(left));
}

void Broker::busMessage(const QByteArray &pattern, const BusMessage &message)
{
    if (takeAnswer(message.subject, message.payload) || message.subject.startsWith(NodeSubjectPrefix))
        return;
    const Slot slot = m_trie.find(pattern);
    if (slot == SubjectTrie::None)
        return; // unsubscribed while it was on its way
    auto publication = std::make_shared<Publication>();
    publication->stream = message.subject;
    publication->body = message.payload;
    publication->reply = message.reply;
    Interest &interest = m_interests[slot];
    const std::bitset<MaxShards> shards = interest.shards;
    std::vector<ConsumerId> consumers;
    if (interest.groups)
        collectConsumers(interest, consumers);
    for (size_t shard = 0; shard < m_shards.size(); ++shard) {
        if (shards.test(shard))
            m_shards[shard]->routeTo(pattern, publication);
    }
    call(consumers, publication);
}

void Broker::busNoResponders(const QByteArray &reply)
{
    const auto found = m_requests.constFind(reply);
    if (found != m_requests.constEnd() && !found->hasLocalResponder)
        finish(reply, failure(ErrorCode::NotFound, "no responders"));
}

void Broker::busStateChanged(BusState state)
{
    if (m_stateHeard)
        m_stateHeard(state);
    if (state != BusState::Lost)
        return;
    QByteArrayList lost;
    for (auto request = m_requests.cbegin(); request != m_requests.cend(); ++request) {
        if (!request->hasLocalResponder)
            lost.append(request.key());
    }
    for (const QByteArray &reply : lost)
        finish(reply, failure(ErrorCode::Unavailable, "the broker cannot be reached"));
}

qsizetype Broker::memoryBytes() const
{
    return m_trie.memoryBytes() + qsizetype(m_interests.capacity() * sizeof(Interest));
}

} // namespace Tidegate
