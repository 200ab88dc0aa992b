// SPDX-License-Identifier: MIT
#pragma once

#include "qml/drawing/vectoritem.h"

namespace Tidegate::Console {

//! One of the console's line icons, drawn on a grid of 16 by 16 and sharp at any scale. glyphs.cpp has the table.
class Glyph : public Tidegate::Console::VectorItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged)

public:
    explicit Glyph(QQuickItem *parent = nullptr);

    QString name() const { return m_name; }
    void setName(const QString &name);
    QColor color() const { return m_color; }
    void setColor(const QColor &color);

Q_SIGNALS:
    void nameChanged();
    void colorChanged();

protected:
    void draw(VectorCanvas &canvas) const override;

private:
    QString m_name;
    QColor m_color;
};

} // namespace Tidegate::Console
