// SPDX-License-Identifier: MIT
// The console's window: whoever does not see it costs the gateway nothing.

#include "qml/session/connector.h"
#include "qml/session/preferences.h"
#include "support/scripted/scriptedadminport.h"

#include <QQmlApplicationEngine>
#include <QQmlExtensionPlugin>
#include <QQuickWindow>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

class TestConsoleWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aWindowNobodySeesAsksForNothing_data();
    void aWindowNobodySeesAsksForNothing();
};

void TestConsoleWindow::aWindowNobodySeesAsksForNothing_data()
{
    QTest::addColumn<bool>("isMinimized");
    QTest::newRow("hidden") << false;
    QTest::newRow("minimized") << true;
}

void TestConsoleWindow::aWindowNobodySeesAsksForNothing()
{
    QFETCH(bool, isMinimized);
    Admin::ScriptedAdminPort port;
    ConsoleSession session;
    session.setPort(&port);
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"console.ini"_s), QSettings::IniFormat);
    Connector connector(session, settings, {},
                        [](const QUrl &, const QString &) { return std::make_unique<Admin::ScriptedAdminPort>(); });
    Preferences preferences(settings);
    QQmlApplicationEngine engine;
    engine.setInitialProperties({{u"session"_s, QVariant::fromValue(&session)},
                                 {u"connector"_s, QVariant::fromValue(&connector)},
                                 {u"preferences"_s, QVariant::fromValue(&preferences)}});
    engine.load(QUrl(u"qrc:/qt-project.org/imports/Tidegate/Console/ConsoleWindow.qml"_s));
    auto *window = qobject_cast<QQuickWindow *>(engine.rootObjects().value(0));
    QVERIFY(window);
    QTRY_VERIFY(port.isWatchingStatistics());
    const auto asked = [&port] { return port.pageRequests().size(); };
    if (isMinimized)
        window->showMinimized();
    else
        window->hide();
    QTRY_VERIFY(!port.isWatchingStatistics());
    const auto before = asked();
    port.step(12); // three seconds with changes of everything
    QCoreApplication::processEvents();
    QCOMPARE(asked(), before);
    for (const Admin::Resource &resource : port.catalog().resources())
        QVERIFY2(!port.isWatchingRows(resource.name), qPrintable(resource.name));
    QVERIFY(!port.isWatchingLog());
    window->showNormal();
    QTRY_VERIFY(port.isWatchingStatistics());
}

QTEST_MAIN(TestConsoleWindow)
#include "tst_consolewindow.moc"
