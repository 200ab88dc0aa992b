// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <memory>
#include <optional>

struct pg_result;

namespace Tidegate {

//! What a statement answered, with columns in PostgreSQL's binary form. Rows and columns count from 0.
class PgResult
{
public:
    PgResult() = default;
    explicit PgResult(pg_result *result)
        : m_result(result)
    {
    }

    const pg_result *raw() const { return m_result.get(); } //!< null: there was no answer
    int rowCount() const;
    //! Rows that were inserted, changed or deleted.
    qint64 affectedRows() const;
    bool isNull(int row, int column) const;
    qint64 integer(int row, int column) const; //!< of a column of type int8
    QByteArray bytes(int row, int column) const;
    //! Nothing if it is not a plain list of bytea.
    std::optional<QByteArrayList> list(int row, int column) const;

private:
    QByteArrayView view(int row, int column) const;

    struct Clear
    {
        void operator()(pg_result *result) const;
    };
    std::unique_ptr<pg_result, Clear> m_result;
};

} // namespace Tidegate
