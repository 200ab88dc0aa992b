// SPDX-License-Identifier: MIT
#pragma once

#include "channel/hub.h"
#include "intent/intentengine.h"

#include <functional>
#include <optional>

namespace Tidegate::Ssma {

class ChannelRegistry;
struct Profile;

//! Which rows a client asks for.
struct RowScope
{
    std::optional<QByteArray> site;
    std::optional<QByteArray> channel; //!< access was checked; without it each row is checked against role
    Role role = Role::Guest;
    QByteArray stream; //!< where the recent ones are kept in memory; empty = nowhere

    friend bool operator==(const RowScope &, const RowScope &) = default;
};

struct RowPage
{
    std::vector<QByteArray> rows; //!< full row texts, ascending
    quint64 lastSeq = 0;          //!< of the last row; 0 = none
    quint64 upTo = 0;             //!< everything up to here was looked at, unless hasMore
    bool hasMore = false;
    qsizetype hidden = 0; //!< rows left out because of the role
};

//! Reads pages of the log for replays and snapshots: from memory when it reaches back far enough, else from the store.
//! Core thread. A page without hasMore is complete up to the log's head at the moment its callback runs, so whoever
//! attaches to the live stream inside the callback misses nothing.
class RowReader
{
public:
    using Done = std::function<void(Result<RowPage>)>;

    struct Services
    {
        const Hub &hub;
        IntentEngine &engine;
        const ChannelRegistry &registry;
        const Clock &clock;
    };

    RowReader(Services services, const Profile &profile)
        : m_hub(services.hub)
        , m_engine(services.engine)
        , m_registry(services.registry)
        , m_clock(services.clock)
        , m_profile(profile)
    {
    }

    //! \p done may be called before this returns.
    void readAfter(const RowScope &scope, quint64 after, qsizetype limit, Done done) const;
    void readNewest(const RowScope &scope, qsizetype limit, Done done) const;

private:
    bool readRecent(const RowScope &scope, quint64 after, qsizetype limit, RowPage &page) const;
    void readStored(const RowScope &scope, quint64 after, qsizetype limit, RowPage page, Done done) const;
    void catchUp(const RowScope &scope, qsizetype limit, RowPage page, Done done) const;
    QByteArray storedRowText(const Intent &intent) const;
    bool isVisible(const RowScope &scope, const Intent &intent) const;

    const Hub &m_hub;
    IntentEngine &m_engine;
    const ChannelRegistry &m_registry;
    const Clock &m_clock;
    const Profile &m_profile;
};

} // namespace Tidegate::Ssma
