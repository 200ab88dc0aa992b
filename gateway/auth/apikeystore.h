// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>
#include <QVariantList>

#include <optional>
#include <vector>

namespace Tidegate {

class AuthDatabase;

//! What may be known of an API key after it was issued.
struct ApiKeyInfo
{
    QByteArray id;
    QByteArray hint; //!< first characters of the key, enough to recognise it
    qint64 createdAtMs = 0;
    std::optional<qint64> lastUsedAtMs;
};

struct ApiKeyRow
{
    ApiKeyInfo info;
    QByteArray userId;
};

//! Rows of the API keys table. On the database's thread.
class ApiKeyStore
{
public:
    explicit ApiKeyStore(AuthDatabase &database)
        : m_database(database)
    {
    }

    //! \p hash: SHA-256 of the key.
    Result<void> insert(const ApiKeyRow &row, const QByteArray &hash);
    Result<std::optional<ApiKeyRow>> findById(const QByteArray &id);
    Result<std::optional<ApiKeyRow>> findByHash(const QByteArray &hash);
    // Oldest first.
    Result<std::vector<ApiKeyRow>> ofUser(const QByteArray &userId);
    Result<std::vector<ApiKeyRow>> all();
    Result<void> markUsed(const QByteArray &id, qint64 nowMs);
    Result<void> remove(const QByteArray &id);

private:
    Result<std::vector<ApiKeyRow>> select(const QString &condition, const QVariantList &bindings);
    Result<std::optional<ApiKeyRow>> selectOne(const QString &column, const QVariant &value);

    AuthDatabase &m_database;
};

} // namespace Tidegate
