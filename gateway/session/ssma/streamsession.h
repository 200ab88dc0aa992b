// SPDX-License-Identifier: MIT
#pragma once

#include "session/ssma/shardcontext.h"
#include "transport/link.h"

namespace Tidegate::Ssma {

//! Everything an event stream asks for in its URL and headers. (SSMA spec sections 9 and 20)
struct StreamQuery
{
    static constexpr qsizetype MaxIslands = 100;
    static constexpr qsizetype MaxIslandBytes = 128; //!< of one name

    QByteArrayList islands;
    std::optional<QByteArray> site;
    std::optional<quint64> cursor; //!< Last-Event-ID, else ?cursor=

    //! Errors name the field.
    static Result<StreamQuery> parse(const HttpRequest &request);
};

//! The read-only side of the dialect: rows, islands, reworks and undos as server-sent events.
class StreamSession final : public LinkHandler, private ShardSession
{
public:
    StreamSession(ShardContext &context, StreamQuery query, Principal principal, QByteArray ip, QByteArray userAgent);

    void opened(Link &link) override;
    void textReceived(QByteArrayView) override {}
    void binaryReceived(QByteArrayView) override {}
    void closed(CloseReason reason) override;

private:
    void apply(SessionReply reply) override;
    void acknowledge(const Result<std::vector<IntentOutcome>> &, const std::vector<QByteArray> &) override {}
    const ClientInfo &client() const override { return m_client; }
    void becomeGuest() override;
    void extendSession(qint64 expiresAtMs) override { m_client.principal.expiresAtMs = expiresAtMs; }
    Link &link() const override { return *m_link; }
    LinkSnapshot snapshot() const override;
    //! An event stream has no channel subscriptions.
    std::vector<std::pair<SubscriptionKey, Offset>> positions() const override { return {}; }
    QByteArrayList audiences() const override;
    std::optional<LimitBucket> messageBucket() const override { return {}; }
    bool limitMessages(int) override { return false; }

    void joinAll();
    void leaveAll();
    QByteArray siteFilter() const { return m_client.namedSite ? m_client.site : QByteArray(); }

    ShardContext &m_context;
    const StreamQuery m_query;
    ClientInfo m_client;
    Link *m_link = nullptr;
    QByteArray m_rowStream; //!< empty until the opening replay is out
    Fanout::Membership m_rows;
    Fanout::Membership m_islands;
    Fanout::Membership m_connections;
};

} // namespace Tidegate::Ssma
