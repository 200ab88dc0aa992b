// SPDX-License-Identifier: MIT
#include "transport/shedding.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace Tidegate {

namespace {

//! The part of \p level's excess that \p ownBytes of its debt stand for, rounded up.
qint64 shareOfExcess(const OwedBytes &level, qint64 ownBytes)
{
    const double share = std::min(1.0, double(ownBytes) / double(std::max<qint64>(1, level.value())));
    return qint64(std::ceil(double(level.excessBytes()) * share));
}

} // namespace

std::vector<quint64> linksToShed(const OwedBytes &process, std::span<const OwingLink> owing)
{
    qint64 owed = 0;
    std::map<const SiteBudget *, qint64> owedBySite;
    for (const OwingLink &link : owing) {
        owed += link.owedBytes;
        if (link.site && link.site->owed().isOver())
            owedBySite[link.site] += link.owedBytes;
    }
    ShedNeed need;
    need.processExcessBytes = process.isOver() ? shareOfExcess(process, owed) : 0;
    std::map<const SiteBudget *, size_t> indexBySite;
    for (const auto &[site, bytes] : owedBySite) {
        indexBySite.emplace(site, need.siteExcessBytes.size());
        need.siteExcessBytes.push_back(shareOfExcess(site->owed(), bytes));
    }
    if (need.processExcessBytes == 0 && need.siteExcessBytes.empty())
        return {};
    std::vector<ShedCandidate> candidates;
    candidates.reserve(owing.size());
    for (const OwingLink &link : owing) {
        const auto site = indexBySite.find(link.site);
        candidates.push_back({link.key, link.linkClass, link.owedBytes,
                              site == indexBySite.end() ? std::nullopt : std::optional(site->second)});
    }
    return shedVictims(std::move(candidates), std::move(need));
}

} // namespace Tidegate
