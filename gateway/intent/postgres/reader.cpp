// SPDX-License-Identifier: MIT
#include "intent/postgres/reader.h"

#include "intent/intentquery.h"
#include "intent/postgres/queries.h"
#include "intent/postgres/rows.h"

#include <algorithm>

namespace Tidegate {

Result<void> collectRows(const PgResult &result, std::vector<IntentPtr> &rows)
{
    for (int row = 0; row < result.rowCount(); ++row) {
        IntentPtr intent = PgRows::read(result, row);
        if (!intent)
            return Error{ErrorCode::Storage, QStringLiteral("a stored intent is damaged")};
        rows.push_back(std::move(intent));
    }
    return {};
}

PgReader::PgReader(QByteArray address, qint64 patienceMs, StopSignal &stop)
    : m_address(std::move(address))
    , m_patienceMs(patienceMs)
    , m_stop(stop)
{
}

Result<void> PgReader::open()
{
    auto connection = PgConnection::open(m_address);
    if (!connection)
        return connection.error();
    m_connection = *std::move(connection);
    return {};
}

Result<void> PgReader::connect()
{
    constexpr std::chrono::milliseconds LongestPause(500);
    const QDeadlineTimer patience(m_isAway ? 0 : m_patienceMs);
    std::chrono::milliseconds pause(20);
    for (;;) {
        auto connected = open();
        if (connected) {
            m_isAway = false;
            return connected;
        }
        if (patience.hasExpired() || m_stop.waitFor(pause)) {
            m_isAway = true;
            return Error{ErrorCode::Unavailable, connected.error().text, true};
        }
        pause = std::min(2 * pause, LongestPause);
    }
}

//! Reads again when the connection turns out to be lost: reading twice harms nobody.
template <typename Read>
auto PgReader::withConnection(Read read) -> decltype(read())
{
    for (bool isSecond = false;; isSecond = true) {
        if (!m_connection || m_connection->isLost()) {
            if (auto connected = connect(); !connected)
                return connected.error();
        }
        auto answer = read();
        if (answer || isSecond || !m_connection->isLost())
            return answer;
    }
}

Result<std::vector<IntentPtr>> PgReader::select(const PgQuery &query)
{
    const auto answer = m_connection->run(query.text, query.parameters);
    if (!answer)
        return answer.error();
    std::vector<IntentPtr> rows;
    if (auto collected = collectRows(*answer, rows); !collected)
        return collected.error();
    return rows;
}

Result<std::vector<IntentPtr>> PgReader::read(const IntentQuery &query, quint64 lowestSeq)
{
    return withConnection([&]() -> Result<std::vector<IntentPtr>> {
        if (!query.seqs.empty())
            return select(seqsQuery(query, lowestSeq));
        switch (query.source) {
        case IntentQuery::Source::Log:
            return select(logQuery(query, lowestSeq));
        case IntentQuery::Source::Inbox:
            return select(inboxQuery(query));
        case IntentQuery::Source::Both:
            break;
        }
        return selectBoth(query, lowestSeq);
    });
}

Result<std::vector<IntentPtr>> PgReader::selectBoth(const IntentQuery &query, quint64 lowestSeq)
{
    // One snapshot for both statements: an intent that settles meanwhile is met once.
    if (auto begun = m_connection->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun)
        return begun.error();
    auto log = select(logQuery(query, lowestSeq));
    auto inbox = log ? select(inboxQuery(query)) : Result<std::vector<IntentPtr>>(log.error());
    const auto ended = m_connection->execute("ROLLBACK");
    if (!inbox || !ended)
        return inbox ? ended.error() : inbox.error();
    return mergeRows(query, *std::move(log), *std::move(inbox));
}

Result<PgReader::ReasonCounts> PgReader::countReasons(quint64 lowestSeq)
{
    return withConnection([&]() -> Result<ReasonCounts> {
        const PgQuery query = reasonsQuery(lowestSeq);
        const auto answer = m_connection->run(query.text, query.parameters);
        if (!answer)
            return answer.error();
        ReasonCounts counts;
        for (int row = 0; row < answer->rowCount(); ++row)
            counts.emplace_back(answer->bytes(row, 0), quint64(answer->integer(row, 1)));
        return counts;
    });
}

Result<StoreContents> PgReader::contents()
{
    return withConnection([this] { return loadContents(*m_connection); });
}

} // namespace Tidegate
