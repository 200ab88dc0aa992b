// SPDX-License-Identifier: MIT
#include "session/ssma/subscriptiontable.h"

namespace Tidegate::Ssma {

SubscriptionTable::Client &SubscriptionTable::addClient(ClientInfo info)
{
    const LinkId link = info.link;
    return *m_clients.insert(link, Client{std::move(info), {}, {}});
}

SubscriptionTable::Client *SubscriptionTable::client(LinkId link)
{
    const auto found = m_clients.find(link);
    return found == m_clients.end() ? nullptr : &*found;
}

} // namespace Tidegate::Ssma
