// SPDX-License-Identifier: MIT
#include "intent/postgres/result.h"

#include <QtEndian>

#include <libpq-fe.h>

namespace Tidegate {

namespace {

class Cursor
{
public:
    explicit Cursor(QByteArrayView bytes)
        : m_left(bytes)
    {
    }
    std::optional<qint32> takeInt32()
    {
        if (m_left.size() < 4)
            return std::nullopt;
        const auto number = qFromBigEndian<qint32>(m_left.data());
        m_left = m_left.sliced(4);
        return number;
    }
    std::optional<QByteArray> takeBytes(qint32 count)
    {
        if (count < 0 || m_left.size() < count)
            return std::nullopt;
        QByteArray bytes = m_left.first(count).toByteArray();
        m_left = m_left.sliced(count);
        return bytes;
    }

private:
    QByteArrayView m_left;
};

} // namespace

void PgResult::Clear::operator()(pg_result *result) const
{
    PQclear(result);
}

int PgResult::rowCount() const
{
    return PQntuples(m_result.get());
}

qint64 PgResult::affectedRows() const
{
    return QByteArray(PQcmdTuples(m_result.get())).toLongLong();
}

bool PgResult::isNull(int row, int column) const
{
    return PQgetisnull(m_result.get(), row, column) == 1;
}

QByteArrayView PgResult::view(int row, int column) const
{
    return {PQgetvalue(m_result.get(), row, column), PQgetlength(m_result.get(), row, column)};
}

qint64 PgResult::integer(int row, int column) const
{
    const QByteArrayView bytes = view(row, column);
    return bytes.size() == 8 ? qFromBigEndian<qint64>(bytes.data()) : 0;
}

QByteArray PgResult::bytes(int row, int column) const
{
    return view(row, column).toByteArray();
}

std::optional<QByteArrayList> PgResult::list(int row, int column) const
{
    Cursor cursor(view(row, column));
    const auto dimensions = cursor.takeInt32();
    const auto hasNull = cursor.takeInt32();
    const auto elementType = cursor.takeInt32();
    if (!dimensions || *dimensions > 1 || !hasNull || !elementType)
        return std::nullopt;
    QByteArrayList texts;
    if (*dimensions == 0)
        return texts;
    const auto count = cursor.takeInt32();
    const auto first = cursor.takeInt32();
    if (!count || !first)
        return std::nullopt;
    for (qint32 i = 0; i < *count; ++i) {
        const auto length = cursor.takeInt32();
        auto text = length ? cursor.takeBytes(*length) : std::nullopt;
        if (!text)
            return std::nullopt;
        texts.append(*std::move(text));
    }
    return texts;
}

} // namespace Tidegate
