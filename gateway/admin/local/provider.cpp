// SPDX-License-Identifier: MIT
#include "admin/local/provider.h"

#include <QSet>

namespace Tidegate::Admin {

Error noSuchRow(const QString &resource, const QString &key)
{
    return {ErrorCode::NotFound, QStringLiteral("%1 has no \"%2\"").arg(resource, key)};
}

void ResourceProvider::invoke(const Operator &, const CommandCall &call, Answer<CommandOutcome> done)
{
    done(Error{ErrorCode::Unsupported, QStringLiteral("%1 has no commands").arg(call.resource)});
}

const Resource &ResourceProvider::described() const
{
    return *ResourceCatalog::builtIn().find(resource());
}

void TableProvider::page(const PageRequest &request, Answer<Page> done)
{
    collect([this, request, done = std::move(done)](const Result<TablePtr> &table) {
        if (!table) {
            done(table.error());
            return;
        }
        Page page = pageOf(**table, described(), request);
        page.revision = revision();
        done(std::move(page));
    });
}

void TableProvider::one(const QString &key, Answer<QJsonObject> done)
{
    collect([this, key, done = std::move(done)](const Result<TablePtr> &table) {
        if (!table) {
            done(table.error());
            return;
        }
        const qsizetype row = findRow(**table, described(), key);
        done(row < 0 ? Result<QJsonObject>(noSuchRow(resource(), key))
                     : Result<QJsonObject>(rowObject(**table, described(), row, true)));
    });
}

void TableProvider::rows(const QStringList &keys, Answer<QList<QJsonObject>> done)
{
    collect([this, wanted = QSet<QString>(keys.begin(), keys.end()),
             done = std::move(done)](const Result<TablePtr> &table) {
        if (!table) {
            done(table.error());
            return;
        }
        const CellReader key = (*table)->reader(described().keyField);
        QList<QJsonObject> found;
        for (qsizetype row = 0; row < (*table)->count(); ++row) {
            if (wanted.contains(keyText(key(row))))
                found.append(rowObject(**table, described(), row, false));
        }
        done(std::move(found));
    });
}

} // namespace Tidegate::Admin
