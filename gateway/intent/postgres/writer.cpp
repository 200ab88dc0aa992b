// SPDX-License-Identifier: MIT
#include "intent/postgres/writer.h"

#include "base/logging.h"
#include "intent/intentquery.h"
#include "intent/postgres/contents.h"
#include "intent/postgres/rows.h"
#include "sql/groupcommit.h"

#include <algorithm>

namespace Tidegate {

namespace {

// A trim pays one sync; it waits until that is spread over this many rows.
constexpr quint64 MinTrimRows = 1'024;
// Bounds how long a trim keeps the next commit waiting; beyond that it keeps pace with twice the rows that came in.
constexpr quint64 MaxTrimRows = 8'192;

QByteArray placeholders(int first, int count)
{
    QByteArray text;
    for (int i = first; i < first + count; ++i)
        text += (text.isEmpty() ? "$" : ", $") + QByteArray::number(i);
    return text;
}

//! A row of the log. One that only waits to be trimmed gives way to a new one of the same intent; any other makes the
//! statement change no row.
const QByteArray &insertLogText()
{
    static const QByteArray s_text = [] {
        const QByteArray keys = "seq, key_high, key_low, ";
        const QByteArray excluded = "EXCLUDED.seq, EXCLUDED.key_high, EXCLUDED.key_low, ";
        return "INSERT INTO intents(" + keys + PgRows::columns() + ") VALUES(" +
               placeholders(1, 3 + PgRows::ColumnCount) + ") ON CONFLICT (site, id) DO UPDATE SET (" + keys +
               PgRows::columns() + ") = (" + excluded + PgRows::columns("EXCLUDED.") + ") WHERE intents.seq < $" +
               QByteArray::number(4 + PgRows::ColumnCount);
    }();
    return s_text;
}

const QByteArray &insertInboxText()
{
    static const QByteArray s_text = "INSERT INTO inbox(" + PgRows::columns() + ") VALUES(" +
                                     placeholders(1, PgRows::ColumnCount) +
                                     ") ON CONFLICT (site, id) DO UPDATE SET (position, " + PgRows::columns() +
                                     ") = (EXCLUDED.position, " + PgRows::columns("EXCLUDED.") + ")";
    return s_text;
}

const QByteArray BeginText = QByteArrayLiteral("BEGIN");
const QByteArray DeleteLogText = QByteArrayLiteral("DELETE FROM intents WHERE seq = $1");
const QByteArray DeleteInboxText = QByteArrayLiteral("DELETE FROM inbox WHERE site = $1 AND id = $2");
const QByteArray InsertChannelText =
    QByteArrayLiteral("INSERT INTO intent_channels(site, channel, seq) VALUES($1, $2, $3)");
const QByteArray DeleteChannelsText = QByteArrayLiteral("DELETE FROM intent_channels WHERE seq = $1");
const QByteArray TrimChannelsText = QByteArrayLiteral("DELETE FROM intent_channels WHERE seq < $1");
const QByteArray TrimLogText = QByteArrayLiteral("DELETE FROM intents WHERE seq < $1");
const QByteArray TrimmedText = QByteArrayLiteral("UPDATE store_state SET trimmed_below = greatest(trimmed_below, $1)");

qint64 newestSeq(std::span<const StoreWrite> writes)
{
    quint64 newest = 0;
    for (const StoreWrite &write : writes) {
        for (const SettledIntent &settled : write.settled)
            newest = std::max(newest, settled.intent->seq);
    }
    return qint64(newest);
}

} // namespace

PgWriter::PgWriter(Config config, StopSignal &stop)
    : m_config(std::move(config))
    , m_session(m_config.session, stop)
{
}

Result<StoreContents> PgWriter::open(Rng &rng)
{
    if (auto begun = m_session.begin(rng); !begun)
        return begun.error();
    auto contents = loadContents(m_session.connection());
    if (!contents)
        return contents;
    const auto lowest = lowestStoredSeq(m_session.connection());
    if (!lowest)
        return lowest.error();
    m_lastWrite = 0;
    m_trimBelow = contents->firstSeq;
    m_firstSeq = *lowest ? *lowest : m_trimBelow;
    return contents;
}

std::vector<Result<void>> PgWriter::commit(std::span<const StoreWrite> writes)
{
    auto results = commitTogether(writes, [&](std::span<const StoreWrite> group) {
        auto stored = commitGroup(group);
        if (!stored && group.size() == writes.size())
            qCWarning(lcStore).noquote() << "commit failed writes=" << group.size() << stored.error().text;
        return stored;
    });
    if (m_session.isFenced())
        m_config.deposed();
    return results;
}

Result<void> PgWriter::commitGroup(std::span<const StoreWrite> writes)
{
    ++m_lastWrite;
    const QDeadlineTimer patience(m_config.patienceMs);
    Result<void> outcome;
    Attempt attempted = Attempt::NothingStored;
    do {
        if (m_session.isLost()) {
            const bool mustKnow = attempted == Attempt::InDoubt;
            if (auto back = m_session.restore(mustKnow ? QDeadlineTimer(QDeadlineTimer::Forever) : patience); !back)
                return back;
            qCInfo(lcStore, "postgres: connected again");
        }
        attempted = attempted == Attempt::InDoubt ? lookUp() : attempt(writes, outcome);
        if (attempted == Attempt::NothingStored && patience.hasExpired())
            return outcome;
    } while (attempted == Attempt::NothingStored || attempted == Attempt::InDoubt);
    if (attempted == Attempt::Failed)
        return outcome;
    for (const StoreWrite &write : writes) {
        m_trimBelow = std::max(m_trimBelow, write.trimBelowSeq);
        m_trimBudget += 2 * write.settled.size();
    }
    return {};
}

//! What became of the transaction whose COMMIT was not answered.
PgWriter::Attempt PgWriter::lookUp()
{
    const auto last = m_session.readLastWrite();
    if (!last) {
        m_session.drop();
        return Attempt::InDoubt;
    }
    return *last == m_lastWrite ? Attempt::Stored : Attempt::NothingStored;
}

PgWriter::Attempt PgWriter::attempt(std::span<const StoreWrite> writes, Result<void> &outcome)
{
    PgConnection &connection = m_session.connection();
    connection.queue(BeginText, {});
    m_session.queueClaim(m_lastWrite, newestSeq(writes));
    for (const StoreWrite &write : writes)
        queueWrite(write);
    outcome = connection.runQueued();
    if (outcome) {
        outcome = connection.execute("COMMIT");
        if (outcome)
            return Attempt::Stored;
        // Whatever the answer says: a server on its way down may have stored it. So look rather than believe.
        giveUp(outcome);
        return Attempt::InDoubt;
    }
    const bool hasEnded = !m_session.isLost() && connection.execute("ROLLBACK");
    if (!hasEnded) {
        giveUp(outcome);
        return Attempt::NothingStored;
    }
    if (auto last = m_session.readLastWrite(); m_session.isFenced())
        outcome = last.error();
    return Attempt::Failed;
}

void PgWriter::giveUp(const Result<void> &outcome)
{
    qCWarning(lcStore).noquote() << "postgres: connection given up" << outcome.error().text;
    m_session.drop();
}

void PgWriter::queueWrite(const StoreWrite &write)
{
    for (const IntentPtr &intent : write.admitted)
        queueAdmitted(*intent);
    for (const SettledIntent &settled : write.settled)
        queueSettled(settled);
}

void PgWriter::queueAdmitted(const Intent &intent)
{
    m_parameters.clear();
    PgRows::add(m_parameters, intent);
    m_session.connection().queue(insertInboxText(), m_parameters, 1);
}

void PgWriter::queueSettled(const SettledIntent &settled)
{
    const Intent &intent = *settled.intent;
    PgConnection &connection = m_session.connection();
    if (settled.replacesSeq) {
        m_parameters.clear();
        m_parameters.addInteger(qint64(settled.replacesSeq));
        connection.queue(DeleteChannelsText, m_parameters);
        connection.queue(DeleteLogText, m_parameters);
    }
    if (settled.wasPending) {
        m_parameters.clear();
        m_parameters.addBytes(intent.site);
        m_parameters.addBytes(intent.id);
        connection.queue(DeleteInboxText, m_parameters);
    }
    m_parameters.clear();
    m_parameters.addInteger(qint64(intent.seq));
    m_parameters.addInteger(qint64(settled.key.high));
    m_parameters.addInteger(qint64(settled.key.low));
    PgRows::add(m_parameters, intent);
    m_parameters.addInteger(qint64(m_trimBelow));
    connection.queue(insertLogText(), m_parameters, 1);
    const QByteArrayList further = extraChannels(intent.channels);
    for (const QByteArray &channel : further) {
        m_parameters.clear();
        m_parameters.addBytes(intent.site);
        m_parameters.addBytes(channel);
        m_parameters.addInteger(qint64(intent.seq));
        connection.queue(InsertChannelText, m_parameters, 1);
    }
}

void PgWriter::trim()
{
    const quint64 budget = std::max(MaxTrimRows, std::exchange(m_trimBudget, 0));
    if (m_trimBelow < m_firstSeq + MinTrimRows || m_session.isLost())
        return;
    const auto trimmed = tryTrim(std::min(m_trimBelow, m_firstSeq + budget));
    if (!trimmed && !m_trimFailed)
        qCWarning(lcStore).noquote() << "trim failed" << trimmed.error().text;
    m_trimFailed = !trimmed;
}

Result<void> PgWriter::tryTrim(quint64 belowSeq)
{
    PgConnection &connection = m_session.connection();
    connection.queue(BeginText, {});
    m_session.queueClaim(m_lastWrite, 0);
    m_parameters.clear();
    m_parameters.addInteger(qint64(belowSeq));
    connection.queue(TrimChannelsText, m_parameters);
    connection.queue(TrimLogText, m_parameters);
    m_parameters.clear();
    m_parameters.addInteger(qint64(m_trimBelow));
    connection.queue(TrimmedText, m_parameters, 1);
    auto trimmed = connection.runQueued();
    const auto ended = connection.execute(trimmed ? "COMMIT" : "ROLLBACK");
    if (trimmed && !ended)
        trimmed = ended;
    if (trimmed)
        m_firstSeq = belowSeq;
    return trimmed;
}

void PgWriter::finish()
{
    if (!m_session.isLost() && m_trimBelow > m_firstSeq) {
        // What is left beyond the bound stays hidden by trimmed_below and goes in the next life.
        if (auto trimmed = tryTrim(std::min(m_trimBelow, m_firstSeq + MaxTrimRows)); !trimmed)
            qCWarning(lcStore).noquote() << "trim at close failed" << trimmed.error().text;
    }
    m_session.drop();
}

} // namespace Tidegate
