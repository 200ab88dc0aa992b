// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QPointF>
#include <QString>

namespace Tidegate::Console {

constexpr qreal GlyphGrid = 16;

//! A line, or a dot when it has a radius.
struct GlyphShape
{
    QList<QPointF> points;
    bool isClosed = false;
    qreal radius = 0;
};

//! Empty for a name that is not in the table.
const QList<GlyphShape> &glyphShapes(const QString &name);
QStringList glyphNames();

} // namespace Tidegate::Console
