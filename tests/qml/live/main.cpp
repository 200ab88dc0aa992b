// SPDX-License-Identifier: MIT
#include "qml/live/harbour.h"
#include "support/virtualdisplay.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlExtensionPlugin>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

namespace Tidegate::Console {

class LiveSetup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        m_harbour = std::make_unique<Harbour>();
        engine->rootContext()->setContextProperty(QStringLiteral("harbour"), m_harbour.get());
    }
    void cleanupTestCase() { m_harbour.reset(); }

private:
    std::unique_ptr<Harbour> m_harbour;
};

} // namespace Tidegate::Console

int main(int argc, char **argv)
{
    Tidegate::VirtualDisplay display;
    if (!display.start()) {
        qCritical("Xvfb did not start: install the package xvfb");
        return 1;
    }
    Tidegate::Console::LiveSetup setup;
    return quick_test_main_with_setup(argc, argv, "console-live", QUICK_TEST_SOURCE_DIR, &setup);
}
#include "main.moc"
