// SPDX-License-Identifier: MIT
#include "session/ssma/subscriptiontable.h"

namespace Tidegate::Ssma {

void SubscriptionTable::Client::add(const SubscriptionKey &key, Subscription subscription)
{
    keptBytes += key.params.size() + subscription.filter.size();
    subscriptions.emplace(key, std::move(subscription));
}

void SubscriptionTable::Client::remove(const SubscriptionKey &key)
{
    const auto found = subscriptions.find(key);
    keptBytes -= found->first.params.size() + found->second.filter.size();
    subscriptions.erase(found);
}

void SubscriptionTable::Client::setFilter(const SubscriptionKey &key, const QByteArray &filter)
{
    QByteArray &current = subscriptions.at(key).filter;
    keptBytes += filter.size() - current.size();
    current = filter;
}

SubscriptionTable::Client &SubscriptionTable::addClient(ClientInfo info)
{
    const LinkId link = info.link;
    return *m_clients.insert(link, Client{std::move(info), {}});
}

SubscriptionTable::Client *SubscriptionTable::client(LinkId link)
{
    const auto found = m_clients.find(link);
    return found == m_clients.end() ? nullptr : &*found;
}

} // namespace Tidegate::Ssma
