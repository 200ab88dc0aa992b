// SPDX-License-Identifier: MIT
#include "qml/quick/desk.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlExtensionPlugin>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

namespace Tidegate::Console {

class QuickSetup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("desk"), &m_desk);
    }

private:
    Desk m_desk;
};

} // namespace Tidegate::Console

using Tidegate::Console::QuickSetup;
QUICK_TEST_MAIN_WITH_SETUP(console, QuickSetup)
#include "main.moc"
