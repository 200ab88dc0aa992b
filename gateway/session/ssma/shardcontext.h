// SPDX-License-Identifier: MIT
#pragma once

#include "auth/authenticator.h"
#include "auth/originpolicy.h"
#include "auth/ratelimit.h"
#include "base/eventlog.h"
#include "base/rng.h"
#include "channel/fanout.h"
#include "session/ssma/client.h"
#include "session/ssma/counters.h"
#include "session/ssma/profile.h"
#include "session/ssma/service.h"
#include "ssma/decoder.h"
#include "transport/ioshard.h"

#include <QHash>

#include <memory>

namespace Tidegate::Ssma {

//! A session as its shard context reaches it.
class ShardSession
{
public:
    virtual ~ShardSession() = default;
    virtual void apply(SessionReply reply) = 0;
    //! Outcome of the batch whose ids were \p ids, in its order; empty where the client gave none.
    virtual void acknowledge(const Result<std::vector<IntentOutcome>> &outcomes,
                             const std::vector<QByteArray> &ids) = 0;
    virtual const ClientInfo &client() const = 0;
    const Principal &principal() const { return client().principal; }
    //! The login behind the link ended or its token expired: from now on a guest.
    virtual void becomeGuest() = 0;
    virtual void extendSession(qint64 expiresAtMs) = 0;

    virtual Link &link() const = 0;
    virtual LinkSnapshot snapshot() const = 0;
    //! Newest offset its link was handed, per subscription; 0 = none since it began.
    virtual std::vector<std::pair<SubscriptionKey, Offset>> positions() const = 0;
    //! Names of the audiences it is in, which decisions about many links refer to.
    virtual QByteArrayList audiences() const = 0;
    //! Where it stands with its message limit; nothing while no window is open.
    virtual std::optional<LimitBucket> messageBucket() const = 0;
    //! Frames per window from now on; 0 = as configured. False: this kind of link sends nothing that could be limited.
    virtual bool limitMessages(int max) = 0;
};

//! What all sessions of the dialect share on one shard. Lives on the shard's thread.
class ShardContext
{
public:
    struct Services
    {
        IoShard &shard;
        Fanout &fanout;
        TaskQueue &core;  //!< where service lives
        Service &service; //!< touched only inside tasks posted to core
        const Authenticator &authenticator;
        const Clock &clock;
        Rng &rng;
        EventLog &log;
        DialectCounters &counters;
    };

    ShardContext(Services services, std::shared_ptr<const Profile> profile,
                 std::shared_ptr<const OriginPolicy> origins);
    ~ShardContext();
    Q_DISABLE_COPY_MOVE(ShardContext)

    const Services &services() const { return m_services; }
    const Profile &profile() const { return *m_profile; }
    const OriginPolicy &origins() const { return *m_origins; }
    //! Who hears why something was not done; may be none.
    DecisionBatch *decisions() const { return m_services.shard.decisions(); }
    //! Fills in what transport and fan-out do not know of a link of this dialect.
    void resolve(Decision &decision) const;
    Decoder &decoder() { return m_decoder; }
    void configure(std::shared_ptr<const Profile> profile, std::shared_ptr<const OriginPolicy> origins);

    void add(LinkId link, ShardSession *session) { m_sessions.insert(link, session); }
    void remove(LinkId link);
    void apply(LinkId link, SessionReply reply);
    void acknowledge(LinkId link, const Result<std::vector<IntentOutcome>> &outcomes,
                     const std::vector<QByteArray> &ids);

    void revokeSession(const QByteArray &sessionId);
    void extendSession(const QByteArray &sessionId, qint64 expiresAtMs);
    //! Call every few seconds: tokens end on live links too.
    void expireIdentities();

    // For operators.
    const QHash<LinkId, ShardSession *> &sessions() const { return m_sessions; }
    ShardSession *session(LinkId link) const { return m_sessions.value(link); }
    //! What links that have closed had sent and received; grows only.
    const LinkTraffic &closedTraffic() const { return m_closedTraffic; }

    //! Runs \p verb with the Service on the core thread.
    template <typename Verb>
    void onCore(qsizetype costBytes, Verb &&verb)
    {
        Service &service = m_services.service;
        m_services.core.post([&service, verb = std::forward<Verb>(verb)]() mutable { verb(service); }, costBytes);
    }

private:
    void endLogin(ShardSession &session, const DecisionRule &rule);

    Services m_services;
    std::shared_ptr<const Profile> m_profile;
    std::shared_ptr<const OriginPolicy> m_origins;
    Decoder m_decoder;
    QHash<LinkId, ShardSession *> m_sessions;
    LinkTraffic m_closedTraffic;
};

} // namespace Tidegate::Ssma
