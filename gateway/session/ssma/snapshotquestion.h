// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"
#include "session/ssma/client.h"
#include "session/ssma/profile.h"

#include <QHash>

namespace Tidegate::Ssma {

//! All that the backend's answer to a subscribe may depend on; subscribers that have it in common may share an answer.
struct SnapshotKey
{
    SubscriptionKey subscription;
    BackendContext audience; //!< what the asker has in common with all the answer is meant for

    friend bool operator==(const SnapshotKey &, const SnapshotKey &) = default;
};

inline size_t qHash(const SnapshotKey &key, size_t seed = 0)
{
    const BackendContext &audience = key.audience;
    return qHashMulti(seed, key.subscription.channel, key.subscription.params, audience.site, audience.userId,
                      audience.role, audience.ip);
}

struct SnapshotQuestion
{
    SnapshotRequest request;
    SnapshotKey key;
};

//! Subject: the request names the client, and the answer is for this user in this role; for those without a login, whom
//! nothing but their address tells apart, it is for the ones of this address.
//! Role and Site: the request names nobody, so no answer can be personal. \p access is the least role that may
//! subscribe, which everybody on the site who gets here has.
SnapshotQuestion snapshotQuestion(const ClientInfo &client, const SubscriptionKey &key, SnapshotScope scope,
                                  Role access);

} // namespace Tidegate::Ssma
