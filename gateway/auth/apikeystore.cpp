// SPDX-License-Identifier: MIT
#include "auth/apikeystore.h"

#include "auth/authdatabase.h"

namespace Tidegate {

Result<void> ApiKeyStore::insert(const ApiKeyRow &row, const QByteArray &hash)
{
    return m_database.change(QStringLiteral("INSERT INTO api_keys VALUES (?,?,?,?,?,NULL)"),
                             {QString::fromUtf8(row.info.id), QString::fromUtf8(row.userId), hash,
                              QString::fromUtf8(row.info.hint), row.info.createdAtMs});
}

Result<std::vector<ApiKeyRow>> ApiKeyStore::select(const QString &condition, const QVariantList &bindings)
{
    auto rows = m_database.run(QStringLiteral("SELECT id, hint, created_at, last_used_at, user_id FROM api_keys "
                                              "WHERE %1 ORDER BY created_at, rowid")
                                   .arg(condition),
                               bindings);
    if (!rows)
        return rows.error();
    std::vector<ApiKeyRow> keys;
    while (rows->next()) {
        ApiKeyRow row{{rows->value(0).toString().toUtf8(), rows->value(1).toString().toUtf8(),
                       rows->value(2).toLongLong(), std::nullopt},
                      rows->value(4).toString().toUtf8()};
        if (!rows->isNull(3))
            row.info.lastUsedAtMs = rows->value(3).toLongLong();
        keys.push_back(std::move(row));
    }
    return keys;
}

Result<std::optional<ApiKeyRow>> ApiKeyStore::selectOne(const QString &column, const QVariant &value)
{
    const auto keys = select(column + QStringLiteral("=?"), {value});
    if (!keys)
        return keys.error();
    return keys->empty() ? std::nullopt : std::optional(keys->front());
}

Result<std::optional<ApiKeyRow>> ApiKeyStore::findById(const QByteArray &id)
{
    return selectOne(QStringLiteral("id"), QString::fromUtf8(id));
}

Result<std::optional<ApiKeyRow>> ApiKeyStore::findByHash(const QByteArray &hash)
{
    return selectOne(QStringLiteral("hash"), hash);
}

Result<std::vector<ApiKeyRow>> ApiKeyStore::ofUser(const QByteArray &userId)
{
    return select(QStringLiteral("user_id=?"), {QString::fromUtf8(userId)});
}

Result<std::vector<ApiKeyRow>> ApiKeyStore::all()
{
    return select(QStringLiteral("1"), {});
}

Result<void> ApiKeyStore::markUsed(const QByteArray &id, qint64 nowMs)
{
    return m_database.change(QStringLiteral("UPDATE api_keys SET last_used_at=? WHERE id=?"),
                             {nowMs, QString::fromUtf8(id)});
}

Result<void> ApiKeyStore::remove(const QByteArray &id)
{
    return m_database.change(QStringLiteral("DELETE FROM api_keys WHERE id=?"), {QString::fromUtf8(id)});
}

} // namespace Tidegate
