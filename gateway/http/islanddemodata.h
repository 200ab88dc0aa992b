// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <map>
#include <optional>

namespace Tidegate {

//! Sample data of the demo islands, in memory (SSMA spec section 5). Bounds: MaxKeys products, reviewed products and
//! blog posts each, a new one beyond that is refused; MaxPerKey reviews or comments each, the oldest goes. Not
//! thread-safe.
class IslandDemoData
{
public:
    static constexpr qsizetype MaxKeys = 200;
    static constexpr qsizetype MaxPerKey = 100;

    explicit IslandDemoData(qint64 nowMs);

    QJsonArray products() const;
    qint64 productsUpdatedAtMs() const { return m_productsUpdatedAtMs; }
    std::optional<QJsonObject> setQuantity(const QString &productId, double quantity, qint64 nowMs);

    QJsonArray reviews(const QString &productId) const { return list(m_reviews, productId); }
    bool addReview(const QString &productId, const QJsonObject &review) { return add(m_reviews, productId, review); }

    QJsonArray comments(const QString &postId) const { return list(m_comments, postId); }
    bool addComment(const QString &postId, const QJsonObject &comment) { return add(m_comments, postId, comment); }

private:
    using Table = QHash<QString, QList<QJsonObject>>;

    static QJsonArray list(const Table &table, const QString &key);
    static bool add(Table &table, const QString &key, const QJsonObject &row);

    std::map<QString, QJsonObject> m_products;
    qint64 m_productsUpdatedAtMs;
    Table m_reviews;
    Table m_comments;
};

} // namespace Tidegate
