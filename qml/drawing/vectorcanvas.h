// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QImage>
#include <QList>
#include <QPainter>
#include <QPointF>
#include <QSGGeometry>

namespace Tidegate::Console {

//! What an item draws with, whatever draws in the end. Coordinates are the item's.
class VectorCanvas
{
public:
    virtual ~VectorCanvas() = default;

    //! A line through \p points, at least two.
    virtual void stroke(const QList<QPointF> &points, bool isClosed, qreal width, const QColor &color) = 0;
    //! What lies between \p line (ascending in x) and the height \p base, fading from one colour to the other.
    virtual void fillBelow(const QList<QPointF> &line, qreal base, const QColor &top, const QColor &bottom) = 0;
    //! What lies between two lines of the same x.
    virtual void band(const QList<QPointF> &upper, const QList<QPointF> &lower, const QColor &color) = 0;
    virtual void disc(const QPointF &center, qreal radius, const QColor &color) = 0;
};

//! Triangles for the scene graph, with edges that fade over one device pixel: smooth without multisampling.
class MeshCanvas final : public VectorCanvas
{
public:
    //! \p pixel: one device pixel in item units.
    explicit MeshCanvas(qreal pixel);

    void stroke(const QList<QPointF> &points, bool isClosed, qreal width, const QColor &color) override;
    void fillBelow(const QList<QPointF> &line, qreal base, const QColor &top, const QColor &bottom) override;
    void band(const QList<QPointF> &upper, const QList<QPointF> &lower, const QColor &color) override;
    void disc(const QPointF &center, qreal radius, const QColor &color) override;

    const QList<QSGGeometry::ColoredPoint2D> &triangles() const { return m_triangles; }

private:
    struct Corner
    {
        QPointF at;
        QColor color;
    };
    void triangle(const Corner &a, const Corner &b, const Corner &c);
    void quad(const Corner &a, const Corner &b, const Corner &c, const Corner &d);

    const qreal m_pixel;
    QList<QSGGeometry::ColoredPoint2D> m_triangles;
};

//! For the software renderer (no GPU, some remote desktops), which does not know triangles.
class PainterCanvas final : public VectorCanvas
{
public:
    explicit PainterCanvas(QImage &image);

    void stroke(const QList<QPointF> &points, bool isClosed, qreal width, const QColor &color) override;
    void fillBelow(const QList<QPointF> &line, qreal base, const QColor &top, const QColor &bottom) override;
    void band(const QList<QPointF> &upper, const QList<QPointF> &lower, const QColor &color) override;
    void disc(const QPointF &center, qreal radius, const QColor &color) override;

private:
    QPainter m_painter;
};

} // namespace Tidegate::Console
