// SPDX-License-Identifier: MIT
#pragma once

#include "channel/fanout.h"
#include "session/ssma/client.h"
#include "session/ssma/profile.h"

#include <QByteArrayList>

// Who shares which bytes of a publication, and how they are made. Each returns an encoder for Fanout and the variant
// text that names everything the bytes depend on.

namespace Tidegate::Ssma {

struct AudienceSpec
{
    QByteArray variant;
    Fanout::Encoder encoder;
};

//! channel.invalidate frames of one subscription.
AudienceSpec channelAudience(Framing framing, const SubscriptionKey &key, FilterMode mode, const QByteArray &filter);
//! island.invalidate frames for a role; \p site empty = islands of every site.
AudienceSpec islandAudience(Framing framing, Role role, const QByteArray &site);

//! Events of an event stream for a role: invalidate, rework, undo.
AudienceSpec streamRowsAudience(Role role);
//! \p islands empty = all that the role may see.
AudienceSpec streamIslandsAudience(Role role, const QByteArrayList &islands, const QByteArray &site);
AudienceSpec streamConnectionsAudience(Role role);

//! Adds one JSON message to \p bytes in the way of \p framing.
void appendMessage(QByteArray &bytes, Framing framing, QByteArrayView json);

} // namespace Tidegate::Ssma
