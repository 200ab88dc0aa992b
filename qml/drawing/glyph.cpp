// SPDX-License-Identifier: MIT
#include "qml/drawing/glyph.h"

#include "qml/drawing/glyphshapes.h"

#include <algorithm>

namespace Tidegate::Console {

Glyph::Glyph(QQuickItem *parent)
    : VectorItem(parent)
{
    setImplicitSize(GlyphGrid, GlyphGrid);
}

void Glyph::setName(const QString &name)
{
    if (m_name == name)
        return;
    m_name = name;
    Q_EMIT nameChanged();
    update();
}

void Glyph::setColor(const QColor &color)
{
    if (m_color == color)
        return;
    m_color = color;
    Q_EMIT colorChanged();
    update();
}

void Glyph::draw(VectorCanvas &canvas) const
{
    constexpr qreal LineWidth = 1.4;
    const qreal scale = std::min(width(), height()) / GlyphGrid;
    for (const GlyphShape &shape : glyphShapes(m_name)) {
        QList<QPointF> points;
        for (const QPointF &point : shape.points)
            points.append(point * scale);
        if (shape.radius > 0)
            canvas.disc(points.front(), shape.radius * scale, m_color);
        else
            canvas.stroke(points, shape.isClosed, std::max(1.0, LineWidth * scale), m_color);
    }
}

} // namespace Tidegate::Console
