// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionbatch.h"
#include "base/eventlog.h"
#include "document/documentregistry.h"
#include "session/sharedata/counters.h"
#include "session/sharedata/profile.h"
#include "session/sharedata/proposalgate.h"
#include "session/sharedata/remoteaccess.h"
#include "session/sharedata/subscription.h"
#include "session/sharedata/ticketdesk.h"
#include "sharedata/frames.h"
#include "transport/link.h"

#include <QSet>

#include <deque>

namespace Tidegate::ShareData {

//! What the core answers to a session. Applied in the order posted, so frames, joins and publications never overtake
//! each other; results are sent behind what the turn fans out, so that a proposer sees the transaction first.
struct Reply
{
    struct Join
    {
        QByteArray documentId;
        QByteArray stream;
    };
    struct Close
    {
        quint16 code = 0;
        QByteArray text;
    };
    QByteArray leave; //!< document id; done before anything else. Empty = none
    std::vector<QByteArray> frames;
    std::optional<Join> join; //!< after the frames
    std::vector<QByteArray> results;
    int decided = 0; //!< of the frames that the session handed over, this many have their answer
    qsizetype decidedBytes = 0;
    bool tellsWhenTaken = false; //!< the link's next frames wait until the peer has taken what it is owed
    std::optional<Close> close;

    qsizetype byteSize() const;
    template <typename Frame>
    static Reply to(const Frame &frame)
    {
        Reply reply;
        reply.decided = 1;
        reply.decidedBytes = ShareData::byteSize(frame);
        return reply;
    }
};

//! The dialect's verbs on the core thread: what sessions ask for, each connection's in the order it asked. Holds no
//! socket; answers go back as Reply values.
class Service final : public QObject
{
    Q_OBJECT
public:
    struct Services
    {
        Hub &hub;
        DocumentRegistry &documents;
        const Clock &clock;
        EventLog &log;
        Counters &counters;
        //! Crosses to the link's shard.
        std::function<void(LinkId, Reply)> reply;
        RemoteAccess *remote = nullptr;     //!< null = tokens and rules alone decide
        DecisionBatch *decisions = nullptr; //!< null = nobody records
        TicketDesk *tickets = nullptr;      //!< null = there are none
    };

    Service(Services services, std::shared_ptr<const Profile> profile);

    void setProfile(std::shared_ptr<const Profile> profile) { m_profile = std::move(profile); }

    //! For tokens that no shard could tell anything about. \p done runs once.
    void identify(const QByteArray &token, const QByteArray &address,
                  std::function<void(std::optional<Identity>)> done);

    //! Whom a ticket stands for; it is used up.
    std::optional<Identity> redeem(const QByteArray &ticket)
    {
        return m_services.tickets ? m_services.tickets->redeem(ticket) : std::nullopt;
    }

    void open(LinkId link, Identity identity);
    void close(LinkId link);
    //! Frames of a link that is not open are dropped.
    void receive(LinkId link, ClientFrame frame);
    //! The peer has taken what a reply with tellsWhenTaken found waiting.
    void taken(LinkId link);

    //! For operators: \p visit(link, identity, document id, subscription) for each.
    template <typename Visit>
    void eachSubscription(Visit visit) const
    {
        for (auto desk = m_desks.begin(); desk != m_desks.end(); ++desk) {
            const auto &documents = (*desk)->documents;
            for (auto each = documents.begin(); each != documents.end(); ++each)
                visit(desk.key(), (*desk)->identity, each.key(), *each);
        }
    }

private:
    struct Desk
    {
        Identity identity;
        QHash<QByteArray, Subscription> documents; //!< bound: Profile::maxSubscriptions
        //! Behind what the link waits for; bound: what a session hands over, Profile::maxUndecided and
        //! maxUndecidedBytes.
        std::deque<ClientFrame> waiting;
        QByteArray fullDocument;   //!< whose proposals are to be decided before the link's next; empty = none
        qsizetype owedBytes = 0;   //!< of answers, since the session last told that they were taken
        bool isOwedEnough = false; //!< the session will tell
        bool isAsking = false;
        bool isEnding = false;

        bool isHeld() const { return isAsking || isOwedEnough || !fullDocument.isEmpty(); }
    };

    //! What a proposal was about, while it is decided.
    struct Asked
    {
        QByteArray documentId;
        QByteArray functionId;
        QByteArray correlationId;
        qsizetype bytes;
    };

    static QByteArray deniedText(const Asked &asked);
    static Reply replyTo(const Asked &asked);
    Desk *desk(LinkId link);
    //! Records why a frame was not, or not fully, followed.
    void decide(LinkId link, const DecisionRule &rule, const QByteArray &documentId, const QByteArray &code = {},
                const QByteArray &detail = {});
    void serve(LinkId link, Desk &desk, ClientFrame frame);
    void serveWaiting(LinkId link);
    void handle(LinkId link, Desk &desk, const Subscribe &frame);
    void handle(LinkId link, Desk &desk, const Unsubscribe &frame);
    void handle(LinkId link, Desk &desk, Propose frame);
    void handle(LinkId, Desk &, const Ping &) {}
    //! \p act(desk, denial) runs now or after a question; the denial is null if it is allowed. Whoever has left by then
    //! is not asked about.
    template <typename Act>
    void authorize(LinkId link, Desk &desk, const QByteArray &documentId, const QByteArray &functionId, Act act);
    void refuseUnknown(LinkId link, Desk &desk, const Subscribe &frame);
    void refuseSubscribe(LinkId link, const DecisionRule &rule, const Subscribe &frame);
    void subscribe(LinkId link, Desk &desk, const Subscribe &frame);
    void propose(LinkId link, const Desk &desk, Propose frame);
    void appendReplay(Reply &reply, LinkId link, const Document &document, const QByteArray &since,
                      Subscription &subscription);
    //! Sends what may be large; the link's next frames wait if its peer is owed much by now.
    void sendCounted(LinkId link, Desk &desk, Reply reply);
    //! Proposals of the document were decided: who waited for that goes on.
    void goOn(const QByteArray &documentId);
    void settled(LinkId link, const Asked &asked, const ProposalOutcome &outcome);
    //! \p text is what the proposer is told; what operators see is \p detail, or the same.
    void fail(LinkId link, const Asked &asked, const DecisionRule &rule, const QByteArray &text,
              const QByteArray &detail = {});
    void onRemoved(const QByteArray &documentId);
    void countDeliveries(const QByteArray &documentId);
    void detach(LinkId link, const QByteArray &documentId);

    const Services m_services;
    std::shared_ptr<const Profile> m_profile;
    QHash<LinkId, std::shared_ptr<Desk>> m_desks;
    QHash<QByteArray, QSet<LinkId>> m_subscribers; //!< by document
    ProposalGate m_gate;
    std::deque<QByteArray> m_decidedDocuments; //!< whose waiters go on next
    bool m_isGoingOn = false;
};

} // namespace Tidegate::ShareData
