// SPDX-License-Identifier: MIT
#pragma once

#include "auth/accesspolicy.h"
#include "channel/lagpolicy.h"

#include <QByteArray>
#include <QByteArrayList>

#include <map>
#include <optional>

namespace Tidegate::Ssma {

//! Whether a subscription's filter object narrows what it gets: rows whose payload has the filter's fields with equal
//! values. (SSMA spec sections 8.1 and 17)
enum class FilterMode : quint8 { Ignored, PayloadFields };

//! Who may be given the same answer of the backend to a subscribe: one user only; everybody of a role on a site, for
//! whom the backend is asked without a name; or everybody on a site, for whom it is asked as the least who may
//! subscribe.
enum class SnapshotScope : quint8 { Subject, Role, Site };

struct ChannelRule
{
    Role access = Role::Guest;
    FilterMode filter = FilterMode::Ignored;
    LagPolicy overflow = LagPolicy::Close;
    QByteArray conflateBy = "id";                    //!< payload field; rows with equal values replace each other
    std::optional<SnapshotScope> snapshotScope = {}; //!< none = Profile::snapshotScope
};

//! How this gateway speaks the dialect. A value; read by core and shards alike, replaced as a whole on reload.
struct Profile
{
    static constexpr qsizetype ReplayRows = 500;
    static constexpr qsizetype SnapshotRows = 200;
    //! An event stream that resumes further behind than this is told of a gap instead of being sent the history.
    static constexpr qsizetype MaxResumeRows = 5000;

    QByteArray protocolVersion = "1.0.0";
    bool requireAuthWrites = false;
    bool strictSites = false;
    qint64 replayWindowMs = 300'000; //!< age at which a listed row loses the reason "replay"
    qint64 subscribeWindowMs = 10'000;
    int subscribeMax = 8;
    int maxSubscriptions = 1024;                 //!< per link
    qsizetype maxSubscriptionBytes = 256 * 1024; //!< params and filters of one link's subscriptions together
    SnapshotScope snapshotScope = SnapshotScope::Subject;
    qint64 snapshotShareMs = 1'000; //!< how long an answer of the backend serves later subscribers; 0 = none is shared
    qint64 messageWindowMs = 10'000;
    int messageMax = 1000; //!< frames per link and window; 0 = off
    LagPolicy islandOverflow = LagPolicy::Close;
    qsizetype linkBudgetBytes = 256 * 1024;  //!< live bytes that may wait for a WebSocket or an in-process client
    qsizetype streamBudgetBytes = 64 * 1024; //!< the same for an event stream
    qint64 latencyBudgetMs = 5'000;
    qint64 backlogThreshold = 1'000;
    std::map<QByteArray, ChannelRule> channels{{"global", {}}, {"ops.audit", {Role::Staff, FilterMode::Ignored}}};
    IslandPolicy islands;
    bool islandsEnabled = true;
    QByteArrayList disabledIslands;
};

} // namespace Tidegate::Ssma
