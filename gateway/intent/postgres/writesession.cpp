// SPDX-License-Identifier: MIT
#include "intent/postgres/writesession.h"

#include "base/logging.h"
#include "intent/postgres/schema.h"

#include <algorithm>

namespace Tidegate {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds FirstPause(50);
constexpr milliseconds LongestPause(1'000);

// The numbers of the lock mean nothing; they must only be nobody else's in this database.
const QByteArray TakeLock = QByteArrayLiteral("SELECT pg_try_advisory_lock(1953064037, 1734437985)::int::int8");
const QByteArray Claim = QByteArrayLiteral("UPDATE store_state SET last_write = $1, head_seq = greatest(head_seq, $2) "
                                           "WHERE fence = $3");

Error fenced()
{
    return {ErrorCode::Unavailable, QStringLiteral("another gateway has taken over the intents of this database"),
            true};
}

} // namespace

PgWriteSession::PgWriteSession(Config config, StopSignal &stop)
    : m_config(std::move(config))
    , m_stop(stop)
{
}

Result<void> PgWriteSession::connect()
{
    auto connection = PgConnection::open(m_config.address);
    if (!connection)
        return connection.error();
    m_connection = *std::move(connection);
    return {};
}

Result<bool> PgWriteSession::takeLock()
{
    const auto taken = m_connection->run(TakeLock);
    if (!taken)
        return taken.error();
    return taken->integer(0, 0) == 1;
}

Result<void> PgWriteSession::prepareSchema(Rng &rng)
{
    if (auto connected = connect(); !connected)
        return connected;
    const auto taken = takeLock();
    const auto migrated = taken && *taken ? migratePostgres(*m_connection, rng) : Result<void>();
    drop();
    return taken ? migrated : Result<void>(taken.error());
}

Result<void> PgWriteSession::begin(Rng &rng)
{
    m_isFenced = false;
    if (auto connected = connect(); !connected)
        return connected;
    QDeadlineTimer patience(m_config.lockPatienceMs);
    for (;;) {
        const auto taken = takeLock();
        if (!taken)
            return taken.error();
        if (*taken)
            break;
        if (patience.hasExpired() || m_stop.waitFor(FirstPause))
            return Error{ErrorCode::Conflict, QStringLiteral("another gateway writes to this database"), true};
    }
    if (auto migrated = migratePostgres(*m_connection, rng); !migrated)
        return migrated;
    return raiseFence();
}

Result<void> PgWriteSession::raiseFence()
{
    PgParameters values;
    values.addBytes(m_config.holder);
    const auto raised = m_connection->run(
        "UPDATE store_state SET fence = fence + 1, last_write = 0, leader = $1 RETURNING fence", values);
    if (!raised)
        return raised.error();
    if (raised->rowCount() != 1)
        return Error{ErrorCode::Storage, QStringLiteral("table store_state is damaged")};
    m_fence = raised->integer(0, 0);
    return {};
}

Result<void> PgWriteSession::restore(const QDeadlineTimer &patience)
{
    milliseconds pause = FirstPause;
    for (;;) {
        if (m_isFenced)
            return fenced();
        m_connection.reset();
        Result<void> outcome = connect();
        if (outcome) {
            // Waits for a transaction of the former connection, whose server process may not have noticed.
            const auto last = readLastWrite();
            const auto taken = last ? takeLock() : Result<bool>(last.error());
            if (taken && *taken)
                return {};
            outcome = taken ? Error{ErrorCode::Unavailable, QStringLiteral("the write lock is not free yet"), true}
                            : taken.error();
        }
        if (m_isFenced)
            continue;
        if (patience.hasExpired() || m_stop.waitFor(pause))
            return Error{ErrorCode::Unavailable, outcome.error().text, true};
        pause = std::min(2 * pause, LongestPause);
    }
}

void PgWriteSession::queueClaim(qint64 writeNumber, quint64 headSeq)
{
    PgParameters values;
    values.addInteger(writeNumber);
    values.addInteger(headSeq);
    values.addInteger(m_fence);
    m_connection->queue(Claim, values, 1);
}

Result<qint64> PgWriteSession::readLastWrite()
{
    const auto state = m_connection->run("SELECT fence, last_write FROM store_state FOR UPDATE");
    if (!state)
        return state.error();
    if (state->rowCount() != 1)
        return Error{ErrorCode::Storage, QStringLiteral("table store_state is damaged")};
    if (state->integer(0, 0) != m_fence) {
        m_isFenced = true;
        return fenced();
    }
    return state->integer(0, 1);
}

} // namespace Tidegate
