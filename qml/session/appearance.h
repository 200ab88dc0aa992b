// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! Whether the system is dark, and which fonts there are. Qt 6.4 does not know the first; the desktop's palette does.
class Appearance : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(bool isSystemDark READ isSystemDark NOTIFY changed)
    Q_PROPERTY(QString textFamily READ textFamily CONSTANT)
    Q_PROPERTY(QString numberFamily READ numberFamily CONSTANT)

public:
    explicit Appearance(QObject *parent = nullptr);

    bool isSystemDark() const;
    QString textFamily() const;
    //! All digits of one width, so that columns of numbers stand still.
    QString numberFamily() const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace Tidegate::Console
