// SPDX-License-Identifier: MIT
// Windows, console and life of the shell, without web pages, on a real X server.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/display.h"
#include "desktop/shell/shellwindow.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

class TestShell : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CONFIG_HOME", m_home.path().toUtf8()); }
    void windowWithoutFrontendShowsTheConsole();
    void qmlFrontendGetsItsProperties();
    void brokenQmlIsAnErrorWithItsPlace();
    void f12ShowsAndHidesTheConsole();
    void shiftF12PutsTheConsoleBesideTheFrontend();
    void withoutConsoleF12DoesNothing();
    void windowIsWhereItWas();
    void placeThatNoScreenShowsIsNotUsed();
    void lastWindowClosingEndsTheApplication();
    void withoutTrayAWindowCloses();
    void deepLinksAreTold();
    void sameNameIsTheSameWindow();
    void builtInCommandsWork();
    void startsAndStopsManyTimes();
    void takenStoreIsAClearError();

private:
    ShellConfig config()
    {
        ShellConfig config;
        config.id = u"tst-shell"_s;
        config.title = u"Under test"_s;
        config.gateway = embeddedConfig(m_data.path());
        config.hasTray = false;
        return config;
    }
    WindowOptions qmlWindow(const QString &name = u"main"_s)
    {
        QFile file(m_data.filePath(u"Front.qml"_s));
        if (file.open(QIODevice::WriteOnly))
            file.write("import QtQuick\nRectangle { property string word; color: 'teal'; Text { text: parent.word } }");
        WindowOptions options;
        options.name = name;
        options.qml = QUrl::fromLocalFile(file.fileName());
        options.properties = {{u"word"_s, u"hello"_s}};
        return options;
    }
    static QQuickWindow *shown(const Shell &shell, const QString &name = u"main"_s)
    {
        QQuickWindow *window = shell.window(name)->window();
        return QTest::qWaitForWindowActive(window) || QTest::qWaitForWindowExposed(window) ? window : nullptr;
    }
    //! Shortcuts are for the window that has the focus.
    static void press(QQuickWindow *window, Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        window->requestActivate();
        QVERIFY(QTest::qWaitForWindowActive(window));
        QTest::keyClick(window, key, modifiers);
    }
    //! An item whose QML type begins so.
    static QQuickItem *find(const QQuickItem *below, const QByteArray &type)
    {
        for (QQuickItem *item : below->childItems()) {
            if (QByteArray(item->metaObject()->className()).startsWith(type))
                return item;
            if (QQuickItem *found = find(item, type))
                return found;
        }
        return nullptr;
    }

    QTemporaryDir m_home;
    QTemporaryDir m_data;
};

void TestShell::windowWithoutFrontendShowsTheConsole()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow({}));
    QQuickWindow *window = shown(shell);
    QVERIFY(window);
    QCOMPARE(window->title(), u"Under test"_s);
    QTRY_VERIFY(find(window->contentItem(), "ConsolePane"));
    QTRY_COMPARE(shell.window(u"main"_s)->console()->gateway(), u"tidegate"_s);
}

void TestShell::qmlFrontendGetsItsProperties()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    QQuickWindow *window = shown(shell);
    QVERIFY(window);
    const auto *frontend = window->property("frontend").value<QQuickItem *>();
    QVERIFY(frontend);
    QCOMPARE(frontend->property("word").toString(), u"hello"_s);
    QTRY_VERIFY(frontend->width() > 500);
    QVERIFY(!shell.window(u"main"_s)->console());
}

void TestShell::brokenQmlIsAnErrorWithItsPlace()
{
    QFile file(m_data.filePath(u"Broken.qml"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("import QtQuick\nRectangle { colour: 1 }");
    file.close();
    Shell shell(config());
    QVERIFY(shell.start());
    WindowOptions options;
    options.qml = QUrl::fromLocalFile(file.fileName());
    const auto opened = shell.openWindow(options);
    QVERIFY(!opened);
    QVERIFY2(opened.error().text.contains(u"Broken.qml:2"_s), qPrintable(opened.error().text));
    QVERIFY(shell.windowNames().isEmpty());
}

void TestShell::f12ShowsAndHidesTheConsole()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    QQuickWindow *window = shown(shell);
    QVERIFY(window);
    QVERIFY(!shell.isConsoleShown());
    press(window, Qt::Key_F12);
    QTRY_VERIFY(shell.isConsoleShown());
    press(window, Qt::Key_F12);
    QTRY_VERIFY(!shell.isConsoleShown());
    press(window, Qt::Key_F12);
    QTRY_VERIFY(shell.isConsoleShown());
}

void TestShell::shiftF12PutsTheConsoleBesideTheFrontend()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    QQuickWindow *window = shown(shell);
    QVERIFY(window);
    for (int i = 0; i < 3; ++i) {
        press(window, Qt::Key_F12, Qt::ShiftModifier);
        QTRY_VERIFY(find(window->contentItem(), "ConsolePane"));
        const QQuickItem *frontend = window->property("frontend").value<QQuickItem *>();
        QTRY_VERIFY(frontend->width() > 300 && frontend->width() < window->width() - 300);
        press(window, Qt::Key_F12, Qt::ShiftModifier);
        QTRY_VERIFY(!find(window->contentItem(), "ConsolePane"));
        QTRY_COMPARE(int(frontend->width()), window->width());
    }
}

void TestShell::withoutConsoleF12DoesNothing()
{
    ShellConfig without = config();
    without.hasConsole = false;
    Shell shell(without);
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    QQuickWindow *window = shown(shell);
    press(window, Qt::Key_F12);
    press(window, Qt::Key_F12, Qt::ShiftModifier);
    QCoreApplication::processEvents();
    QVERIFY(!shell.isConsoleShown());
    QVERIFY(!shell.window(u"main"_s)->console());
}

void TestShell::windowIsWhereItWas()
{
    const QRect place(120, 90, 640, 480);
    {
        Shell shell(config());
        QVERIFY(shell.start());
        QVERIFY(shell.openWindow(qmlWindow(u"placed"_s)));
        QQuickWindow *window = shown(shell, u"placed"_s);
        window->setGeometry(place);
        QTRY_COMPARE(window->geometry(), place);
    }
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow(u"placed"_s)));
    QTRY_COMPARE(shown(shell, u"placed"_s)->geometry(), place);
}

void TestShell::placeThatNoScreenShowsIsNotUsed()
{
    {
        QSettings settings(m_data.filePath(u"desktop.ini"_s), QSettings::IniFormat);
        settings.setValue(u"windows/lost/geometry"_s, QRect(90'000, 90'000, 400, 300));
    }
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow(u"lost"_s)));
    QVERIFY(shown(shell, u"lost"_s)->x() < 10'000);
}

void TestShell::lastWindowClosingEndsTheApplication()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow(u"a"_s)));
    QVERIFY(shell.openWindow(qmlWindow(u"b"_s)));
    QSignalSpy ended(&shell, &Shell::aboutToStop);
    shell.window(u"a"_s)->window()->close();
    QTRY_COMPARE(shell.windowNames(), QStringList{u"b"_s});
    QCOMPARE(ended.size(), 0);
    shell.window(u"b"_s)->window()->close();
    QTRY_COMPARE(ended.size(), 1);
    QVERIFY(!shell.gateway().isRunning());
}

void TestShell::withoutTrayAWindowCloses()
{
    ShellConfig wished = config();
    wished.hasTray = true; // but this X server has none, and a hidden window would be lost
    Shell shell(wished);
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    QVERIFY(!shell.hasTray());
    shell.window(u"main"_s)->window()->close();
    QTRY_VERIFY(!shell.gateway().isRunning());
}

void TestShell::deepLinksAreTold()
{
    ShellConfig linked = config();
    linked.deepLinkScheme = u"notes"_s;
    Shell shell(linked);
    QVERIFY(shell.start());
    QSignalSpy links(&shell, &Shell::deepLinkReceived);
    QSignalSpy starts(&shell, &Shell::activated);
    shell.activate({u"--flag"_s, u"notes://open/3"_s, u"other://x"_s}, u"/somewhere"_s);
    QCOMPARE(links.size(), 1);
    QCOMPARE(links[0][0].toUrl(), QUrl(u"notes://open/3"_s));
    QCOMPARE(starts[0][0].toStringList().size(), 3);
    QCOMPARE(starts[0][1].toString(), u"/somewhere"_s);
}

void TestShell::sameNameIsTheSameWindow()
{
    Shell shell(config());
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    const QQuickWindow *window = shell.window(u"main"_s)->window();
    QVERIFY(shell.openWindow(qmlWindow()));
    QCOMPARE(shell.windowNames().size(), 1);
    QCOMPARE(shell.window(u"main"_s)->window(), window);
}

void TestShell::builtInCommandsWork()
{
    ShellConfig allowed = config();
    allowed.capabilities =
        *Capabilities::parse(R"({"capabilities":[{"windows":["*"],"allow":["command:*"]}]})", u"c"_s);
    Shell shell(allowed);
    QVERIFY(shell.start());
    QVERIFY(shell.openWindow(qmlWindow()));
    shell.activate({u"x"_s});
    QHash<int, QJsonObject> answers;
    BridgeSession &session = shell.window(u"main"_s)->session();
    connect(&session, &BridgeSession::sent, this, [&](const QString &text) {
        const QJsonObject answer = QJsonDocument::fromJson(text.toUtf8()).object();
        answers.insert(answer["id"_L1].toInt(), answer);
    });
    int id = 0;
    const auto ask = [&](const QString &command, const QString &args) {
        ++id;
        session.receive(u"{\"op\":\"invoke\",\"id\":%1,\"command\":\"%2\",\"args\":%3}"_s.arg(id).arg(command, args));
        [&] { QTRY_VERIFY(answers.contains(id)); }();
        return answers.value(id);
    };
    const QJsonObject info = ask(u"app.info"_s, u"null"_s)["value"_L1].toObject();
    QCOMPARE(info["window"_L1].toString(), u"main"_s);
    QCOMPARE(info["arguments"_L1].toArray(), QJsonArray{u"x"_s});
    QCOMPARE(ask(u"app.autostart"_s, u"null"_s)["value"_L1].toBool(true), false);
    QCOMPARE(ask(u"app.autostart"_s, u"true"_s)["value"_L1].toBool(), true);
    QVERIFY(QFile::exists(m_home.filePath(u"autostart/tst-shell.desktop"_s)));
    QCOMPARE(ask(u"app.autostart"_s, u"false"_s)["value"_L1].toBool(true), false);
    QCOMPARE(ask(u"app.autostart"_s, u"7"_s)["code"_L1].toString(), u"INVALID"_s);
    ask(u"window.setTitle"_s, u"\"New\""_s);
    QCOMPARE(shell.window(u"main"_s)->window()->title(), u"New"_s);
    QSignalSpy outside(&shell, &Shell::outsideWanted);
    ask(u"app.openOutside"_s, u"\"https://example.org/\""_s);
    QCOMPARE(outside.size(), 1);
    QCOMPARE(ask(u"app.openOutside"_s, u"\"file:///etc/passwd\""_s)["code"_L1].toString(), u"INVALID"_s);
    QCOMPARE(outside.size(), 1);
    ask(u"window.close"_s, u"null"_s);
    QTRY_VERIFY(!shell.gateway().isRunning());
}

void TestShell::startsAndStopsManyTimes()
{
    for (int i = 0; i < 5; ++i) {
        Shell shell(config());
        QVERIFY(shell.start());
        QVERIFY(shell.openWindow(qmlWindow()));
        shell.showConsole(true);
        QVERIFY(shown(shell));
        shell.quit();
        QVERIFY(!shell.gateway().isRunning());
        QVERIFY(shell.windowNames().isEmpty());
    }
}

void TestShell::takenStoreIsAClearError()
{
    ShellConfig broken = config();
    broken.gateway.store.path = u"/proc/none/intents.sqlite"_s;
    Shell shell(broken);
    const auto started = shell.start();
    QVERIFY(!started);
    QVERIFY(!started.error().text.isEmpty());
}

TIDEGATE_WINDOW_TEST_MAIN(TestShell)
#include "tst_shell.moc"
