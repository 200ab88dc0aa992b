// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QSqlDatabase>
#include <QString>

#include <memory>

class QSqlError;

namespace Tidegate {

//! Storage error that names what was tried; the driver's text carries no row contents.
Error sqlError(const QString &attempt, const QSqlError &error);

//! A named QSqlDatabase set up for one thread. Open, use and destroy on the same thread.
class SqlConnection
{
public:
    struct Config
    {
        QString path;
        bool readOnly = false; //!< refuses writes; the file must exist
        int busyTimeoutMs = 5'000;
        int cacheKiB = 16 * 1024;
        //! Pages gathered in the write-ahead log before they are moved into the file.
        int checkpointPages = 4'000;
        int walKeptMiB = 64; //!< the log file is cut back to this after it has been moved
    };

    //! A file that is made here is readable by its owner only.
    static Result<std::unique_ptr<SqlConnection>> open(const Config &config);
    ~SqlConnection();
    SqlConnection(const SqlConnection &) = delete;
    SqlConnection &operator=(const SqlConnection &) = delete;

    QSqlDatabase &database() { return m_database; }
    Result<void> execute(const QString &statement);

private:
    explicit SqlConnection(QSqlDatabase database);
    Result<void> configure(const Config &config);

    QSqlDatabase m_database;
};

} // namespace Tidegate
