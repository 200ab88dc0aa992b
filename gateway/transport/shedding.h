// SPDX-License-Identifier: MIT
#pragma once

#include "base/bytebudget.h"
#include "base/shedpolicy.h"

#include <span>

namespace Tidegate {

//! A link that bytes wait for.
struct OwingLink
{
    quint64 key = 0;
    LinkClass linkClass = LinkClass::Guest;
    qint64 owedBytes = 0;
    const SiteBudget *site = nullptr; //!< null: charged to nobody
};

//! Keys of the links that one shard has to close, in that order; none while the process and the sites are within their
//! limits. \p owing are that shard's: it takes the share of the excess that its links have in the debt, so that shards
//! need not agree. Pure; any thread.
std::vector<quint64> linksToShed(const OwedBytes &process, std::span<const OwingLink> owing);

} // namespace Tidegate
