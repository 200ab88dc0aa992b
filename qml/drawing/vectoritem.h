// SPDX-License-Identifier: MIT
#pragma once

#include "qml/drawing/vectorcanvas.h"

#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! An item that draws lines and areas: on the scene graph as triangles, on the software renderer as a picture.
class VectorItem : public QQuickItem
{
    Q_OBJECT
    QML_ANONYMOUS
public:
    explicit VectorItem(QQuickItem *parent = nullptr);

protected:
    //! Called while the GUI thread is blocked; reads only.
    virtual void draw(VectorCanvas &canvas) const = 0;

    QSGNode *updatePaintNode(QSGNode *node, UpdatePaintNodeData *data) override;
    void geometryChange(const QRectF &newGeometry, const QRectF &oldGeometry) override;

private:
    QSGNode *updateMesh(QSGNode *node);
    QSGNode *updateImage(QSGNode *node);
};

} // namespace Tidegate::Console
