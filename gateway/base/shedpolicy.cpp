// SPDX-License-Identifier: MIT
#include "base/shedpolicy.h"

#include <algorithm>
#include <tuple>

namespace Tidegate {

namespace {

bool goesFirst(const ShedCandidate &a, const ShedCandidate &b)
{
    return std::tuple(a.linkClass, -a.owedBytes, a.key) < std::tuple(b.linkClass, -b.owedBytes, b.key);
}

} // namespace

std::vector<quint64> shedVictims(std::vector<ShedCandidate> candidates, ShedNeed need, qint64 floorBytes)
{
    std::erase_if(candidates, [=](const ShedCandidate &each) { return each.owedBytes < floorBytes; });
    std::sort(candidates.begin(), candidates.end(), goesFirst);
    std::vector<quint64> victims;
    std::vector<ShedCandidate> others;
    for (const ShedCandidate &each : candidates) {
        qint64 *siteExcess = each.overfullSite ? &need.siteExcessBytes[*each.overfullSite] : nullptr;
        if (siteExcess && *siteExcess > 0) {
            victims.push_back(each.key);
            *siteExcess -= each.owedBytes;
            need.processExcessBytes -= each.owedBytes;
        } else {
            others.push_back(each);
        }
    }
    for (const ShedCandidate &each : others) {
        if (need.processExcessBytes <= 0)
            break;
        victims.push_back(each.key);
        need.processExcessBytes -= each.owedBytes;
    }
    return victims;
}

} // namespace Tidegate
