// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionbatch.h"
#include "session/ssma/client.h"
#include "session/ssma/rules.h"

#include <algorithm>

// Decisions about one client, for whoever asks why.

namespace Tidegate::Ssma {

inline Decision decisionOn(const ClientInfo &client, const DecisionRule &rule, const QByteArray &subject,
                           const QByteArray &code = {})
{
    Decision decision{&rule, client.link.value, client.principal.subjectId, client.site, subject};
    decision.code = code;
    return decision;
}

//! The first ids, as many as a decision keeps.
template <typename Ids>
QByteArrayList firstIds(const Ids &ids)
{
    const auto count = std::min<size_t>(size_t(ids.size()), size_t(Decision::MaxMessages));
    return {ids.begin(), ids.begin() + qsizetype(count)};
}

//! The rule behind a gap that a client is told; null for another continuity.
inline const DecisionRule *gapRule(QByteArrayView gapReason)
{
    if (gapReason == "epoch")
        return &Rules::GapEpoch;
    if (gapReason == "retention")
        return &Rules::GapRetention;
    if (gapReason == "too-far-behind")
        return &Rules::GapTooFar;
    return gapReason == "storage" ? &Rules::GapStorage : nullptr;
}

} // namespace Tidegate::Ssma
