// SPDX-License-Identifier: MIT
#include "qml/quick/desk.h"
#include "qml/quick/framemeter.h"
#include "qml/quick/layoutproblems.h"

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
        engine->rootContext()->setContextProperty(QStringLiteral("meter"), &m_meter);
        engine->rootContext()->setContextProperty(QStringLiteral("layout"), &m_layout);
    }

private:
    Desk m_desk;
    FrameMeter m_meter;
    LayoutProblems m_layout;
};

} // namespace Tidegate::Console

using Tidegate::Console::QuickSetup;
QUICK_TEST_MAIN_WITH_SETUP(console, QuickSetup)
#include "main.moc"
