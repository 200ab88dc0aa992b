// SPDX-License-Identifier: MIT
#pragma once

#include "auth/originpolicy.h"
#include "base/eventlog.h"
#include "channel/fanout.h"
#include "session/sharedata/audience.h"
#include "session/sharedata/service.h"
#include "session/sharedata/tokengate.h"
#include "sharedata/decoder.h"
#include "transport/ioshard.h"

namespace Tidegate::ShareData {

class LinkSession;

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
        const Clock &clock;
        EventLog &log;
        Counters &counters;
    };

    ShardContext(Services services, std::shared_ptr<const Profile> profile, std::shared_ptr<const TokenGate> tokens,
                 std::shared_ptr<const OriginPolicy> origins);

    const Services &services() const { return m_services; }
    const Profile &profile() const { return *m_profile; }
    const TokenGate &tokens() const { return *m_tokens; }
    const OriginPolicy &origins() const { return *m_origins; }
    const AudienceSpec &audience() const { return m_audience; }
    Decoder &decoder() { return m_decoder; }
    //! Who hears why something was not done; may be none.
    DecisionBatch *decisions() const { return m_services.shard.decisions(); }
    //! Links whose static token is gone are ended.
    void configure(std::shared_ptr<const Profile> profile, std::shared_ptr<const TokenGate> tokens,
                   std::shared_ptr<const OriginPolicy> origins);

    void add(LinkId link, LinkSession *session) { m_sessions.insert(link, session); }
    void remove(LinkId link);
    void apply(LinkId link, Reply reply);
    //! At the end of a turn, after fan-out has handed over what it gathered.
    void flushResults();
    //! The core is told when the link's peer has taken most of what waits for it.
    void tellWhenTaken(LinkId link) { m_owing.push_back({link, false}); }
    //! At the end of a turn.
    void tellTaken();
    //! Call every few seconds: tokens end on live links too.
    void expireIdentities();
    void revokeSession(const QByteArray &sessionId);

    // For operators.
    const QHash<LinkId, LinkSession *> &sessions() const { return m_sessions; }
    LinkSession *session(LinkId link) const { return m_sessions.value(link); }
    //! What links that have closed had sent and received; grows only.
    const LinkTraffic &closedTraffic() const { return m_closedTraffic; }
    //! Fills in whose link it is about; false if it is none of these.
    bool describe(Decision &decision) const;

    //! Somebody at \p address asked for a document that does not exist, and was closed for it.
    void noteUnknown(const QByteArray &address);
    bool isThrottled(const QByteArray &address);

    //! Runs \p verb with the Service on the core thread.
    template <typename Verb>
    void onCore(qsizetype costBytes, Verb &&verb)
    {
        Service &service = m_services.service;
        m_services.core.post([&service, verb = std::forward<Verb>(verb)]() mutable { verb(service); }, costBytes);
    }

private:
    struct HeldResult
    {
        LinkId link;
        QByteArray frame;
    };
    struct OwingLink
    {
        LinkId link;
        bool wasOffered; //!< its bytes have met the socket
    };
    struct Misses
    {
        qint64 windowStartMs = 0;
        int count = 0;
    };
    static constexpr qsizetype MaxMissAddresses = 10'000; //!< beyond it all are forgotten

    Services m_services;
    std::shared_ptr<const Profile> m_profile;
    std::shared_ptr<const TokenGate> m_tokens;
    std::shared_ptr<const OriginPolicy> m_origins;
    AudienceSpec m_audience;
    Decoder m_decoder;
    QHash<LinkId, LinkSession *> m_sessions;
    LinkTraffic m_closedTraffic;
    std::vector<HeldResult> m_results; //!< of this turn
    std::vector<OwingLink> m_owing;    //!< each once: the core sends them nothing more until it is told
    QHash<QByteArray, Misses> m_misses;
};

} // namespace Tidegate::ShareData
