// SPDX-License-Identifier: MIT
#include "cluster/nats/bus.h"

#include "base/logging.h"
#include "cluster/nats/line.h"

namespace Tidegate {

namespace {
constexpr qsizetype CallCostBytes = 128; //!< of a message besides its bytes
}

Result<std::unique_ptr<NatsBus>> NatsBus::create(Config config, BusCounters &counters)
{
    if (auto checked = Line::check(config.url); !checked)
        return checked.error();
    return std::unique_ptr<NatsBus>(new NatsBus(std::move(config), counters));
}

NatsBus::NatsBus(Config config, BusCounters &counters)
    : m_config(std::move(config))
    , m_counters(counters)
    , m_home(std::make_shared<TaskQueue>())
    , m_calls(std::make_unique<TaskQueue>())
{
    m_counters.state.set(qint64(m_state));
    m_thread.setObjectName(QStringLiteral("nats"));
    m_calls->moveToThread(&m_thread);
    m_thread.start();
}

NatsBus::~NatsBus()
{
    m_home->close();
    TaskGathering::flush(); // what was posted last goes before the end
    QMetaObject::invokeMethod(
        m_calls.get(), [this] { m_line.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void NatsBus::open(BusReceiver &receiver)
{
    m_receiver = &receiver;
    Line::Events events;
    events.message = [this](const QByteArray &pattern, const BusMessage &message) {
        m_counters.received.add();
        m_receiver->busMessage(pattern, message);
    };
    events.noResponders = [this](const QByteArray &reply) { m_receiver->busNoResponders(reply); };
    events.state = [this](BusState state) { changeState(state); };
    const Line::Config line{m_config.url, m_config.queueBytes, m_config.inboundBytes, m_config.reconnectWaitMs};
    m_calls->post([this, line, events = std::move(events)]() mutable {
        m_line = std::make_unique<Line>(line, m_home, std::move(events), m_counters);
    });
}

void NatsBus::changeState(BusState state)
{
    if (state == m_state)
        return;
    m_state = state;
    m_keptBytes = 0;
    m_counters.state.set(qint64(state));
    if (state == BusState::Lost)
        m_counters.timesLost.add();
    m_receiver->busStateChanged(state);
}

void NatsBus::subscribe(const QByteArray &pattern)
{
    m_counters.patterns.add();
    m_calls->post([this, pattern] { m_line->subscribe(pattern); });
}

void NatsBus::unsubscribe(const QByteArray &pattern)
{
    m_counters.patterns.add(-1);
    m_calls->post([this, pattern] { m_line->unsubscribe(pattern); });
}

Result<void> NatsBus::publish(const BusMessage &message)
{
    if (const qint64 most = m_counters.maxPayloadBytes.value(); most > 0 && message.payload.size() > most) {
        m_counters.publishesRefused.add();
        return Error{ErrorCode::TooLarge, QStringLiteral("the broker takes %1 bytes at most").arg(most)};
    }
    const qsizetype cost = message.subject.size() + message.payload.size() + message.reply.size() + CallCostBytes;
    const qint64 waiting = m_state == BusState::Lost ? m_keptBytes : m_calls->backlogBytes();
    if (waiting + cost > m_config.queueBytes) {
        m_counters.publishesRefused.add();
        return Error{ErrorCode::Unavailable, QStringLiteral("the queue to the broker is full"), true};
    }
    if (m_state == BusState::Lost)
        m_keptBytes += cost;
    m_counters.published.add();
    m_calls->post([this, message] { m_line->publish(message); }, cost);
    return {};
}

} // namespace Tidegate
