// SPDX-License-Identifier: MIT
#include "intent/postgres/connection.h"

#include "base/logging.h"

#include <libpq-fe.h>

#include <array>

namespace Tidegate {

namespace {

constexpr int BinaryFormat = 1;

// A peer that vanished without a word is noticed within about ten seconds, by either side: the server must let go of
// our lock before somebody else may have it.
constexpr std::array Keywords{"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout", "dbname",
                              "application_name", "client_encoding",  static_cast<const char *>(nullptr)};
const char SessionSettings[] = "SET synchronous_commit = on; SET tcp_keepalives_idle = 5; "
                               "SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
                               "SET tcp_user_timeout = 10000; SET idle_in_transaction_session_timeout = 15000; "
                               "SET plan_cache_mode = force_custom_plan; SET search_path = tidegate; "
                               "SET client_min_messages = warning";

void onNotice(void *, const char *text)
{
    qCDebug(lcStore).noquote() << "postgres:" << QString::fromUtf8(text).trimmed();
}

QString firstLine(const char *message)
{
    const QString text = QString::fromUtf8(message).trimmed();
    return text.section(u'\n', 0, 0);
}

//! Class of an SQLSTATE whose cause is not the statement: connection, resources, shutdown, system, serialization.
bool isSurroundings(const QByteArray &state)
{
    for (const char *prefix : {"08", "53", "57", "58", "40", "25006"}) {
        if (state.startsWith(prefix))
            return true;
    }
    return state.isEmpty();
}

} // namespace

Result<void> PgConnection::check(const QByteArray &address)
{
    char *message = nullptr;
    PQconninfoOption *options = PQconninfoParse(address.constData(), &message);
    if (options) {
        PQconninfoFree(options);
        return {};
    }
    // The library's text may repeat part of the address, where a password can be.
    PQfreemem(message);
    return Error{ErrorCode::InvalidSyntax,
                 QStringLiteral("not an address such as \"postgresql://user:password@host/database\"")};
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(const QByteArray &address)
{
    if (auto checked = check(address); !checked)
        return checked.error();
    const std::array values{
        "5", "5", "2", "3", "10000", address.constData(), "tidegate", "SQL_ASCII", static_cast<const char *>(nullptr)};
    static_assert(values.size() == Keywords.size());
    std::unique_ptr<PgConnection> connection(new PgConnection(PQconnectdbParams(Keywords.data(), values.data(), 1)));
    if (connection->isLost())
        return connection->lastError();
    PQsetNoticeProcessor(connection->m_connection, onNotice, nullptr);
    if (auto configured = connection->configure(); !configured)
        return configured.error();
    return connection;
}

PgConnection::PgConnection(pg_conn *connection)
    : m_connection(connection)
{
}

PgConnection::~PgConnection()
{
    PQfinish(m_connection);
}

Result<void> PgConnection::configure()
{
    return execute(SessionSettings);
}

bool PgConnection::isLost() const
{
    return PQstatus(m_connection) != CONNECTION_OK;
}

Error PgConnection::lastError(const pg_result *result) const
{
    const QByteArray state = result ? QByteArray(PQresultErrorField(result, PG_DIAG_SQLSTATE)) : QByteArray();
    const char *own = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    const QString text = firstLine(own ? own : PQerrorMessage(m_connection));
    const ErrorCode code = isLost() ? ErrorCode::Unavailable : ErrorCode::Storage;
    return {code, text.isEmpty() ? QStringLiteral("the connection to PostgreSQL is lost") : text,
            isLost() || isSurroundings(state)};
}

Result<QByteArray> PgConnection::prepared(const QByteArray &sql, const PgParameters &parameters)
{
    if (const auto known = m_names.constFind(sql); known != m_names.cend())
        return *known;
    const QByteArray name = nextName();
    const PgResult result(PQprepare(m_connection, name.constData(), sql.constData(), parameters.count(),
                                    parameters.arrays().types.data()));
    if (PQresultStatus(result.raw()) != PGRES_COMMAND_OK)
        return lastError(result.raw());
    m_names.insert(sql, name);
    return name;
}

Result<PgResult> PgConnection::run(const QByteArray &sql, const PgParameters &parameters)
{
    const auto name = prepared(sql, parameters);
    if (!name)
        return name.error();
    const PgParameters::Arrays &arrays = parameters.arrays();
    PgResult result(PQexecPrepared(m_connection, name->constData(), parameters.count(), arrays.values.data(),
                                   arrays.lengths.data(), arrays.formats.data(), BinaryFormat));
    const ExecStatusType status = PQresultStatus(result.raw());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return lastError(result.raw());
    return result;
}

Result<PgResult> PgConnection::ask(const QByteArray &sql, const PgParameters &parameters)
{
    const PgParameters::Arrays &arrays = parameters.arrays();
    PgResult result(PQexecParams(m_connection, sql.constData(), parameters.count(), arrays.types.data(),
                                 arrays.values.data(), arrays.lengths.data(), arrays.formats.data(), BinaryFormat));
    if (PQresultStatus(result.raw()) != PGRES_TUPLES_OK)
        return lastError(result.raw());
    return result;
}

Result<void> PgConnection::execute(const QByteArray &sql)
{
    const PgResult result(PQexec(m_connection, sql.constData()));
    const ExecStatusType status = PQresultStatus(result.raw());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return lastError(result.raw());
    return {};
}

Result<void> PgConnection::copyOut(const QByteArray &sql, const std::function<void(QByteArrayView)> &takeRow)
{
    constexpr qsizetype HeaderBytes = 19;
    constexpr qsizetype CountBytes = 2;
    const PgResult started(PQexec(m_connection, sql.constData()));
    if (PQresultStatus(started.raw()) != PGRES_COPY_OUT)
        return lastError(started.raw());
    bool isFirst = true;
    char *data = nullptr;
    int bytes = 0;
    while ((bytes = PQgetCopyData(m_connection, &data, 0)) > 0) {
        QByteArrayView row(data, bytes);
        if (std::exchange(isFirst, false))
            row = row.sliced(std::min(HeaderBytes, row.size())); // comes with the first row or by itself
        if (row.size() > CountBytes)
            takeRow(row.sliced(CountBytes));
        PQfreemem(data);
    }
    Result<void> outcome;
    for (;;) {
        const PgResult end(PQgetResult(m_connection));
        if (!end.raw())
            break;
        if (PQresultStatus(end.raw()) != PGRES_COMMAND_OK)
            outcome = lastError(end.raw());
    }
    return isLost() ? Result<void>(lastError()) : outcome;
}

void PgConnection::queue(const QByteArray &sql, const PgParameters &parameters, qint64 rows)
{
    if (m_queueError)
        return;
    const PgParameters::Arrays &arrays = parameters.arrays();
    if (PQpipelineStatus(m_connection) == PQ_PIPELINE_OFF)
        PQenterPipelineMode(m_connection);
    QByteArray name = m_names.value(sql);
    bool isSent = true;
    if (name.isEmpty()) {
        name = nextName();
        m_names.insert(sql, name);
        m_queuedTexts.append(sql);
        m_queuedRows.push_back(-1);
        isSent = PQsendPrepare(m_connection, name.constData(), sql.constData(), parameters.count(),
                               arrays.types.data()) == 1;
    }
    m_queuedRows.push_back(rows);
    isSent = isSent && PQsendQueryPrepared(m_connection, name.constData(), parameters.count(), arrays.values.data(),
                                           arrays.lengths.data(), arrays.formats.data(), BinaryFormat) == 1;
    if (!isSent)
        m_queueError = lastError();
}

Result<void> PgConnection::readQueued(qint64 rows)
{
    const PgResult result(PQgetResult(m_connection));
    const ExecStatusType status = PQresultStatus(result.raw());
    if (status == PGRES_PIPELINE_ABORTED)
        return Error{ErrorCode::Storage, QStringLiteral("an earlier statement failed")};
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return lastError(result.raw());
    if (rows >= 0 && result.affectedRows() != rows)
        return Error{ErrorCode::Storage, QStringLiteral("the database holds other rows than expected")};
    return {};
}

Result<void> PgConnection::runQueued()
{
    Result<void> outcome;
    const std::vector<qint64> expected = std::exchange(m_queuedRows, {});
    const auto queueError = std::exchange(m_queueError, {});
    const QByteArrayList texts = std::exchange(m_queuedTexts, {});
    if (PQpipelineStatus(m_connection) != PQ_PIPELINE_OFF) {
        PQpipelineSync(m_connection);
        for (size_t i = 0; i < expected.size() && !isLost(); ++i) {
            auto read = readQueued(expected[i]);
            if (!read && outcome)
                outcome = read;
            const PgResult end(PQgetResult(m_connection)); // each answer is followed by an empty one
        }
        const PgResult sync(isLost() ? nullptr : PQgetResult(m_connection));
        PQexitPipelineMode(m_connection);
    }
    if (isLost())
        outcome = lastError();
    else if (queueError)
        outcome = *queueError;
    if (!outcome) {
        for (const QByteArray &text : texts) // whether they were prepared is not known
            m_names.remove(text);
    }
    return outcome;
}

} // namespace Tidegate
