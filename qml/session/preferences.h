// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

class QSettings;

namespace Tidegate::Console {

//! What the console remembers of its looks.
class Preferences : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(int themeMode READ themeMode WRITE setThemeMode NOTIFY changed)

public:
    //! \p settings outlive the object. Without \p chosenMode (a Theme.Mode) the remembered one counts; one that is
    //! given for this run is not remembered.
    explicit Preferences(QSettings &settings, int chosenMode = -1, QObject *parent = nullptr);

    int themeMode() const { return m_themeMode; }
    void setThemeMode(int mode);

Q_SIGNALS:
    void changed();

private:
    QSettings &m_settings;
    int m_themeMode;
};

} // namespace Tidegate::Console
