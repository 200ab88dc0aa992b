// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/eventlog.h"
#include "intent/intentengine.h"
#include "session/ssma/counters.h"
#include "session/ssma/snapshotquestion.h"

#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace Tidegate::Ssma {

//! A backend's answer to a subscribe, as all who share it get it.
struct SharedSnapshot
{
    quint64 number = 0;     //!< of the call it came from
    quint64 headBefore = 0; //!< the log's head when the backend was asked: what came later may be missing in it
    SnapshotReply reply;
};
using SharedSnapshotPtr = std::shared_ptr<const SharedSnapshot>;

//! Asks the backend for snapshots, once for all who ask the same at the same time or shortly after. Core thread.
//! An answer is no longer given to newcomers after Profile::snapshotShareMs, or when the log has grown by more than
//! Profile::MaxResumeRows since it was asked for. A failure is told to all who wait for it and to nobody later.
//! Bounds: MaxRetained answers of MaxRetainedBytes together are kept, one that finds no room is not; whoever comes
//! while MaxWaiting wait is told Unavailable. How many calls are under way is the adapter's to limit.
class SnapshotFlights
{
public:
    static constexpr size_t MaxRetained = 1024;
    static constexpr qsizetype MaxRetainedBytes = 16 * 1024 * 1024;
    static constexpr qsizetype MaxWaiting = 100'000;

    struct Services
    {
        BackendAdapter &backend;
        const IntentEngine &engine;
        const Clock &clock;
        EventLog &log;
        DialectCounters &counters;
    };
    using Done = std::function<void(const Result<SharedSnapshotPtr> &)>;

    SnapshotFlights(Services services, const Profile &profile)
        : m_services(services)
        , m_profile(profile)
    {
    }

    //! \p done may be called before this returns.
    void fetch(const SnapshotQuestion &question, Done done);
    //! The rules changed: whoever comes from now on gets a new answer.
    void forget();

    qsizetype retainedBytes() const { return m_retainedBytes; }

private:
    struct Flight
    {
        SnapshotKey key;
        quint64 number = 0;
        quint64 headBefore = 0;
        std::vector<Done> waiting;
        SharedSnapshotPtr snapshot; //!< once it has landed
        qint64 landedAtMs = 0;
        qsizetype bytes = 0;
    };
    using FlightPtr = std::shared_ptr<Flight>;

    FlightPtr openFlight(const SnapshotKey &key) const;
    void depart(const SnapshotQuestion &question, Done done);
    void land(const FlightPtr &flight, Result<SnapshotReply> reply);
    bool retain(const FlightPtr &flight);
    void leave(const FlightPtr &flight);
    void dropExpired();

    Services m_services;
    const Profile &m_profile;
    quint64 m_lastNumber = 0;
    qsizetype m_waiting = 0;
    qsizetype m_retainedBytes = 0;
    std::unordered_map<quint64, FlightPtr> m_underWay; //!< by number
    QHash<SnapshotKey, FlightPtr> m_open;              //!< those that newcomers join, landed or not
    std::deque<FlightPtr> m_retained;                  //!< landed ones, the oldest first
};

} // namespace Tidegate::Ssma
