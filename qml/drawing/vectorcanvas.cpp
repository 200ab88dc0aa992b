// SPDX-License-Identifier: MIT
#include "qml/drawing/vectorcanvas.h"

#include <QLinearGradient>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace Tidegate::Console {

namespace {

QPointF unit(const QPointF &vector)
{
    const qreal length = std::hypot(vector.x(), vector.y());
    return length > 0 ? vector / length : QPointF();
}

QPointF normal(const QPointF &from, const QPointF &to)
{
    const QPointF along = unit(to - from);
    return {-along.y(), along.x()};
}

//! Where the edges of one segment run at its ends, per unit of half width: mitred where the line bends gently; at a
//! sharp corner each segment ends squarely, as a miter there would be a spike.
struct SegmentEdges
{
    QPointF start, end;
};

QList<SegmentEdges> edgesOf(const QList<QPointF> &points, bool isClosed)
{
    constexpr qreal GentleCosine = 0.6;
    const qsizetype count = points.size();
    const qsizetype segments = isClosed ? count : count - 1;
    QList<SegmentEdges> edges(segments);
    for (qsizetype i = 0; i < segments; ++i)
        edges[i].start = edges[i].end = normal(points[i], points[(i + 1) % count]);
    for (qsizetype i = isClosed ? 0 : 1; i < segments; ++i) {
        SegmentEdges &before = edges[(i + segments - 1) % segments];
        const QPointF middle = unit(before.end + edges[i].start);
        const qreal cosine = QPointF::dotProduct(middle, edges[i].start);
        if (cosine > GentleCosine)
            before.end = edges[i].start = middle / cosine;
    }
    return edges;
}

QColor clear(QColor color)
{
    color.setAlpha(0);
    return color;
}

} // namespace

MeshCanvas::MeshCanvas(qreal pixel)
    : m_pixel(pixel)
{
}

void MeshCanvas::triangle(const Corner &a, const Corner &b, const Corner &c)
{
    for (const Corner &corner : {a, b, c}) {
        // The scene graph wants colours multiplied by their alpha.
        const qreal alpha = corner.color.alphaF();
        const auto channel = [alpha](qreal value) { return uchar(std::lround(value * alpha * 255)); };
        QSGGeometry::ColoredPoint2D vertex;
        vertex.set(float(corner.at.x()), float(corner.at.y()), channel(corner.color.redF()),
                   channel(corner.color.greenF()), channel(corner.color.blueF()), uchar(corner.color.alpha()));
        m_triangles.append(vertex);
    }
}

void MeshCanvas::quad(const Corner &a, const Corner &b, const Corner &c, const Corner &d)
{
    triangle(a, b, c);
    triangle(a, c, d);
}

void MeshCanvas::stroke(const QList<QPointF> &points, bool isClosed, qreal width, const QColor &color)
{
    if (points.size() < 2)
        return;
    const QColor none = clear(color);
    const qreal inner = std::max(0.0, (width - m_pixel) / 2);
    const qreal outer = inner + m_pixel;
    const QList<SegmentEdges> edges = edgesOf(points, isClosed);
    for (qsizetype i = 0; i < edges.size(); ++i) {
        const QPointF &p = points[i], &q = points[(i + 1) % points.size()];
        const QPointF &m = edges[i].start, &n = edges[i].end;
        quad({p + m * inner, color}, {q + n * inner, color}, {q - n * inner, color}, {p - m * inner, color});
        quad({p + m * outer, none}, {q + n * outer, none}, {q + n * inner, color}, {p + m * inner, color});
        quad({p - m * inner, color}, {q - n * inner, color}, {q - n * outer, none}, {p - m * outer, none});
    }
}

void MeshCanvas::fillBelow(const QList<QPointF> &line, qreal base, const QColor &top, const QColor &bottom)
{
    if (line.isEmpty())
        return;
    const qreal highest = std::min_element(line.begin(), line.end(), [](const QPointF &a, const QPointF &b) {
                              return a.y() < b.y();
                          })->y();
    // One gradient over the whole area: a low point starts with the colour of its height.
    const auto colorAt = [&](qreal y) {
        const qreal share = base > highest ? (y - highest) / (base - highest) : 1;
        const auto mix = [share](qreal a, qreal b) { return float(a + (b - a) * share); };
        return QColor::fromRgbF(mix(top.redF(), bottom.redF()), mix(top.greenF(), bottom.greenF()),
                                mix(top.blueF(), bottom.blueF()), mix(top.alphaF(), bottom.alphaF()));
    };
    for (qsizetype i = 0; i + 1 < line.size(); ++i) {
        const QPointF &p = line[i], &q = line[i + 1];
        quad({p, colorAt(p.y())}, {q, colorAt(q.y())}, {{q.x(), base}, bottom}, {{p.x(), base}, bottom});
    }
}

void MeshCanvas::band(const QList<QPointF> &upper, const QList<QPointF> &lower, const QColor &color)
{
    for (qsizetype i = 0; i + 1 < std::min(upper.size(), lower.size()); ++i)
        quad({upper[i], color}, {upper[i + 1], color}, {lower[i + 1], color}, {lower[i], color});
}

void MeshCanvas::disc(const QPointF &center, qreal radius, const QColor &color)
{
    const int corners = std::max(12, int(std::lround(radius * 6)));
    const qreal inner = std::max(0.0, radius - m_pixel / 2);
    const qreal outer = inner + m_pixel;
    const auto around = [&](int i, qreal r) {
        const qreal angle = 2 * std::numbers::pi * i / corners;
        return center + QPointF(std::cos(angle), std::sin(angle)) * r;
    };
    for (int i = 0; i < corners; ++i) {
        triangle({center, color}, {around(i, inner), color}, {around(i + 1, inner), color});
        quad({around(i, inner), color}, {around(i + 1, inner), color}, {around(i + 1, outer), clear(color)},
             {around(i, outer), clear(color)});
    }
}

PainterCanvas::PainterCanvas(QImage &image)
    : m_painter(&image)
{
    m_painter.setRenderHint(QPainter::Antialiasing);
}

void PainterCanvas::stroke(const QList<QPointF> &points, bool isClosed, qreal width, const QColor &color)
{
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    if (isClosed)
        m_painter.drawPolygon(points.constData(), int(points.size()));
    else
        m_painter.drawPolyline(points.constData(), int(points.size()));
}

void PainterCanvas::fillBelow(const QList<QPointF> &line, qreal base, const QColor &top, const QColor &bottom)
{
    if (line.isEmpty())
        return;
    QPolygonF area(line);
    QLinearGradient gradient(0, area.boundingRect().top(), 0, base);
    gradient.setColorAt(0, top);
    gradient.setColorAt(1, bottom);
    area << QPointF(line.last().x(), base) << QPointF(line.first().x(), base);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(gradient);
    m_painter.drawPolygon(area);
}

void PainterCanvas::band(const QList<QPointF> &upper, const QList<QPointF> &lower, const QColor &color)
{
    QPolygonF area(upper);
    for (qsizetype i = lower.size() - 1; i >= 0; --i)
        area << lower[i];
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(color);
    m_painter.drawPolygon(area);
}

void PainterCanvas::disc(const QPointF &center, qreal radius, const QColor &color)
{
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(color);
    m_painter.drawEllipse(center, radius, radius);
}

} // namespace Tidegate::Console
