// SPDX-License-Identifier: MIT
#include "document/cluster/node.h"

#include "document/cluster/codec.h"
#include "document/documentlogging.h"
#include "document/documentregistry.h"

namespace Tidegate {

namespace {

constexpr int TickMs = 100;
const char UnreachableText[] = "the gateways cannot reach each other; nothing was recorded, try again";
const char FullText[] = "too much waits for the gateway that decides; nothing was recorded, try again";

enum RequestKind : quint8 { ProposeRequest, OrderRequest };

//! What \p write is recognised by where it was asked for.
QByteArray writeId(const DocumentWrite &write)
{
    const auto *transaction = std::get_if<RecordTransaction>(&write);
    if (transaction)
        return transaction->record.idempotencyId;
    return std::visit(
        [](const auto &each) {
            if constexpr (std::is_same_v<std::decay_t<decltype(each)>, RecordTransaction>)
                return QByteArray();
            else
                return each.requestId;
        },
        write);
}

//! \p Value with the place of the log that it is true from.
template <typename Value>
struct Placed
{
    quint64 place = 0;
    Value value;
};

QByteArray encodePlaced(quint64 place, const ProposalOutcome &outcome)
{
    return NodeCodec::encodeAnswer([&](QDataStream &out) {
        out << place;
        NodeCodec::write(out, outcome);
    });
}

QByteArray encodePlaced(quint64 place, const Result<void> &outcome)
{
    return NodeCodec::encodeAnswer([&](QDataStream &out) {
        out << place << outcome.has_value();
        if (!outcome)
            NodeCodec::write(out, outcome.error());
    });
}

void read(QDataStream &in, ProposalOutcome &outcome)
{
    NodeCodec::read(in, outcome);
}

void read(QDataStream &in, Result<void> &outcome)
{
    bool isDone = false;
    in >> isDone;
    if (isDone)
        return;
    Error error;
    NodeCodec::read(in, error);
    outcome = error;
}

template <typename Value>
Result<Placed<Value>> decodePlaced(const Result<QByteArray> &answer)
{
    return NodeCodec::decodeAnswer<Placed<Value>>(answer, [](QDataStream &in, Placed<Value> &placed) {
        in >> placed.place;
        read(in, placed.value);
    });
}

} // namespace

DocumentNode::DocumentNode(Config config, Services services)
    : m_config(std::move(config))
    , m_services(services)
    , m_cutter(m_config.id)
    , m_requests([this](quint64 number, const QByteArray &request) { ask(number, request); },
                 QStringLiteral("no gateway decided in time; it is not known whether it was recorded"))
{
    m_services.store.setEvents({
        [this](const DocumentWrite &write) { takeWrite(write); },
        [this](StoredDocuments contents) {
            m_services.registry.reset(std::move(contents));
            runEntered();
        },
        [this](const char *why) { stepDown(why); },
        [this](bool isThisGateway) { takeTerm(isThisGateway); },
        [this](bool isReachable) {
            if (isReachable)
                qCInfo(lcDocument, "documents: NATS is there again");
            else
                qCWarning(lcDocument, "documents: NATS is lost; they can be read, proposals fail");
            Q_EMIT reachabilityChanged(isReachable);
        },
    });
    m_tick.setInterval(TickMs);
    connect(&m_tick, &QTimer::timeout, this, &DocumentNode::tick);
}

void DocumentNode::start()
{
    m_services.registry.follow(*this);
    m_services.bus.open(*this);
    m_services.bus.subscribe(subjectTo(m_config.id) + ".*");
    m_services.bus.subscribe(subject("leads"));
    busStateChanged(m_services.bus.state());
    m_tick.start();
    tick();
}

void DocumentNode::stop()
{
    m_isStopped = true;
    m_tick.stop();
}

//! Why nobody can be asked, or null.
const char *DocumentNode::obstacle() const
{
    if (!m_services.store.isReachable() || (m_wasConnected && m_lostBusMs > 0))
        return UnreachableText;
    return m_requests.bytes() > m_config.openBytes ? FullText : nullptr;
}

void DocumentNode::propose(Proposal proposal, ProposalDone done)
{
    if (const char *why = obstacle())
        return done(FailedProposal{why});
    // Whatever becomes of this gateway and of the one that decides, it is recognised when it stands in the log.
    if (proposal.idempotencyKey.isEmpty())
        proposal.idempotencyKey = m_config.id + '/' + QByteArray::number(++m_lastKey);
    const QByteArray request =
        NodeCodec::encode(ProposeRequest, [&proposal](QDataStream &out) { NodeCodec::write(out, proposal); });
    add(idempotencyIdOf(proposal), request, [this, done = std::move(done)](const Result<QByteArray> &answer) {
        auto outcome = decodePlaced<ProposalOutcome>(answer);
        if (!outcome)
            return done(FailedProposal{outcome.error().text.toUtf8()});
        whenEntered(outcome->place, [done, value = std::move(outcome->value)] { done(value); });
    });
}

void DocumentNode::order(DocumentOrder order, DocumentDone done)
{
    // What a gateway makes at its start waits until the gateways have found each other.
    const char *why = order.kind == DocumentOrder::Kind::Seed ? nullptr : obstacle();
    if (why)
        return done(Error{ErrorCode::Unavailable, QString::fromLatin1(why), true});
    order.requestId = m_config.id + '/' + QByteArray::number(++m_lastKey);
    const QByteArray request =
        NodeCodec::encode(OrderRequest, [&order](QDataStream &out) { NodeCodec::write(out, order); });
    add(order.requestId, request, [this, done = std::move(done)](const Result<QByteArray> &answer) {
        auto outcome = decodePlaced<Result<void>>(answer);
        if (!outcome)
            return done(outcome.error());
        whenEntered(outcome->place, [done, value = std::move(outcome->value)] { done(value); });
    });
}

void DocumentNode::add(const QByteArray &writeId, const QByteArray &request, OpenRequests::Done done)
{
    const quint64 number = m_requests.next();
    m_awaited.insert(writeId, number);
    m_requests.add(request, m_services.clock.monotonicMs() + m_config.askPatienceMs,
                   [this, writeId, number, done = std::move(done)](const Result<QByteArray> &answer) {
                       m_awaited.remove(writeId, number);
                       done(answer);
                   });
}

void DocumentNode::ask(quint64 number, const QByteArray &request)
{
    const QByteArray bytes = NodeCodec::encode(
        0, [&](QDataStream &out) { out << m_services.store.term() << number << m_requests.oldest() << request; });
    if (m_isLeading)
        answer(m_config.id, bytes, [this, number](const QByteArray &answered) { m_requests.answer(number, answered); });
    else
        send(subject("lead"), bytes, subjectTo(m_config.id) + '.' + QByteArray::number(number));
}

void DocumentNode::send(const QByteArray &subject, const QByteArray &bytes, const QByteArray &reply)
{
    // What is not sent is asked again in the next term, or runs into its deadline.
    if (const auto sent = m_cutter.publish(m_services.bus, subject, bytes, reply); !sent)
        qCDebug(lcDocument).noquote() << "not sent" << sent.error().text;
}

void DocumentNode::busMessage(const QByteArray &pattern, const BusMessage &message)
{
    if (m_isStopped)
        return;
    if (pattern == subject("leads"))
        return m_requests.sendAgain();
    const bool isRequest = pattern == subject("lead");
    const auto joined = (isRequest ? m_toLeader : m_toThis).take(message.payload);
    if (!joined)
        return;
    const qsizetype dot = message.subject.lastIndexOf('.');
    if (!isRequest)
        return m_requests.answer(message.subject.sliced(dot + 1).toULongLong(), *joined);
    const QByteArrayList reply = message.reply.split('.');
    if (reply.size() > 1)
        answer(reply[reply.size() - 2], *joined,
               [this, to = message.reply](const QByteArray &bytes) { send(to, bytes); });
}

void DocumentNode::answer(const QByteArray &node, const QByteArray &bytes, const Reply &reply)
{
    if (!m_isLeading)
        return; // it is asked again when somebody leads
    quint64 term = 0;
    quint64 number = 0;
    quint64 oldestOpen = 0;
    QByteArray request;
    const auto decoded =
        NodeCodec::decode(bytes, [&](quint8, QDataStream &in) { in >> term >> number >> oldestOpen >> request; });
    if (!decoded)
        return reply(NodeCodec::encodeError(decoded.error()));
    // It must have read all that was written before this term, or it may ask for what already is; it asks again then.
    // If it has read of a later term, this one is over.
    if (term != m_services.store.term())
        return;
    const AnsweredRequests::Known known = m_answered.note(node, number, oldestOpen);
    if (known.answer)
        return reply(*known.answer);
    if (!known.isNew)
        return;
    serve(request, [this, node, number, reply](const QByteArray &answered) {
        m_answered.answer(node, number, answered);
        reply(answered);
    });
}

void DocumentNode::serve(const QByteArray &request, const Reply &reply)
{
    const auto decoded = NodeCodec::decode(request, [&](quint8 kind, QDataStream &in) {
        if (kind == ProposeRequest) {
            Proposal proposal;
            NodeCodec::read(in, proposal);
            proposal.isHeld = true;
            if (in.status() == QDataStream::Ok)
                m_services.registry.propose(std::move(proposal), [this, reply](const ProposalOutcome &outcome) {
                    reply(encodePlaced(m_services.store.position(), outcome));
                });
        } else {
            DocumentOrder order;
            NodeCodec::read(in, order);
            if (in.status() == QDataStream::Ok)
                m_services.registry.order(std::move(order), [this, reply](const Result<void> &outcome) {
                    reply(encodePlaced(m_services.store.position(), outcome));
                });
        }
    });
    if (!decoded)
        reply(NodeCodec::encodeError(decoded.error()));
}

void DocumentNode::takeWrite(const DocumentWrite &write)
{
    m_services.registry.apply(write);
    // It may have been asked of a gateway that does not live to answer.
    if (const QByteArray id = writeId(write); !id.isEmpty() && m_awaited.contains(id)) {
        const auto *transaction = std::get_if<RecordTransaction>(&write);
        const quint64 place = m_services.store.position();
        const QByteArray bytes =
            transaction ? encodePlaced(place, RecordedProposal{transaction->record.seq, transaction->record.accepted})
                        : encodePlaced(place, Result<void>());
        const QList<quint64> numbers = m_awaited.values(id);
        for (const quint64 number : numbers)
            m_requests.answer(number, bytes);
    }
    runEntered();
}

void DocumentNode::takeTerm(bool isThisGateway)
{
    if (m_isStopped)
        return;
    if (isThisGateway) {
        m_isLeading = true;
        qCInfo(lcDocument, "documents: this gateway decides place=%llu", m_services.store.position());
        m_services.registry.lead(m_services.store.position());
        m_services.bus.subscribe(subject("lead"));
        // Who read of this term first has asked before anybody listened.
        (void)m_services.bus.publish({subject("leads"), {}, {}});
        Q_EMIT leadChanged(true);
    }
    runEntered();
    // What the one before wrote has been read, so nobody records it a second time.
    m_requests.sendAgain();
}

void DocumentNode::stepDown(const char *why)
{
    if (!std::exchange(m_isLeading, false))
        return;
    qCWarning(lcDocument, "documents: this gateway decides no more: %s", why);
    m_services.bus.unsubscribe(subject("lead"));
    m_answered.clear();
    m_services.registry.follow(*this);
    Q_EMIT leadChanged(false);
}

//! A client that hears of a transaction may ask for what follows it at once, so it must be here by then.
void DocumentNode::whenEntered(quint64 position, std::function<void()> then)
{
    m_entered.add(position, std::move(then));
    runEntered();
}

void DocumentNode::runEntered()
{
    m_entered.reach(m_services.store.position());
}

void DocumentNode::busStateChanged(BusState state)
{
    m_lostBusMs = state == BusState::Lost ? m_services.clock.monotonicMs() : 0;
    if (state == BusState::Lost)
        return;
    m_wasConnected = true;
    if (!m_isLeading)
        m_requests.sendAgain();
}

void DocumentNode::tick()
{
    const qint64 now = m_services.clock.monotonicMs();
    m_requests.expire(now);
    const qint64 pause = m_isLeading ? m_config.renewMs : m_config.tryMs;
    if (m_isLeading && m_lostBusMs > 0 && now - m_lostBusMs > m_config.silenceMs)
        m_services.store.resign();
    if (m_lostBusMs > 0 || (m_triedMs > 0 && now - m_triedMs < pause))
        return;
    m_triedMs = now;
    if (m_isLeading)
        m_services.store.renewLead();
    else
        m_services.store.tryToLead();
}

} // namespace Tidegate
