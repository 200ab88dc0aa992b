// SPDX-License-Identifier: MIT
#include "session/ssma/channelregistry.h"

#include <algorithm>

namespace Tidegate::Ssma {

void ChannelRegistry::configure(const std::map<QByteArray, ChannelRule> &rules)
{
    ++m_revision;
    m_configured.clear();
    for (const auto &[name, rule] : rules)
        m_configured[name].rule = rule;
}

void ChannelRegistry::add(const QByteArray &name, ChannelSpec spec)
{
    ++m_revision;
    m_added[name] = std::move(spec);
}

const ChannelSpec *ChannelRegistry::find(const QByteArray &name) const
{
    if (const auto added = m_added.find(name); added != m_added.end())
        return &added->second;
    const auto configured = m_configured.find(name);
    return configured == m_configured.end() ? nullptr : &configured->second;
}

Role ChannelRegistry::roleToSee(const QByteArrayList &channels) const
{
    Role lowest = Role::System;
    for (const QByteArray &channel : channels) {
        const ChannelSpec *spec = find(channel);
        lowest = std::min(lowest, spec ? spec->rule.access : Role::Guest);
    }
    return channels.isEmpty() ? Role::Guest : lowest;
}

} // namespace Tidegate::Ssma
