// SPDX-License-Identifier: MIT
#pragma once

#include "intent/postgres/parameters.h"
#include "intent/postgres/result.h"
#include "wire/result.h"

#include <QHash>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

struct pg_conn;

namespace Tidegate {

//! One connection to a PostgreSQL server, on libpq. Calls block, at most as long as a dead peer takes to be noticed
//! (about ten seconds). One thread at a time.
//! Errors are retryable when the surroundings failed (server gone, disk full, deadlock) and not the statement itself;
//! Unavailable when the connection is lost, Storage else. Texts name the server and never the password.
class PgConnection
{
public:
    //! What libpq can read: a URL or "key=value" pairs.
    static Result<void> check(const QByteArray &address);
    static Result<std::unique_ptr<PgConnection>> open(const QByteArray &address);
    ~PgConnection();
    Q_DISABLE_COPY_MOVE(PgConnection)

    //! Prepared the first time, kept by its text. Answers in binary columns.
    Result<PgResult> run(const QByteArray &sql, const PgParameters &parameters = {});
    //! The same without keeping it: for texts that are made up as they come.
    Result<PgResult> ask(const QByteArray &sql, const PgParameters &parameters);
    //! Without parameters; may be several statements.
    Result<void> execute(const QByteArray &sql);
    //! Streams "COPY (...) TO STDOUT (FORMAT binary)"; \p takeRow gets each row's fields, each with its length in
    //! front.
    Result<void> copyOut(const QByteArray &sql, const std::function<void(QByteArrayView row)> &takeRow);

    //! Sends a statement without waiting for its answer. \p rows it must change, else runQueued() fails; -1 = any.
    void queue(const QByteArray &sql, const PgParameters &parameters, qint64 rows = -1);
    //! Waits for all that were queued; the error of the first one that failed.
    Result<void> runQueued();

    bool isLost() const;

private:
    explicit PgConnection(pg_conn *connection);
    Result<void> configure();
    QByteArray nextName() { return 's' + QByteArray::number(++m_lastName); }
    Result<QByteArray> prepared(const QByteArray &sql, const PgParameters &parameters);
    Error lastError(const pg_result *result = nullptr) const;
    Result<void> readQueued(qint64 rows);

    pg_conn *m_connection;
    QHash<QByteArray, QByteArray> m_names; //!< of prepared statements; bounded by the texts there are in the program
    std::vector<qint64> m_queuedRows;
    QByteArrayList m_queuedTexts; //!< to be prepared by the queue
    quint64 m_lastName = 0;
    std::optional<Error> m_queueError; //!< of sending
};

} // namespace Tidegate
