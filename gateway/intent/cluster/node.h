// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/rng.h"
#include "cluster/clusterbus.h"
#include "cluster/nodesubjects.h"
#include "cluster/openrequests.h"
#include "cluster/parcels.h"
#include "cluster/positionwaiters.h"
#include "intent/cluster/followedlog.h"
#include "intent/cluster/toldlog.h"
#include "intent/intentleader.h"
#include "intent/nodecounters.h"
#include "intent/sharedstore.h"

#include <QTimer>

namespace Tidegate {

class IntentEngine;

//! This gateway as one of several on one database and one NATS server that decide intents as one. One of them leads:
//! its engine is the sequencer. The others ask it and put what it tells into their own engines. README.md has the
//! rules. Core thread.
class IntentNode final : public QObject, public IntentLeader, private BusReceiver
{
    Q_OBJECT
public:
    struct Config
    {
        QByteArray name;               //!< of the deployment; one token of a subject
        qint64 askPatienceMs = 15'000; //!< until somebody leads and answers
        qint64 signOfLifeMs = 500;
        qint64 silenceMs = 2'000;        //!< without a sign of life: the leader is gone
        qint64 cursorPatienceMs = 3'000; //!< for rows that a client has already seen elsewhere
    };
    struct Services
    {
        IntentEngine &engine;
        IntentStore &store;
        SharedStore &sharedStore; //!< the same one
        ClusterBus &bus;          //!< of this node alone
        const Clock &clock;
        Rng &rng;
        NodeCounters &counters;
    };

    IntentNode(Config config, Services services);

    //! After the engine's listeners are there. The store is open; \p contents is what it held.
    void start(StoreContents contents);
    //! Lets somebody else lead at once, and asks and tells nothing more.
    void stop();

    bool isLeading() const { return m_isLeading; }

    void submit(IntentSubmission submission, std::function<void(Result<std::vector<IntentOutcome>>)> done) override;
    void amend(AmendKind kind, IntentPtr changed, QByteArray actor, QByteArray reason,
               std::function<void(Result<IntentPtr>)> done) override;
    void whenReached(quint64 seq, std::function<void()> then) override;

    //! To the dialect of every other node: from the leader in the log's order, from others whenever it arrives.
    void tell(const QByteArray &dialectAct);
    //! To the dialect of the leader.
    void askLeader(const QByteArray &dialectRequest, std::function<void(Result<void>)> done);
    //! What answers that while this node leads.
    using Answerer = std::function<void(const QByteArray &dialectRequest, std::function<void(Result<void>)> done)>;
    void setAnswerer(Answerer answerer) { m_answerer = std::move(answerer); }

Q_SIGNALS:
    void dialectActArrived(const QByteArray &act);
    //! Acts of dialects since then (monotonic) may have been lost on the way.
    void actsMissed(qint64 sinceMs);
    //! Also in the counters by now, with the term.
    void stateChanged(Tidegate::NodeState state);

private:
    using Reply = std::function<void(const QByteArray &answer)>;

    void busMessage(const QByteArray &pattern, const BusMessage &message) override;
    void busNoResponders(const QByteArray &) override {} // asked again when somebody leads
    void busStateChanged(BusState state) override;

    void takeLog(const QByteArray &bytes);
    void takeAnswer(const BusMessage &message);
    void answer(const QByteArray &request, const Reply &reply);
    void answerSubmission(IntentSubmission submission, const Reply &reply);
    void answerAmendment(AmendKind kind, const IntentPtr &changed, const QByteArray &actor, const QByteArray &reason,
                         const Reply &reply);
    void send(const QByteArray &subject, const QByteArray &bytes, const QByteArray &reply = {});
    void ask(quint64 number, const QByteArray &request);
    void add(LogAct act, quint64 headAfter);

    void tick();
    void noteState(qint64 nowMs);
    void tryToLead();
    void lead(SharedStore::Leadership leadership);
    void stepDown(const char *why);
    void whenEntered(quint64 seq, std::function<void()> then, qint64 untilMs = PositionWaiters::Forever);
    void runEntered();
    QByteArray subject(const char *name) const { return NodeSubjectPrefix + m_config.name + '.' + name; }
    QByteArray ownSubject() const { return subject("to.") + m_id; }

    const Config m_config;
    Services m_services;
    const QByteArray m_id;
    ParcelCutter m_cutter;
    QHash<QByteArray, ParcelJoiner> m_joiners; //!< by pattern
    ToldLog m_told;
    FollowedLog m_followed;
    OpenRequests m_requests;
    Answerer m_answerer;
    PositionWaiters m_entered; //!< by seq
    QTimer m_tick;
    QTimer m_flush;
    bool m_isLeading = false;
    bool m_isTrying = false;
    bool m_isStopped = false;
    qint64 m_heardMs = 0;   //!< when the leader last gave a sign of life
    qint64 m_inTouchMs = 0; //!< until when acts of dialects surely came through
    qint64 m_lostBusMs = 0; //!< since when the bus is lost; 0 = it is not
    qint64 m_spokeMs = 0;
};

} // namespace Tidegate
