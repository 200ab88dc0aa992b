// SPDX-License-Identifier: MIT
#pragma once

#include "admin/resourcecatalog.h"

#include <QJsonValue>
#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! Values as people read them. Times are shown in the local time zone; utc() is for the second look.
class Format : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    static QString cell(const Admin::Column &column, const QJsonValue &value);
    //! What a cell does not say: the exact number, the time in UTC; empty = it says all.
    static QString hint(const Admin::Column &column, const QJsonValue &value);
    static QString statistic(double value, Admin::StatisticUnit unit);

    //! Groups of three digits; at most \p decimals of them after the point.
    Q_INVOKABLE static QString number(double value, int decimals = 0);
    //! Three significant digits: "12.3 k".
    Q_INVOKABLE static QString compact(double value);
    Q_INVOKABLE static QString bytes(double value);
    Q_INVOKABLE static QString duration(double ms);
    //! Today without the date.
    Q_INVOKABLE static QString time(double ms);
    Q_INVOKABLE static QString clock(double ms, bool withMs = true);
    Q_INVOKABLE static QString utc(double ms);
    //! As toneOf().
    Q_INVOKABLE static QString tone(const QString &word);
    //! "in 3 s", "12 m ago".
    Q_INVOKABLE static QString age(double ms);
    //! Indented; text as it is.
    Q_INVOKABLE static QString json(const QJsonValue &value);

    static QString jsonText(const QJsonValue &value, bool isIndented);
};

} // namespace Tidegate::Console
