// SPDX-License-Identifier: MIT
#include "intent/postgres/searcher.h"

#include "intent/postgres/reader.h"
#include "intent/postgres/rows.h"

#include <array>

namespace Tidegate {

namespace {

using Field = IntentSearch::Field;
using Op = IntentSearch::Op;

enum class Table : quint8 { Log, Inbox };

constexpr std::array ColumnOf{"id",      "site",    "seq",           "name",        "status",     "reasons",
                              "channel", "user_id", "connection_id", "inserted_at", "updated_at", "backend_code"};
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
    Conditions(const IntentSearch &search, Table table)
        : m_table(table)
    {
        m_text = table == Table::Log ? " FROM intents WHERE true" : " FROM inbox WHERE true";
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
        if (condition.field == Field::Seq && m_table == Table::Inbox) {
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

    const Table m_table;
    QByteArray m_text;
    PgParameters m_parameters;
};

Result<qint64> count(PgConnection &connection, const IntentSearch &search, Table table)
{
    const Conditions conditions(search, table);
    const QByteArray sql = "SELECT count(*) FROM (SELECT 1" + conditions.text() + " LIMIT " +
                           QByteArray::number(IntentsFound::MaxCounted + 1) + ") found";
    const auto answer = connection.ask(sql, conditions.parameters());
    if (!answer)
        return answer.error();
    return answer->integer(0, 0);
}

Result<void> append(PgConnection &connection, const IntentSearch &search, Table table, qint64 offset, qint64 limit,
                    std::vector<IntentPtr> &rows)
{
    const Conditions conditions(search, table);
    const QByteArray place = search.byInsertion      ? QByteArray("inserted_at")
                             : table == Table::Inbox ? QByteArray("position")
                                                     : QByteArray("seq");
    const QByteArray sql = "SELECT " + QByteArray(table == Table::Log ? "seq, " : "0::int8, ") + PgRows::columns() +
                           conditions.text() + " ORDER BY " + place + (search.newestFirst ? " DESC" : "") + " LIMIT " +
                           QByteArray::number(limit) + " OFFSET " + QByteArray::number(offset);
    const auto answer = connection.ask(sql, conditions.parameters());
    return answer ? collectRows(*answer, rows) : Result<void>(answer.error());
}

} // namespace

PostgresIntentSearcher::PostgresIntentSearcher(QByteArray address)
    : m_address(std::move(address))
    , m_thread(std::make_unique<Worker>(QStringLiteral("store-search")))
{
}

PostgresIntentSearcher::~PostgresIntentSearcher()
{
    m_isClosing = true;
    m_thread->runBlocking([this] { m_connection.reset(); });
}

void PostgresIntentSearcher::search(IntentSearch search, std::function<void(Result<IntentsFound>)> done)
{
    if (++m_waiting > MaxWaiting) {
        --m_waiting;
        done(Error{ErrorCode::RateLimited, QStringLiteral("too many searches at a time"), true});
        return;
    }
    m_thread->post([this, search = std::move(search), done = std::move(done)] {
        --m_waiting;
        if (!m_isClosing)
            done(run(search));
    });
}

Result<IntentsFound> PostgresIntentSearcher::run(const IntentSearch &search)
{
    if (!m_connection || m_connection->isLost()) {
        auto connection = PgConnection::open(m_address);
        if (!connection)
            return connection.error();
        m_connection = *std::move(connection);
    }
    const auto inLog = count(*m_connection, search, Table::Log);
    if (!inLog)
        return inLog.error();
    const auto inInbox = count(*m_connection, search, Table::Inbox);
    if (!inInbox)
        return inInbox.error();
    IntentsFound found;
    // Undecided intents stand at the newest end, whichever end is shown first.
    const auto tables = search.newestFirst
                            ? std::array{std::pair(Table::Inbox, *inInbox), std::pair(Table::Log, *inLog)}
                            : std::array{std::pair(Table::Log, *inLog), std::pair(Table::Inbox, *inInbox)};
    qint64 before = 0;
    for (const auto &[table, counted] : tables) {
        const qint64 wanted = search.limit - qint64(found.rows.size());
        // What was counted only up to the bound may go on.
        if (wanted > 0 && (search.offset < before + counted || counted > IntentsFound::MaxCounted)) {
            const qint64 offset = std::max<qint64>(0, search.offset - before);
            if (const auto added = append(*m_connection, search, table, offset, wanted, found.rows); !added)
                return added.error();
        }
        before += counted;
    }
    found.total = before > IntentsFound::MaxCounted ? -1 : before;
    return found;
}

} // namespace Tidegate
