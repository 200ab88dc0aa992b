// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <optional>
#include <vector>

// Whom to close when too much is owed. Pure; any thread.

namespace Tidegate {

//! Class of service; the lowest is shed first.
enum class LinkClass : quint8 { Guest, User, Staff };

struct ShedCandidate
{
    quint64 key = 0; //!< the caller's name of the link
    LinkClass linkClass = LinkClass::Guest;
    qint64 owedBytes = 0;
    std::optional<size_t> overfullSite; //!< index into ShedNeed::siteExcessBytes; none: its site is within its limit
};

//! Bytes that must go, as OwedBytes::excessBytes() tells them.
struct ShedNeed
{
    qint64 processExcessBytes = 0;
    std::vector<qint64> siteExcessBytes; //!< one per overfull site
};

//! Closing a link that owes less than this would not relieve anybody.
constexpr qint64 ShedFloorBytes = 16 * 1024;

//! Keys of the links to close, in that order. Each overfull site pays for its own excess; what the process still has
//! too much then is taken from everybody. Lowest class first, within a class whoever owes most, then by key. Fewer than
//! needed if the rest owe less than \p floorBytes.
std::vector<quint64> shedVictims(std::vector<ShedCandidate> candidates, ShedNeed need,
                                 qint64 floorBytes = ShedFloorBytes);

} // namespace Tidegate
