// SPDX-License-Identifier: MIT
#include "session/ssma/snapshotquestion.h"

#include "session/ssma/intents.h"

namespace Tidegate::Ssma {

SnapshotQuestion snapshotQuestion(const ClientInfo &client, const SubscriptionKey &key, SnapshotScope scope,
                                  Role access)
{
    BackendContext audience;
    audience.site = client.site;
    audience.role = roleName(scope == SnapshotScope::Site ? access : client.principal.role);
    if (scope != SnapshotScope::Subject)
        return {{key.channel, key.params, audience}, {key, audience}};
    audience.userId = client.principal.subjectId;
    if (!client.principal.hasSession())
        audience.ip = client.ip;
    return {{key.channel, key.params, contextOf(client)}, {key, audience}};
}

} // namespace Tidegate::Ssma
