// SPDX-License-Identifier: MIT
#include "intent/postgres/searcher.h"

#include "intent/postgres/reader.h"
#include "intent/postgres/rows.h"

#include <array>

namespace Tidegate {

namespace {

using Field = IntentSearch::Field;
using Op = IntentSearch::Op;

// A mark is a transition with a fourth element. Few rows have one, so that JSON is parsed for few. PostgreSQL's JSON
// knows no NUL, operators' notes may.
constexpr auto Handled = R"((CASE WHEN position('["marked",'::bytea in history) > 0 THEN
    (SELECT CASE WHEN value->3->>'handled' = 'true' THEN 1 ELSE 0 END
     FROM json_array_elements(replace(convert_from(history, 'UTF8'), '\u0000', '\ufffd')::json)
         WITH ORDINALITY AS transition(value, place)
     WHERE value->>0 = 'marked' ORDER BY place DESC LIMIT 1) ELSE 0 END))";
constexpr std::array ColumnOf{"id",         "site",         "seq",     "name",          "status",
                              "reasons",    "channel",      "user_id", "connection_id", "inserted_at",
                              "updated_at", "backend_code", Handled};
static_assert(ColumnOf.size() == IntentSearch::FieldCount);
constexpr std::array SqlOf{"=", "<>", "<", "<=", ">", ">="};

//! Whether a column of bytes has \p value in it, whatever the case of ASCII letters.
QByteArray hasText(const QByteArray &column, const QByteArray &value)
{
    return "strpos(lower(encode(" + column + ", 'escape')), lower(encode(" + value + ", 'escape'))) > 0";
}

//! Text and parameters of one search on one table.
class Conditions
{
public:
    Conditions(const IntentSearch &search, IntentTable table)
        : m_table(table)
    {
        m_text = table == IntentTable::Log ? " FROM intents WHERE true" : " FROM inbox WHERE true";
        for (const IntentSearch::Condition &condition : search.conditions)
            add(condition);
        if (!search.text.isEmpty()) {
            const QByteArray value = bytes(search.text);
            QByteArrayList places;
            for (const char *column : {"id", "name", "user_id", "site"})
                places.append(hasText(column, value));
            m_text += " AND (" + places.join(" OR ") + ')';
        }
    }

    const QByteArray &text() const { return m_text; }
    const PgParameters &parameters() const { return m_parameters; }

private:
    QByteArray bytes(const QByteArray &value)
    {
        m_parameters.addBytes(value);
        return '$' + QByteArray::number(m_parameters.count());
    }
    void add(const IntentSearch::Condition &condition)
    {
        const QByteArray column = ColumnOf[size_t(condition.field)];
        if (condition.field == Field::Seq && m_table == IntentTable::Inbox) {
            m_text += " AND false"; // has none yet
        } else if (const auto *number = std::get_if<qint64>(&condition.value)) {
            // In the text, so that the planner sees when the index of what was not acked will do.
            m_text += " AND " + column + ' ' + SqlOf[size_t(condition.op)] + ' ' + QByteArray::number(*number);
        } else {
            addBytes(condition, column, std::get<QByteArray>(condition.value));
        }
    }
    void addBytes(const IntentSearch::Condition &condition, const QByteArray &column, const QByteArray &wanted)
    {
        const QByteArray value = bytes(wanted);
        if (condition.op != Op::Contains)
            m_text += " AND " + column + ' ' + SqlOf[size_t(condition.op)] + ' ' + value;
        else if (condition.field == Field::Reasons)
            m_text += " AND " + value + " = ANY(reasons)";
        else if (condition.field == Field::Channels)
            m_text += " AND (channel = " + value + " OR " + value + " = ANY(channels))";
        else
            m_text += " AND " + hasText(column, value);
    }

    const IntentTable m_table;
    QByteArray m_text;
    PgParameters m_parameters;
};

} // namespace

PostgresIntentSearcher::PostgresIntentSearcher(QByteArray address)
    : m_address(std::move(address))
{
}

PostgresIntentSearcher::~PostgresIntentSearcher()
{
    close([this] { m_connection.reset(); });
}

Result<void> PostgresIntentSearcher::open()
{
    if (m_connection && !m_connection->isLost())
        return {};
    auto connection = PgConnection::open(m_address);
    if (!connection)
        return connection.error();
    m_connection = *std::move(connection);
    return {};
}

Result<qint64> PostgresIntentSearcher::count(const IntentSearch &search, IntentTable table)
{
    const Conditions conditions(search, table);
    const QByteArray sql = "SELECT count(*) FROM (SELECT 1" + conditions.text() + " LIMIT " +
                           QByteArray::number(IntentsFound::MaxCounted + 1) + ") found";
    const auto answer = m_connection->ask(sql, conditions.parameters());
    if (!answer)
        return answer.error();
    return answer->integer(0, 0);
}

Result<void> PostgresIntentSearcher::append(const IntentSearch &search, IntentTable table, qint64 offset, qint64 limit,
                                            std::vector<IntentPtr> &rows)
{
    const Conditions conditions(search, table);
    const QByteArray place = search.byInsertion            ? QByteArray("inserted_at")
                             : table == IntentTable::Inbox ? QByteArray("position")
                                                           : QByteArray("seq");
    const QByteArray sql = "SELECT " + QByteArray(table == IntentTable::Log ? "seq, " : "0::int8, ") +
                           PgRows::columns() + conditions.text() + " ORDER BY " + place +
                           (search.newestFirst ? " DESC" : "") + " LIMIT " + QByteArray::number(limit) + " OFFSET " +
                           QByteArray::number(offset);
    const auto answer = m_connection->ask(sql, conditions.parameters());
    return answer ? collectRows(*answer, rows) : Result<void>(answer.error());
}

} // namespace Tidegate
