// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "cluster/clusterbus.h"
#include "cluster/nodesubjects.h"
#include "cluster/openrequests.h"
#include "cluster/parcels.h"
#include "cluster/positionwaiters.h"
#include "document/cluster/answered.h"
#include "document/documentleader.h"
#include "document/sharedstore.h"

#include <QTimer>

namespace Tidegate {

class DocumentRegistry;

//! This gateway as one of several whose documents are the same ones: README.md has the rules. One of them leads, and
//! its registry decides; the others' ask it and follow what it writes. Core thread.
class DocumentNode final : public QObject, public DocumentLeader, private BusReceiver
{
    Q_OBJECT
public:
    struct Config
    {
        QByteArray name; //!< of the deployment; one token of a subject
        QByteArray id;   //!< of this gateway's life; one token of a subject
        qint64 askPatienceMs = 10'000;
        qsizetype openBytes = 64 * 1024 * 1024; //!< of what was asked and is not answered; more fails
        qint64 tryMs = 500;
        qint64 renewMs = 1'000;
        qint64 silenceMs = 2'000; //!< without the bus: nobody reaches this gateway
    };
    struct Services
    {
        DocumentRegistry &registry;
        SharedDocumentStore &store;
        ClusterBus &bus; //!< of this node alone
        const Clock &clock;
    };

    //! The store is open and its events have not run yet.
    DocumentNode(Config config, Services services);

    //! Before the registry starts.
    void start();
    //! Asks, answers and tells nothing more.
    void stop();

    bool isLeading() const { return m_isLeading; }

    void propose(Proposal proposal, ProposalDone done) override;
    void order(DocumentOrder order, DocumentDone done) override;

Q_SIGNALS:
    void leadChanged(bool isLeading);
    //! Without NATS nothing is decided, and nothing of other gateways arrives.
    void reachabilityChanged(bool isReachable);

private:
    using Reply = std::function<void(const QByteArray &answer)>;

    void busMessage(const QByteArray &pattern, const BusMessage &message) override;
    void busNoResponders(const QByteArray &) override {} // asked again when somebody leads
    void busStateChanged(BusState state) override;

    void takeWrite(const DocumentWrite &write);
    void takeTerm(bool isThisGateway);
    void stepDown(const char *why);
    void whenEntered(quint64 position, std::function<void()> then);
    void runEntered();

    void add(const QByteArray &writeId, const QByteArray &request, OpenRequests::Done done);
    void ask(quint64 number, const QByteArray &request);
    void answer(const QByteArray &node, const QByteArray &bytes, const Reply &reply);
    void serve(const QByteArray &request, const Reply &reply);
    void send(const QByteArray &subject, const QByteArray &bytes, const QByteArray &reply = {});
    const char *obstacle() const;

    void tick();
    QByteArray subject(const char *name) const { return NodeSubjectPrefix + m_config.name + ".documents." + name; }
    QByteArray subjectTo(const QByteArray &node) const { return subject("to.") + node; }

    const Config m_config;
    const Services m_services;
    ParcelCutter m_cutter;
    ParcelJoiner m_toLeader;
    ParcelJoiner m_toThis;
    OpenRequests m_requests;
    QMultiHash<QByteArray, quint64> m_awaited; //!< requests, by the id that the write has which answers them
    AnsweredRequests m_answered;
    PositionWaiters m_entered; //!< answers that wait for the log, by place
    QTimer m_tick;
    bool m_isLeading = false;
    bool m_isStopped = false;
    bool m_wasConnected = false;
    qint64 m_lostBusMs = 0; //!< since when the bus is lost; 0 = it is not
    qint64 m_triedMs = 0;
    quint64 m_lastKey = 0;
};

} // namespace Tidegate
