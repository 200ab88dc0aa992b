// SPDX-License-Identifier: MIT
#include "session/ssma/snapshotflights.h"

#include "session/ssma/intents.h"

#include <numeric>

namespace Tidegate::Ssma {

namespace {

qsizetype sizeOf(const SnapshotReply &reply)
{
    constexpr qsizetype Overhead = 1024; // of the table's entry, the key included
    return std::accumulate(reply.rows.begin(), reply.rows.end(), Overhead, [](qsizetype sum, const QByteArray &row) {
        return sum + row.size() + qsizetype(sizeof(QByteArray));
    });
}

} // namespace

void SnapshotFlights::fetch(const SnapshotQuestion &question, Done done)
{
    dropExpired();
    const FlightPtr flight = openFlight(question.key);
    if (!flight) {
        depart(question, std::move(done));
        return;
    }
    if (!flight->snapshot && m_waiting >= MaxWaiting) {
        done(Error{ErrorCode::Unavailable, QStringLiteral("too many subscribers wait for the backend"), true});
        return;
    }
    m_services.counters.sharing.snapshotsShared.add();
    if (flight->snapshot) {
        done(flight->snapshot);
        return;
    }
    ++m_waiting;
    flight->waiting.push_back(std::move(done));
}

SnapshotFlights::FlightPtr SnapshotFlights::openFlight(const SnapshotKey &key) const
{
    const FlightPtr flight = m_open.value(key);
    if (!flight || m_profile.snapshotShareMs == 0)
        return nullptr;
    // Whoever shares it is sent the rows since, and those must fit into one page.
    const bool isNear = m_services.engine.headSeq() - flight->headBefore <= quint64(Profile::MaxResumeRows);
    return isNear ? flight : nullptr;
}

void SnapshotFlights::depart(const SnapshotQuestion &question, Done done)
{
    const auto flight = std::make_shared<Flight>();
    flight->key = question.key;
    flight->number = ++m_lastNumber;
    flight->headBefore = m_services.engine.headSeq();
    flight->waiting.push_back(std::move(done));
    ++m_waiting;
    m_underWay.emplace(flight->number, flight);
    m_open.insert(flight->key, flight);
    m_services.counters.sharing.snapshotsAsked.add();
    // An adapter completes what is outstanding when it is destroyed, which may be after this object is.
    m_services.backend.subscribe(question.request,
                                 [this, leaving = std::weak_ptr(flight)](Result<SnapshotReply> reply) {
                                     if (const FlightPtr landing = leaving.lock())
                                         land(landing, std::move(reply));
                                 });
}

void SnapshotFlights::land(const FlightPtr &flight, Result<SnapshotReply> reply)
{
    m_underWay.erase(flight->number);
    m_waiting -= qsizetype(flight->waiting.size());
    const std::vector<Done> waiting = std::move(flight->waiting);
    flight->waiting.clear();
    if (!reply) {
        leave(flight);
        m_services.log.record("CHANNEL_SUBSCRIBE_BACKEND_SNAPSHOT_FAILED", LogLevel::Warn,
                              "{\"channel\":" + quoted(flight->key.subscription.channel) +
                                  ",\"error\":" + quoted(reply.error().text.toUtf8()) +
                                  ",\"subscribers\":" + QByteArray::number(qsizetype(waiting.size())) + '}');
        for (const Done &done : waiting)
            done(reply.error());
        return;
    }
    flight->bytes = sizeOf(*reply);
    flight->landedAtMs = m_services.clock.monotonicMs();
    const auto snapshot =
        std::make_shared<const SharedSnapshot>(SharedSnapshot{flight->number, flight->headBefore, std::move(*reply)});
    if (retain(flight))
        flight->snapshot = snapshot;
    else
        leave(flight);
    for (const Done &done : waiting)
        done(snapshot);
}

bool SnapshotFlights::retain(const FlightPtr &flight)
{
    dropExpired();
    if (m_profile.snapshotShareMs == 0 || m_open.value(flight->key) != flight || m_retained.size() >= MaxRetained ||
        m_retainedBytes + flight->bytes > MaxRetainedBytes)
        return false;
    m_retained.push_back(flight);
    m_retainedBytes += flight->bytes;
    return true;
}

//! Newcomers ask again.
void SnapshotFlights::leave(const FlightPtr &flight)
{
    if (m_open.value(flight->key) == flight)
        m_open.remove(flight->key);
}

void SnapshotFlights::dropExpired()
{
    const qint64 now = m_services.clock.monotonicMs();
    while (!m_retained.empty() && now - m_retained.front()->landedAtMs >= m_profile.snapshotShareMs) {
        leave(m_retained.front());
        m_retainedBytes -= m_retained.front()->bytes;
        m_retained.pop_front();
    }
}

void SnapshotFlights::forget()
{
    m_open.clear();
    m_retained.clear();
    m_retainedBytes = 0;
}

} // namespace Tidegate::Ssma
