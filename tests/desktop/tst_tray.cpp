// SPDX-License-Identifier: MIT
// The tray with a real one on the screen (trayer): closing hides, the icon brings back, quitting quits.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/display.h"
#include "desktop/shell/shellwindow.h"
#include "desktop/shell/tray.h"

#include <QMenu>
#include <QProcess>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

class TestTray : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void closingTheLastWindowHidesIt();
    void trayCanBeToldNotToKeepIt();
    void hiddenStartIsInTheTray();
    void quitMeansQuit();
    void menuSaysWhatItDoes();

private:
    ShellConfig config()
    {
        ShellConfig config;
        config.id = u"tst-tray"_s;
        config.title = u"Under test"_s;
        config.icon = QIcon(QPixmap::fromImage([] {
            QImage image(32, 32, QImage::Format_RGB32);
            image.fill(Qt::darkCyan);
            return image;
        }()));
        config.gateway = embeddedConfig(m_data.path());
        return config;
    }

    QTemporaryDir m_data;
    QProcess m_tray;
};

void TestTray::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_data.path().toUtf8());
    m_tray.start(u"trayer"_s, {u"--edge"_s, u"top"_s, u"--widthtype"_s, u"request"_s});
    QVERIFY2(m_tray.waitForStarted(), "install the package trayer");
    QTRY_VERIFY_WITH_TIMEOUT(QSystemTrayIcon::isSystemTrayAvailable(), 20'000);
}

void TestTray::cleanupTestCase()
{
    m_tray.terminate();
    QVERIFY(m_tray.waitForFinished());
}

void TestTray::closingTheLastWindowHidesIt()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow({}));
    QTRY_VERIFY(shell.hasTray());
    QQuickWindow *window = shell.window(u"main"_s)->window();
    QTRY_VERIFY(window->isExposed());
    for (int i = 0; i < 2; ++i) {
        window->close();
        QTRY_VERIFY(!window->isVisible());
        QVERIFY(shell.gateway().isRunning());
        QCOMPARE(shell.windowNames(), QStringList{u"main"_s});
        shell.activate({}); // as a click on the icon does, or a second start
        QTRY_VERIFY(window->isExposed());
    }
}

void TestTray::trayCanBeToldNotToKeepIt()
{
    ShellConfig closing = config();
    closing.closesToTray = false;
    Shell shell(closing);
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow({}));
    QTRY_VERIFY(shell.hasTray());
    shell.window(u"main"_s)->window()->close();
    QTRY_VERIFY(!shell.gateway().isRunning());
}

void TestTray::hiddenStartIsInTheTray()
{
    Shell shell(config());
    QVERIFY(shell.start());
    WindowOptions hidden;
    hidden.isShown = false;
    QVERIFY(shell.openWindow(hidden));
    QVERIFY(!shell.window(u"main"_s)->window()->isVisible());
    shell.activate({});
    QTRY_VERIFY(shell.window(u"main"_s)->window()->isExposed());
}

void TestTray::quitMeansQuit()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow({}));
    QTRY_VERIFY(shell.hasTray());
    QSignalSpy ended(&shell, &Shell::aboutToStop);
    shell.quit();
    QCOMPARE(ended.size(), 1);
    QVERIFY(!shell.gateway().isRunning());
    QVERIFY(shell.windowNames().isEmpty());
    QVERIFY(!shell.hasTray());
}

void TestTray::menuSaysWhatItDoes()
{
    Tray tray(config().icon, u"Under test"_s, true);
    QStringList texts;
    for (const QAction *action : tray.menu().actions())
        texts.append(action->text());
    QCOMPARE(texts,
             (QStringList{u"Show Under test"_s, u"Gateway console"_s, {}, u"Start when I log in"_s, {}, u"Quit"_s}));
    QSignalSpy show(&tray, &Tray::showWanted);
    QSignalSpy console(&tray, &Tray::consoleWanted);
    QSignalSpy autostart(&tray, &Tray::autostartWanted);
    QSignalSpy quit(&tray, &Tray::quitWanted);
    for (QAction *action : tray.menu().actions())
        action->trigger();
    QCOMPARE(show.size(), 1);
    QCOMPARE(console.size(), 1);
    QCOMPARE(autostart.size(), 1);
    QCOMPARE(autostart[0][0].toBool(), true);
    QCOMPARE(quit.size(), 1);
}

TIDEGATE_WINDOW_TEST_MAIN(TestTray)
#include "tst_tray.moc"
