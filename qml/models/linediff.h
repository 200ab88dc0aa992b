// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! Two texts side by side, line by line.
class LineDiff : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    //! Of either text; what comes after is left out, and the last line says so.
    static constexpr qsizetype MaxLines = 800;

    using QObject::QObject;

    //! Maps {left, right, kind}: "same", "changed" (both sides), "left" or "right" (one side only).
    Q_INVOKABLE static QVariantList lines(const QString &left, const QString &right);
};

} // namespace Tidegate::Console
