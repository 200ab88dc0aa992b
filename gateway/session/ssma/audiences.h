// SPDX-License-Identifier: MIT
#pragma once

#include "channel/audience.h"
#include "session/ssma/client.h"
#include "session/ssma/profile.h"

#include <QByteArrayList>

// Who shares which messages of a publication, and how they are made: one function per kind of subscription.

namespace Tidegate::Ssma {

//! channel.invalidate frames of one subscription. Who lags and lost rows is sent a channel.replay with the reason
//! "overflow", the continuity "gap" and, as cursor, the position before the first lost row: channel.resync from there
//! brings them back.
AudienceSpec channelAudience(const SubscriptionKey &key, const ChannelRule &rule, const QByteArray &filter);
//! island.invalidate frames for a role; \p site empty = islands of every site. Conflated, the newest frame of an island
//! with the same parameters stands for all. Whoever lost one is closed: nothing could bring it back.
AudienceSpec islandAudience(Role role, const QByteArray &site, LagPolicy lag);

//! Events of an event stream for a role: invalidate, rework, undo.
AudienceSpec streamRowsAudience(Role role);
//! \p islands empty = all that the role may see.
AudienceSpec streamIslandsAudience(Role role, const QByteArrayList &islands, const QByteArray &site);
AudienceSpec streamConnectionsAudience(Role role);

} // namespace Tidegate::Ssma
