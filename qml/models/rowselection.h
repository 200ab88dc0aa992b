// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"

#include <QObject>
#include <QSet>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! Rows that are chosen, by key, so that they stay chosen wherever they move. Bound: what a command may name; more are
//! not taken.
class RowSelection : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("a RowsModel has one")
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(QStringList keys READ keys NOTIFY changed)

public:
    static constexpr qsizetype MaxKeys = Admin::CommandCall::MaxKeys;

    using QObject::QObject;

    int count() const { return int(m_keys.size()); }
    QStringList keys() const { return m_keys.values(); }
    Q_INVOKABLE bool contains(const QString &key) const { return m_keys.contains(key); }

    Q_INVOKABLE void clear();
    Q_INVOKABLE void toggle(const QString &key);
    void set(const QStringList &keys);
    void remove(const QStringList &keys);

Q_SIGNALS:
    void changed();

private:
    QSet<QString> m_keys;
};

} // namespace Tidegate::Console
