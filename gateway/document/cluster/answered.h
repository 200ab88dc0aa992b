// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

#include <map>
#include <optional>

namespace Tidegate {

//! What other nodes asked this one and what they were answered, so that a request that comes twice is served once.
//! Core thread. Bound: a node says which of its requests is the oldest open one, and what came before is forgotten;
//! when more than MaxNodes nodes asked, all is, and a repetition is served again.
class AnsweredRequests
{
public:
    static constexpr qsizetype MaxNodes = 256;

    struct Known
    {
        bool isNew = false;
        std::optional<QByteArray> answer; //!< nothing yet
    };

    Known note(const QByteArray &node, quint64 number, quint64 oldestOpen)
    {
        if (m_nodes.size() >= MaxNodes && !m_nodes.contains(node))
            m_nodes.clear();
        Asked &asked = m_nodes[node];
        asked.oldestOpen = std::max(asked.oldestOpen, oldestOpen);
        asked.requests.erase(asked.requests.begin(), asked.requests.lower_bound(asked.oldestOpen));
        if (number < asked.oldestOpen)
            return {};
        const auto [found, isNew] = asked.requests.try_emplace(number);
        return {isNew, found->second};
    }
    void answer(const QByteArray &node, quint64 number, const QByteArray &bytes)
    {
        const auto asked = m_nodes.find(node);
        if (asked == m_nodes.end())
            return;
        if (const auto found = asked->requests.find(number); found != asked->requests.end())
            found->second = bytes;
    }
    void clear() { m_nodes.clear(); }

private:
    struct Asked
    {
        quint64 oldestOpen = 0;
        std::map<quint64, std::optional<QByteArray>> requests;
    };
    QHash<QByteArray, Asked> m_nodes;
};

} // namespace Tidegate
