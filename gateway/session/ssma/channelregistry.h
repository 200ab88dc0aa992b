// SPDX-License-Identifier: MIT
#pragma once

#include "session/ssma/profile.h"
#include "wire/result.h"

#include <functional>
#include <map>
#include <optional>

namespace Tidegate::Ssma {

//! What a custom channel command is told. JSON texts as the client sent them.
struct CommandCall
{
    QByteArray channel;
    QByteArray params;
    QByteArray args;
    QByteArray site;
    Principal principal;
};

//! A channel clients may subscribe to. Built from configuration; an embedding application adds commands in C++.
struct ChannelSpec
{
    ChannelRule rule;
    QByteArray metadata = "{}"; //!< JSON object in the channel.ack
    //! Core thread; must not block. Result is JSON.
    std::map<QByteArray, std::function<Result<QByteArray>(const CommandCall &)>> commands;

    bool isOpenTo(const Principal &principal) const { return principal.may(rule.access); }
};

//! Core thread only.
class ChannelRegistry
{
public:
    //! Rules of known channels change, new ones appear, missing ones go unless they were added in code.
    void configure(const std::map<QByteArray, ChannelRule> &rules);
    void add(const QByteArray &name, ChannelSpec spec);

    const ChannelSpec *find(const QByteArray &name) const;

    //! Another number after every change.
    quint64 revision() const { return m_revision; }

    //! Lowest role that may see a row of these channels: through any one of them. A channel nobody registered has no
    //! rule and hides nothing, like an unlisted island.
    Role roleToSee(const QByteArrayList &channels) const;

private:
    std::map<QByteArray, ChannelSpec> m_configured;
    std::map<QByteArray, ChannelSpec> m_added;
    quint64 m_revision = 0;
};

} // namespace Tidegate::Ssma
