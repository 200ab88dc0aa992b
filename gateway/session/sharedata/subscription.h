// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate::ShareData {

//! One link's interest in one document, as operators see it. A value.
struct Subscription
{
    qint64 sinceMs = 0;       //!< wall clock
    quint64 startedAfter = 0; //!< newest transaction in the state it was sent first
    int recoveries = 0;       //!< times it asked for what it missed
    QByteArray continuity;    //!< of the newest answer: snapshot, exact or gap
    QByteArray gapReason;
};

} // namespace Tidegate::ShareData
