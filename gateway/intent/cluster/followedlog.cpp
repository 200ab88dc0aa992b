// SPDX-License-Identifier: MIT
#include "intent/cluster/followedlog.h"

#include "base/logging.h"
#include "intent/intentengine.h"

#include <QTimer>

namespace Tidegate {

namespace {

constexpr qsizetype PageRows = 500;
constexpr int RetryMs = 300;

} // namespace

FollowedLog::FollowedLog(IntentEngine &engine, IntentStore &store)
    : m_engine(engine)
    , m_store(store)
{
}

void FollowedLog::beginTerm(qint64 term)
{
    m_term = term;
    m_number = 0;
    m_isInOrder = false;
    m_waiting.clear();
    m_waitingBytes = 0;
}

void FollowedLog::take(LogMessage message, qsizetype bytes)
{
    if (message.term < m_term)
        return; // of one who has been replaced and does not know yet
    if (message.term > m_term)
        beginTerm(message.term);
    if (!takeInOrder(message))
        wait(std::move(message), bytes);
}

bool FollowedLog::takeInOrder(const LogMessage &message)
{
    if (!m_isInOrder)
        return false;
    if (message.number <= m_number) {
        m_engine.trimBelow(message.floorSeq);
        return true;
    }
    if (!message.isSignOfLife() && message.number == m_number + 1) {
        apply(message);
        return true;
    }
    const quint64 lastMissed = message.isSignOfLife() ? message.number : message.number - 1;
    qCWarning(lcCluster, "messages of the leader missed: %llu to %llu of term %lld", m_number + 1, lastMissed, m_term);
    Q_EMIT messagesMissed(m_number + 1, lastMissed);
    m_isInOrder = false;
    return false;
}

void FollowedLog::wait(LogMessage message, qsizetype bytes)
{
    if (m_waitingBytes + bytes > MaxWaitingBytes) {
        m_waiting.clear();
        m_waitingBytes = 0;
    }
    m_waitingBytes += bytes;
    m_waiting.push_back({std::move(message), bytes});
    catchUp();
}

void FollowedLog::catchUp()
{
    while (!m_isFilling && !m_isInOrder && !m_waiting.empty()) {
        const LogMessage &first = m_waiting.front().message;
        if (m_engine.headSeq() < first.headBefore) {
            m_fillTarget = first.headBefore;
            fill();
            return;
        }
        m_number = first.isSignOfLife() ? first.number : first.number - 1;
        m_isInOrder = true;
        std::deque<Waiting> waiting = std::exchange(m_waiting, {});
        m_waitingBytes = 0;
        for (Waiting &each : waiting)
            take(std::move(each.message), each.bytes);
    }
}

void FollowedLog::apply(const LogMessage &message)
{
    m_number = message.number;
    for (const LogAct &act : message.acts) {
        if (const auto *settled = std::get_if<SettledAct>(&act)) {
            auto batch = std::make_shared<SettledBatch>();
            batch->site = settled->site;
            batch->isDecided = settled->isDecided;
            for (const IntentPtr &intent : settled->intents) {
                if (intent->seq > m_engine.headSeq()) // else it was read from the database already
                    batch->intents.push_back(intent);
            }
            if (!batch->intents.empty())
                m_engine.enter(batch);
        } else if (const auto *amended = std::get_if<AmendedAct>(&act)) {
            if (amended->intent->seq > m_engine.headSeq())
                m_engine.enterAmended(amended->kind, amended->intent, amended->reason);
        } else {
            Q_EMIT dialectActArrived(std::get<DialectAct>(act).bytes);
        }
    }
    m_engine.advanceTo(message.headAfter);
    m_engine.trimBelow(message.floorSeq);
    Q_EMIT advanced();
}

void FollowedLog::fillTo(quint64 head, qint64 term, std::function<void()> done)
{
    beginTerm(term);
    m_fillTarget = head;
    m_filled = std::move(done);
    if (!m_isFilling)
        fill();
}

void FollowedLog::fill()
{
    m_isFilling = true;
    IntentQuery query;
    query.afterSeq = m_engine.headSeq();
    query.untilSeq = m_fillTarget;
    query.limit = PageRows;
    if (query.afterSeq >= m_fillTarget) {
        m_isFilling = false;
        if (const auto filled = std::exchange(m_filled, {}))
            filled();
        else
            catchUp();
        return;
    }
    m_store.read(query, [this, target = m_fillTarget](const Result<std::vector<IntentPtr>> &rows) {
        if (!rows) {
            qCWarning(lcCluster).noquote() << "missed rows not read yet" << rows.error().text;
            QTimer::singleShot(RetryMs, this, [this] { fill(); });
            return;
        }
        enterRows(*rows);
        if (std::ssize(*rows) < PageRows)
            m_engine.advanceTo(target); // what is left below it was moved or trimmed
        Q_EMIT advanced();
        fill();
    });
}

//! In batches as far as one site goes.
void FollowedLog::enterRows(const std::vector<IntentPtr> &rows)
{
    std::shared_ptr<SettledBatch> batch;
    for (const IntentPtr &row : rows) {
        if (batch && batch->site != row->site) {
            m_engine.enter(batch);
            batch.reset();
        }
        if (!batch) {
            batch = std::make_shared<SettledBatch>();
            batch->site = row->site;
        }
        batch->intents.push_back(row);
    }
    if (batch)
        m_engine.enter(batch);
}

} // namespace Tidegate
