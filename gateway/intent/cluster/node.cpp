// SPDX-License-Identifier: MIT
#include "intent/cluster/node.h"

#include "base/logging.h"
#include "intent/cluster/codec.h"
#include "intent/intentengine.h"

namespace Tidegate {

namespace {

constexpr int TickMs = 100;

enum RequestKind : quint8 { SubmitRequest, AmendRequest, DialectRequest };

} // namespace

IntentNode::IntentNode(Config config, Services services)
    : m_config(std::move(config))
    , m_services(services)
    , m_id(m_services.rng.token(9))
    , m_cutter(m_id)
    , m_told([this](const QByteArray &message) { send(subject("log"), message); })
    , m_followed(services.engine, services.store)
    , m_requests([this](quint64 number, const QByteArray &request) { ask(number, request); },
                 QStringLiteral("no gateway led in time; try again"))
{
    connect(&m_followed, &FollowedLog::advanced, this, &IntentNode::runEntered);
    connect(&m_followed, &FollowedLog::dialectActArrived, this, &IntentNode::dialectActArrived);
    connect(&m_followed, &FollowedLog::messagesMissed, this, [this](quint64 first, quint64 last) {
        m_services.counters.messagesMissed.add(qint64(last - first + 1));
        Q_EMIT actsMissed(m_inTouchMs);
    });
    connect(&m_services.engine, &IntentEngine::batchSettled, this, [this](const SettledBatchPtr &batch) {
        if (m_isLeading)
            add(SettledAct{batch->site, batch->isDecided, batch->intents}, batch->intents.back()->seq);
    });
    connect(&m_services.engine, &IntentEngine::intentAmended, this,
            [this](AmendKind kind, const IntentPtr &intent, const QByteArray &reason) {
                if (m_isLeading)
                    add(AmendedAct{kind, reason, intent}, intent->seq);
            });
    m_services.sharedStore.setDeposedHandler([this] { stepDown("another gateway leads"); });
    m_flush.setSingleShot(true);
    m_flush.setInterval(0);
    connect(&m_flush, &QTimer::timeout, this, [this] { m_told.flush(m_services.engine.floorSeq()); });
    m_tick.setInterval(TickMs);
    connect(&m_tick, &QTimer::timeout, this, &IntentNode::tick);
}

void IntentNode::start(StoreContents contents)
{
    contents.unsettled.clear(); // whose business they are is not known yet
    m_services.engine.follow(std::move(contents), *this);
    m_services.bus.open(*this);
    m_services.bus.subscribe(subject("log"));
    m_services.bus.subscribe(subject("all"));
    m_services.bus.subscribe(ownSubject() + ".*");
    m_inTouchMs = m_services.clock.monotonicMs();
    busStateChanged(m_services.bus.state());
    m_tick.start();
}

void IntentNode::stop()
{
    m_isStopped = true;
    m_tick.stop();
    if (!m_isLeading)
        return;
    m_told.flush(m_services.engine.floorSeq());
    m_isLeading = false;
}

void IntentNode::send(const QByteArray &subject, const QByteArray &bytes, const QByteArray &reply)
{
    // What is not sent shows as a hole, or is asked again.
    if (const auto sent = m_cutter.publish(m_services.bus, subject, bytes, reply); !sent)
        qCDebug(lcCluster).noquote() << "not sent" << sent.error().text;
}

void IntentNode::busStateChanged(BusState state)
{
    const qint64 now = m_services.clock.monotonicMs();
    const bool isBack = m_lostBusMs > 0;
    m_lostBusMs = state == BusState::Lost ? now : 0;
    if (state == BusState::Lost)
        return;
    if (isBack)
        Q_EMIT actsMissed(m_inTouchMs);
    // Who leads must have the time to say so.
    m_heardMs = std::max(m_heardMs, now - m_config.silenceMs + 2 * m_config.signOfLifeMs);
    m_requests.sendAgain();
}

void IntentNode::busMessage(const QByteArray &pattern, const BusMessage &message)
{
    if (m_isStopped)
        return;
    auto joined = m_joiners[pattern].take(message.payload);
    if (!joined)
        return;
    if (pattern == subject("log"))
        takeLog(*joined);
    else if (pattern == subject("all"))
        Q_EMIT dialectActArrived(*joined);
    else if (pattern == subject("lead"))
        answer(*joined, [this, reply = message.reply](const QByteArray &bytes) {
            m_told.flush(m_services.engine.floorSeq()); // rows before the answer that speaks of them
            send(reply, bytes);
        });
    else
        takeAnswer({message.subject, *joined, {}});
}

void IntentNode::takeLog(const QByteArray &bytes)
{
    auto message = decodeLogMessage(bytes);
    if (!message) {
        qCWarning(lcCluster).noquote() << "a message of the leader cannot be read:" << message.error().text;
        return;
    }
    if (message->term < m_followed.term())
        return;
    if (m_isLeading) {
        if (message->term <= m_followed.term())
            return;
        stepDown("another gateway leads a later term");
    }
    m_heardMs = m_services.clock.monotonicMs();
    const bool isNewLeader = message->term > m_followed.term();
    m_followed.take(*std::move(message), bytes.size());
    if (m_heardMs - m_inTouchMs > m_config.silenceMs)
        Q_EMIT actsMissed(m_inTouchMs);
    m_inTouchMs = m_heardMs;
    if (isNewLeader)
        m_requests.sendAgain();
}

void IntentNode::ask(quint64 number, const QByteArray &request)
{
    if (m_isLeading)
        answer(request, [this, number](const QByteArray &bytes) { m_requests.answer(number, bytes); });
    else
        send(subject("lead"), request, ownSubject() + '.' + QByteArray::number(number));
}

void IntentNode::takeAnswer(const BusMessage &message)
{
    const quint64 number = message.subject.sliced(message.subject.lastIndexOf('.') + 1).toULongLong();
    m_requests.answer(number, message.payload);
}

void IntentNode::answer(const QByteArray &request, const Reply &reply)
{
    if (!m_isLeading)
        return; // it is asked again when somebody leads
    const auto read = NodeCodec::decode(request, [&](quint8 kind, QDataStream &in) {
        if (kind == SubmitRequest) {
            IntentSubmission submission;
            NodeCodec::read(in, submission);
            if (in.status() == QDataStream::Ok)
                answerSubmission(std::move(submission), reply);
        } else if (kind == AmendRequest) {
            quint8 amendKind = 0;
            auto changed = std::make_shared<Intent>();
            QByteArray actor;
            QByteArray reason;
            in >> amendKind;
            NodeCodec::read(in, *changed);
            in >> actor >> reason;
            if (in.status() == QDataStream::Ok && amendKind <= quint8(AmendKind::Mark))
                answerAmendment(AmendKind(amendKind), changed, actor, reason, reply);
        } else if (m_answerer) {
            QByteArray bytes;
            in >> bytes;
            m_answerer(bytes, [reply](const Result<void> &done) {
                reply(done ? NodeCodec::encodeAnswer([](QDataStream &) {}) : NodeCodec::encodeError(done.error()));
            });
        }
    });
    if (!read)
        reply(NodeCodec::encodeError(read.error()));
}

void IntentNode::answerSubmission(IntentSubmission submission, const Reply &reply)
{
    m_services.engine.submit(std::move(submission), [this, reply](const Result<std::vector<IntentOutcome>> &outcomes) {
        if (!outcomes && !m_isLeading)
            return; // it is asked again when somebody leads
        if (outcomes)
            reply(NodeCodec::encodeAnswer([&outcomes](QDataStream &out) { NodeCodec::write(out, *outcomes); }));
        else
            reply(NodeCodec::encodeError(outcomes.error()));
    });
}

void IntentNode::answerAmendment(AmendKind kind, const IntentPtr &changed, const QByteArray &actor,
                                 const QByteArray &reason, const Reply &reply)
{
    const auto change = [changed](Intent &row) -> Result<void> {
        if (row.seq != changed->seq)
            return Error{ErrorCode::Conflict, QStringLiteral("the intent has moved; try again"), true};
        row = *changed;
        return {};
    };
    m_services.engine.amend(
        kind, changed->site, changed->id, actor, change,
        [reply](const Result<IntentPtr> &intent) {
            if (intent)
                reply(NodeCodec::encodeAnswer([&intent](QDataStream &out) { NodeCodec::write(out, **intent); }));
            else
                reply(NodeCodec::encodeError(intent.error()));
        },
        reason);
}

void IntentNode::submit(IntentSubmission submission, std::function<void(Result<std::vector<IntentOutcome>>)> done)
{
    auto request =
        NodeCodec::encode(SubmitRequest, [&submission](QDataStream &out) { NodeCodec::write(out, submission); });
    m_requests.add(std::move(request), m_services.clock.monotonicMs() + m_config.askPatienceMs,
                   [this, done = std::move(done)](const Result<QByteArray> &answer) {
                       auto outcomes = NodeCodec::decodeAnswer<std::vector<IntentOutcome>>(
                           answer, [](QDataStream &in, auto &value) { NodeCodec::read(in, value); });
                       quint64 newest = 0;
                       if (outcomes) {
                           for (const IntentOutcome &outcome : *outcomes)
                               newest = std::max(newest, outcome.seq);
                       }
                       whenEntered(newest, [done, outcomes = std::move(outcomes)] { done(outcomes); });
                   });
}

void IntentNode::amend(AmendKind kind, IntentPtr changed, QByteArray actor, QByteArray reason,
                       std::function<void(Result<IntentPtr>)> done)
{
    auto request = NodeCodec::encode(AmendRequest, [&](QDataStream &out) {
        out << quint8(kind);
        NodeCodec::write(out, *changed);
        out << actor << reason;
    });
    m_requests.add(std::move(request), m_services.clock.monotonicMs() + m_config.askPatienceMs,
                   [this, done = std::move(done)](const Result<QByteArray> &answer) {
                       const auto intent = NodeCodec::decodeAnswer<Intent>(
                           answer, [](QDataStream &in, auto &value) { NodeCodec::read(in, value); });
                       if (!intent) {
                           done(intent.error());
                           return;
                       }
                       whenEntered(intent->seq,
                                   [done, row = std::make_shared<const Intent>(*intent)] { done(IntentPtr(row)); });
                   });
}

void IntentNode::askLeader(const QByteArray &dialectRequest, std::function<void(Result<void>)> done)
{
    m_requests.add(NodeCodec::encode(DialectRequest, [&dialectRequest](QDataStream &out) { out << dialectRequest; }),
                   m_services.clock.monotonicMs() + m_config.askPatienceMs,
                   [done = std::move(done)](const Result<QByteArray> &answer) {
                       const auto decoded = NodeCodec::decodeAnswer<bool>(answer, [](QDataStream &, bool &) {});
                       done(decoded ? Result<void>() : Result<void>(decoded.error()));
                   });
}

void IntentNode::tell(const QByteArray &dialectAct)
{
    if (m_isLeading)
        add(DialectAct{dialectAct}, 0);
    else
        send(subject("all"), dialectAct);
}

void IntentNode::add(LogAct act, quint64 headAfter)
{
    m_told.add(std::move(act), headAfter);
    if (!m_flush.isActive())
        m_flush.start();
}

//! A client that hears of a seq may ask for what follows it at once, so it must stand in this node's log by then.
void IntentNode::whenEntered(quint64 seq, std::function<void()> then, qint64 untilMs)
{
    m_entered.add(seq, std::move(then), untilMs);
    runEntered();
}

void IntentNode::whenReached(quint64 seq, std::function<void()> then)
{
    whenEntered(seq, std::move(then), m_services.clock.monotonicMs() + m_config.cursorPatienceMs);
}

void IntentNode::runEntered()
{
    m_entered.reach(m_services.engine.headSeq());
}

void IntentNode::tick()
{
    const qint64 now = m_services.clock.monotonicMs();
    m_requests.expire(now);
    m_entered.expire(now);
    noteState(now);
    if (m_isLeading) {
        if (m_lostBusMs == 0)
            m_inTouchMs = now;
        if (m_lostBusMs > 0 && now - m_lostBusMs > m_config.silenceMs)
            stepDown("nobody hears this gateway");
        else if (now - m_spokeMs >= m_config.signOfLifeMs) {
            m_spokeMs = now;
            m_told.giveSignOfLife(m_services.engine.floorSeq());
        }
        return;
    }
    if (m_lostBusMs == 0 && now - m_heardMs > m_config.silenceMs)
        tryToLead();
}

void IntentNode::noteState(qint64 nowMs)
{
    m_services.counters.term.set(m_followed.term());
    NodeState state = NodeState::Leading;
    if (!m_isLeading && m_lostBusMs > 0)
        state = NodeState::CutOff;
    else if (!m_isLeading)
        state = nowMs - m_heardMs > m_config.silenceMs ? NodeState::Leaderless : NodeState::Following;
    if (state == NodeState(m_services.counters.state.value()))
        return;
    m_services.counters.state.set(qint64(state));
    if (state == NodeState::Leading)
        m_services.counters.timesLed.add();
    Q_EMIT stateChanged(state);
}

void IntentNode::tryToLead()
{
    if (std::exchange(m_isTrying, true))
        return;
    m_services.sharedStore.tryToLead([this](Result<SharedStore::Leadership> taken) {
        if (taken) {
            lead(*std::move(taken));
            return;
        }
        m_isTrying = false;
        if (taken.error().code != ErrorCode::Conflict)
            qCWarning(lcCluster).noquote() << "cannot lead:" << taken.error().text;
    });
}

void IntentNode::lead(SharedStore::Leadership leadership)
{
    const quint64 head = leadership.contents.headSeq;
    const qint64 term = leadership.term;
    m_followed.fillTo(head, term, [this, head, term, contents = std::move(leadership.contents)]() mutable {
        m_isTrying = false;
        if (m_isStopped)
            return;
        m_isLeading = true;
        m_told.begin(term, head);
        qCInfo(lcCluster, "this gateway leads term=%lld head=%llu unsettled=%zu", term, head,
               contents.unsettled.size());
        m_services.engine.start(std::move(contents));
        m_services.bus.subscribe(subject("lead"));
        m_told.giveSignOfLife(m_services.engine.floorSeq());
        runEntered();
        m_requests.sendAgain();
    });
}

void IntentNode::stepDown(const char *why)
{
    if (!m_isLeading)
        return;
    qCWarning(lcCluster, "this gateway leads no more term=%lld: %s", m_followed.term(), why);
    m_told.flush(m_services.engine.floorSeq());
    m_isLeading = false;
    m_services.bus.unsubscribe(subject("lead"));
    m_services.sharedStore.resign();
    m_services.engine.follow(*this);
    m_heardMs = m_services.clock.monotonicMs(); // another one first
}

} // namespace Tidegate
