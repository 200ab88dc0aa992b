// SPDX-License-Identifier: MIT
#pragma once

#include "channel/subject.h"

#include <QByteArray>

// Subjects of the optimistic-sync dialect in the one stream space of the Hub.

namespace Tidegate::Ssma {

//! Rows of one channel on one site.
inline QByteArray channelStream(QByteArrayView site, QByteArrayView channel)
{
    return makeSubject({"ssma", "site", site, "channel", channel});
}
//! Every row of one site, whatever its channels; what event streams follow.
inline QByteArray siteStream(QByteArrayView site)
{
    return makeSubject({"ssma", "site", site, "rows"});
}
//! Every row of every site, for event streams that name no site. (SSMA spec section 20, compatible mode)
inline QByteArray allSitesStream()
{
    return QByteArrayLiteral("ssma.rows");
}
inline QByteArray islandStream()
{
    return QByteArrayLiteral("ssma.islands");
}
//! Connections coming and going; staff only. (SSMA spec section 19 (18))
inline QByteArray connectionStream()
{
    return QByteArrayLiteral("ssma.connections");
}

// Kinds of publication (Publication::kind) in these streams.
inline const QByteArray KindInvalidate = QByteArrayLiteral("invalidate");
inline const QByteArray KindIsland = QByteArrayLiteral("island.invalidate");
inline const QByteArray KindRework = QByteArrayLiteral("rework");
inline const QByteArray KindUndo = QByteArrayLiteral("undo");
inline const QByteArray KindConnectionClosed = QByteArrayLiteral("connection:closed");

} // namespace Tidegate::Ssma
