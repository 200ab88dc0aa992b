// SPDX-License-Identifier: MIT
#pragma once

#include "intent/cluster/logmessage.h"
#include "intent/intentstore.h"

#include <QObject>

#include <deque>
#include <functional>

namespace Tidegate {

class IntentEngine;

//! Puts what the leader tells into this node's engine, in the log's order and without a hole: what was missed is read
//! from the database before anything later is let in. Core thread. Bound: MaxWaitingBytes of messages that wait behind
//! a hole; beyond it they are dropped, which only makes the hole larger.
class FollowedLog final : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype MaxWaitingBytes = 32 * 1024 * 1024;

    //! Borrowed.
    FollowedLog(IntentEngine &engine, IntentStore &store);

    //! \p bytes is what the message weighs.
    void take(LogMessage message, qsizetype bytes);
    //! Reads up to \p head from the database, then runs \p done. What is told meanwhile is dropped: this node is to
    //! lead.
    void fillTo(quint64 head, qint64 term, std::function<void()> done);

    qint64 term() const { return m_term; }
    bool isInOrder() const { return m_isInOrder; }

Q_SIGNALS:
    //! The engine's head has moved.
    void advanced();
    void dialectActArrived(const QByteArray &act);
    //! Messages \p first to \p last never came. Their rows are read; what dialects published with them is lost.
    void messagesMissed(quint64 first, quint64 last);

private:
    struct Waiting
    {
        LogMessage message;
        qsizetype bytes;
    };

    void beginTerm(qint64 term);
    bool takeInOrder(const LogMessage &message);
    void wait(LogMessage message, qsizetype bytes);
    void catchUp();
    void apply(const LogMessage &message);
    void fill();
    void enterRows(const std::vector<IntentPtr> &rows);

    IntentEngine &m_engine;
    IntentStore &m_store;
    qint64 m_term = 0;
    quint64 m_number = 0;
    bool m_isInOrder = false;
    std::deque<Waiting> m_waiting;
    qsizetype m_waitingBytes = 0;
    quint64 m_fillTarget = 0;
    bool m_isFilling = false;
    std::function<void()> m_filled;
};

} // namespace Tidegate
