// SPDX-License-Identifier: MIT
#include "http/islanddemodata.h"

namespace Tidegate {

namespace {

QJsonObject product(const QString &id, double quantity, const QString &title, qint64 nowMs)
{
    return {{QStringLiteral("productId"), id},
            {QStringLiteral("quantity"), quantity},
            {QStringLiteral("title"), title},
            {QStringLiteral("updatedAt"), nowMs}};
}

} // namespace

IslandDemoData::IslandDemoData(qint64 nowMs)
    : m_productsUpdatedAtMs(nowMs)
{
    setQuantity(QStringLiteral("lantern"), 12, nowMs);
    setQuantity(QStringLiteral("compass"), 7, nowMs);
    setQuantity(QStringLiteral("rope"), 40, nowMs);
}

QJsonArray IslandDemoData::products() const
{
    QJsonArray rows;
    for (const auto &[id, row] : m_products)
        rows.append(row);
    return rows;
}

std::optional<QJsonObject> IslandDemoData::setQuantity(const QString &productId, double quantity, qint64 nowMs)
{
    const auto known = m_products.find(productId);
    if (known == m_products.end() && qsizetype(m_products.size()) >= MaxKeys)
        return std::nullopt;
    m_productsUpdatedAtMs = nowMs;
    return m_products[productId] = product(productId, quantity, productId, nowMs);
}

QJsonArray IslandDemoData::list(const Table &table, const QString &key)
{
    QJsonArray rows;
    for (const QJsonObject &row : table.value(key))
        rows.append(row);
    return rows;
}

bool IslandDemoData::add(Table &table, const QString &key, const QJsonObject &row)
{
    if (!table.contains(key) && table.size() >= MaxKeys)
        return false;
    QList<QJsonObject> &rows = table[key];
    if (rows.size() >= MaxPerKey)
        rows.removeFirst();
    rows.append(row);
    return true;
}

} // namespace Tidegate
