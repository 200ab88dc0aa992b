// SPDX-License-Identifier: MIT
#include "qml/drawing/vectoritem.h"

#include <QQuickWindow>
#include <QSGGeometryNode>
#include <QSGImageNode>
#include <QSGRendererInterface>
#include <QSGVertexColorMaterial>

#include <algorithm>
#include <cmath>

namespace Tidegate::Console {

VectorItem::VectorItem(QQuickItem *parent)
    : QQuickItem(parent)
{
    setFlag(ItemHasContents);
}

void VectorItem::geometryChange(const QRectF &newGeometry, const QRectF &oldGeometry)
{
    QQuickItem::geometryChange(newGeometry, oldGeometry);
    update();
}

QSGNode *VectorItem::updatePaintNode(QSGNode *node, UpdatePaintNodeData *)
{
    if (width() <= 0 || height() <= 0) {
        delete node;
        return nullptr;
    }
    const bool isSoftware = window()->rendererInterface()->graphicsApi() == QSGRendererInterface::Software;
    return isSoftware ? updateImage(node) : updateMesh(node);
}

QSGNode *VectorItem::updateMesh(QSGNode *node)
{
    auto *geometryNode = static_cast<QSGGeometryNode *>(node);
    if (!geometryNode) {
        geometryNode = new QSGGeometryNode;
        auto *geometry = new QSGGeometry(QSGGeometry::defaultAttributes_ColoredPoint2D(), 0);
        geometry->setDrawingMode(QSGGeometry::DrawTriangles);
        geometryNode->setGeometry(geometry);
        auto *material = new QSGVertexColorMaterial;
        material->setFlag(QSGMaterial::Blending);
        geometryNode->setMaterial(material);
        geometryNode->setFlags(QSGNode::OwnsGeometry | QSGNode::OwnsMaterial);
    }
    MeshCanvas canvas(1 / window()->effectiveDevicePixelRatio());
    draw(canvas);
    const QList<QSGGeometry::ColoredPoint2D> &triangles = canvas.triangles();
    geometryNode->geometry()->allocate(int(triangles.size()));
    std::copy(triangles.begin(), triangles.end(), geometryNode->geometry()->vertexDataAsColoredPoint2D());
    geometryNode->markDirty(QSGNode::DirtyGeometry);
    return geometryNode;
}

QSGNode *VectorItem::updateImage(QSGNode *node)
{
    auto *imageNode = static_cast<QSGImageNode *>(node);
    if (!imageNode) {
        imageNode = window()->createImageNode();
        imageNode->setOwnsTexture(true);
    }
    const qreal ratio = window()->effectiveDevicePixelRatio();
    QImage image(int(std::ceil(width() * ratio)), int(std::ceil(height() * ratio)),
                 QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    PainterCanvas canvas(image);
    draw(canvas);
    imageNode->setTexture(window()->createTextureFromImage(image, QQuickWindow::TextureHasAlphaChannel));
    imageNode->setRect(boundingRect());
    return imageNode;
}

} // namespace Tidegate::Console
