// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"

#include <QByteArray>
#include <QFuture>

#include <optional>

namespace Tidegate::Ssma {

//! Answer of an HTTP verb: status and JSON body, exactly as the dialect specifies them (SSMA spec sections 5, 8.4, 12).
struct ApiReply
{
    int status = 200;
    QByteArray json;
};

//! Who asks, as the HTTP layer established it.
struct ApiCaller
{
    Principal principal;
    QByteArray ip;
};

//! Body of POST /islands/invalidate and what the demo island routes publish. Texts named JSON may be empty = absent.
struct IslandInvalidation
{
    QByteArray islandId;
    QByteArray parameters; //!< JSON object
    QByteArray reason;
    QByteArray dataContract;
    QByteArray payload; //!< JSON
    QByteArray site = "default";
};

//! The optimistic-sync verbs that arrive over HTTP. Port; every call is safe from any thread and its future always
//! finishes. Role checks named by the route table are the caller's; ownership checks are made here.
class OptimisticApi
{
public:
    virtual ~OptimisticApi() = default;

    //! \p site empty: every site for staff, "default" for everybody else; a token's own site wins.
    virtual QFuture<ApiReply> pending(ApiCaller caller, std::optional<qint64> sinceMs, QByteArray site) = 0;
    virtual QFuture<ApiReply> rework(ApiCaller caller, QByteArray bodyJson) = 0;
    virtual QFuture<ApiReply> undo(ApiCaller caller, QByteArray bodyJson) = 0;
    virtual QFuture<ApiReply> adminChannels() = 0;
    //! \p limit already clamped to 1..500.
    virtual QFuture<ApiReply> adminIntents(QByteArray reason, int limit) = 0;
    virtual QFuture<ApiReply> metrics() = 0;
    //! Body of POST /internal/backend/events; the token was checked by the caller.
    virtual QFuture<ApiReply> ingestBackendEvents(QByteArray bodyJson) = 0;
    //! 202 {"status":"scheduled","event":{...}}, or the {"skipped":true,...} answer for a disabled island.
    virtual QFuture<ApiReply> invalidateIsland(IslandInvalidation invalidation) = 0;
};

} // namespace Tidegate::Ssma
