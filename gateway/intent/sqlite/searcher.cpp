// SPDX-License-Identifier: MIT
#include "intent/sqlite/searcher.h"

#include "intent/sqlite/reader.h"
#include "intent/sqlite/rows.h"
#include "intent/sqlite/textlist.h"
#include "sql/statement.h"

#include <array>

namespace Tidegate {

namespace {

using Field = IntentSearch::Field;
using Op = IntentSearch::Op;

// A mark is a transition with a fourth element. Few rows have one, so that JSON is parsed for few.
constexpr auto Handled = R"((CASE WHEN instr(history, '["marked",') > 0 THEN
    (SELECT coalesce(json_extract(value, '$[3].handled'), 0) FROM json_each(history)
     WHERE json_extract(value, '$[0]') = 'marked' ORDER BY key DESC LIMIT 1) ELSE 0 END))";
constexpr std::array ColumnOf{"id",         "site",         "seq",     "name",          "status",
                              "reasons",    "channel",      "user_id", "connection_id", "inserted_at",
                              "updated_at", "backend_code", Handled};
static_assert(ColumnOf.size() == IntentSearch::FieldCount);
constexpr std::array SqlOf{"=", "<>", "<", "<=", ">", ">="};

//! Text of the conditions; values are bound in the same order from parameter 1 on, status numbers stand in it: only so
//! the planner sees that the index of undecided and refused rows will do.
QByteArray conditionsText(const IntentSearch &search, IntentTable table)
{
    QByteArray text;
    int parameter = 0;
    const auto next = [&parameter] { return '?' + QByteArray::number(++parameter); };
    for (const IntentSearch::Condition &condition : search.conditions) {
        const QByteArray column = ColumnOf[size_t(condition.field)];
        if (condition.field == Field::Status) {
            text += " AND status " + QByteArray(SqlOf[size_t(condition.op)]) + ' ' +
                    QByteArray::number(std::get<qint64>(condition.value));
        } else if (condition.field == Field::Seq && table == IntentTable::Inbox) {
            text += " AND 0"; // has none yet
        } else if (condition.op != Op::Contains) {
            text += " AND " + column + ' ' + SqlOf[size_t(condition.op)] + ' ' + next();
        } else if (condition.field == Field::Reasons) {
            text += " AND list_has(reasons, " + next() + ')';
        } else if (condition.field == Field::Channels) {
            const QByteArray value = next();
            text += " AND (channel = " + value + " OR list_has(channels, " + value + "))";
        } else {
            text += " AND instr(lower(" + column + "), lower(" + next() + ")) > 0";
        }
    }
    if (!search.text.isEmpty()) {
        const QByteArray value = next();
        QByteArrayList places;
        for (const char *column : {"id", "name", "user_id", "site"})
            places.append("instr(lower(" + QByteArray(column) + "), lower(" + value + ")) > 0");
        text += " AND (" + places.join(" OR ") + ')';
    }
    return text;
}

void bindConditions(Statement &statement, const IntentSearch &search, IntentTable table)
{
    int parameter = 0;
    for (const IntentSearch::Condition &condition : search.conditions) {
        if (condition.field == Field::Status || (condition.field == Field::Seq && table == IntentTable::Inbox))
            continue;
        if (const auto *number = std::get_if<qint64>(&condition.value))
            statement.bindInteger(++parameter, *number);
        else
            statement.bindText(++parameter, std::get<QByteArray>(condition.value));
    }
    if (!search.text.isEmpty())
        statement.bindText(++parameter, search.text);
}

QByteArray fromText(const IntentSearch &search, IntentTable table)
{
    return QByteArray(" FROM ") + (table == IntentTable::Log ? "intents" : "inbox") + " WHERE 1" +
           conditionsText(search, table);
}

QByteArray pageText(const IntentSearch &search, IntentTable table, qint64 offset, qint64 limit)
{
    const QByteArray place = search.byInsertion            ? QByteArray("inserted_at")
                             : table == IntentTable::Inbox ? QByteArray("position")
                                                           : QByteArray("seq");
    return "SELECT " + QByteArray(table == IntentTable::Log ? "seq, " : "0, ") + IntentRows::columns() +
           fromText(search, table) + " ORDER BY " + place + (search.newestFirst ? " DESC" : "") + " LIMIT " +
           QByteArray::number(limit) + " OFFSET " + QByteArray::number(offset);
}

} // namespace

SqliteIntentSearcher::SqliteIntentSearcher(QString path)
    : m_path(std::move(path))
{
}

SqliteIntentSearcher::~SqliteIntentSearcher()
{
    close([this] { m_connection.reset(); });
}

Result<void> SqliteIntentSearcher::open()
{
    if (m_connection)
        return {};
    SqlConnection::Config config;
    config.path = m_path;
    config.readOnly = true;
    auto connection = SqlConnection::open(config);
    if (!connection)
        return connection.error();
    if (!registerListHas(nativeHandle((*connection)->database())))
        return sqliteError(nativeHandle((*connection)->database()), "cannot register a function");
    m_connection = std::move(*connection);
    return {};
}

Result<qint64> SqliteIntentSearcher::count(const IntentSearch &search, IntentTable table)
{
    const QByteArray sql = "SELECT count(*) FROM (SELECT 1" + fromText(search, table) + " LIMIT " +
                           QByteArray::number(IntentsFound::MaxCounted + 1) + ')';
    auto statement = Statement::prepare(nativeHandle(m_connection->database()), sql);
    if (!statement)
        return statement.error();
    bindConditions(*statement, search, table);
    const qint64 counted = statement->next() ? statement->integer(0) : 0;
    if (const auto finished = statement->finish(); !finished)
        return finished.error();
    return counted;
}

Result<void> SqliteIntentSearcher::append(const IntentSearch &search, IntentTable table, qint64 offset, qint64 limit,
                                          std::vector<IntentPtr> &rows)
{
    auto statement = Statement::prepare(nativeHandle(m_connection->database()), pageText(search, table, offset, limit));
    if (!statement)
        return statement.error();
    bindConditions(*statement, search, table);
    return collectRows(*statement, rows);
}

} // namespace Tidegate
