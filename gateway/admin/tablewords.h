// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

// Short words for writing the tables of resourcetable.h.

namespace Tidegate::Admin::TableWords {

enum Ability : quint8 { Plain = 0, Sorts = 1, Filters = 2, Detail = 4, Both = Sorts | Filters };

inline Column column(const QString &name, const QString &title, ColumnType type, int ability, const QString &doc,
                     const QStringList &values = {})
{
    return {name, title, type, values, doc, (ability & Sorts) != 0, (ability & Filters) != 0, (ability & Detail) != 0};
}

inline QStringList roleNames()
{
    return {QStringLiteral("guest"), QStringLiteral("user"), QStringLiteral("staff"), QStringLiteral("admin"),
            QStringLiteral("system")};
}

//! What people type into a destructive command's form; it goes into the audit.
inline Argument reasonArgument(const QString &doc)
{
    return {QStringLiteral("reason"), QStringLiteral("Reason"), ColumnType::Text, {}, doc, false, {}};
}

} // namespace Tidegate::Admin::TableWords
