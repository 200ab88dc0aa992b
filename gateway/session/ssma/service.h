// SPDX-License-Identifier: MIT
#pragma once

#include "auth/ratelimit.h"
#include "base/decisionbatch.h"
#include "session/ssma/channeldesk.h"
#include "session/ssma/publisher.h"
#include "session/ssma/rowreader.h"
#include "session/ssma/sharedreads.h"
#include "session/ssma/snapshotflights.h"
#include "session/ssma/subscriptiontable.h"
#include "ssma/frames.h"

namespace Tidegate::Ssma {

//! The dialect's verbs on the core thread: what sessions ask for, in the order they asked. Holds no socket; answers go
//! back as SessionReply values through Services::reply.
class Service final : public QObject
{
    Q_OBJECT
public:
    struct Services
    {
        Hub &hub;
        IntentEngine &engine;
        BackendAdapter &backend;
        const Clock &clock;
        Rng &rng;
        EventLog &log;
        DialectCounters &counters;
        //! Crosses to the link's shard.
        std::function<void(LinkId, SessionReply)> reply;
        //! Of the core thread: hears why something was not done; may be none.
        DecisionBatch *decisions = nullptr;
    };

    Service(Services services, Profile profile);

    //! Replaces the profile; subscriptions that are no longer allowed end.
    void setProfile(Profile profile);
    const Profile &profile() const { return m_profile; }
    ChannelRegistry &registry() { return m_registry; }
    Publisher &publisher() { return m_publisher; }
    const SubscriptionTable &table() const { return m_table; }
    const RecoveryTally &recoveries() const { return m_recoveries; }
    std::vector<LimitBucket> limitBuckets() const { return m_desk.limitBuckets(); }

    //! A WebSocket (or in-process) client: answers with the `replay` frame and isReady.
    void openLink(ClientInfo client, std::optional<quint64> cursor);
    //! An event stream: answers with the replay since \p cursor, then lives on the row stream.
    void openStream(ClientInfo client, std::optional<quint64> cursor);
    void closeLink(LinkId link);
    void changeIdentity(LinkId link, Principal principal);

    using Acknowledge = std::function<void(Result<std::vector<IntentOutcome>>)>;
    void submit(LinkId link, std::vector<IntentDraft> drafts, Acknowledge done);

    void subscribe(LinkId link, ChannelSubscribe frame) { m_desk.subscribe(link, std::move(frame)); }
    void unsubscribe(LinkId link, ChannelUnsubscribe frame) { m_desk.unsubscribe(link, frame); }
    void resync(LinkId link, ChannelResync frame);
    void command(LinkId link, ChannelCommand frame) { m_desk.command(link, std::move(frame)); }

private:
    struct Resume;

    void reply(LinkId link, SessionReply answer) { m_services.reply(link, std::move(answer)); }
    void sendReplay(LinkId link, std::optional<quint64> cursor);
    void beginStream(LinkId link, std::optional<quint64> cursor);
    void readStreamPage(const ClientInfo &client, const Resume &resume, SharedReads::Done done);
    void readNewestForStream(const ClientInfo &client, std::optional<quint64> cursor, bool isTooFarBehind,
                             SharedReads::Done done);
    void sendStreamPage(LinkId link, const std::shared_ptr<Resume> &resume);
    void finishStream(LinkId link, std::vector<QByteArray> frames);
    void attach(SubscriptionTable::Client &client, const QByteArray &stream);
    void noteHidden(const ClientInfo &client, const Result<LogAnswerPtr> &replay);
    void noteResume(const ClientInfo &client, std::optional<quint64> cursor, const Result<LogAnswerPtr> &replay);
    RowScope scopeOf(const ClientInfo &client) const;

    Services m_services;
    Profile m_profile;
    ChannelRegistry m_registry;
    SubscriptionTable m_table;
    RecoveryTally m_recoveries;
    RowReader m_reader;
    SharedReads m_reads;
    SnapshotFlights m_snapshots;
    Publisher m_publisher;
    ChannelDesk m_desk;
};

} // namespace Tidegate::Ssma
