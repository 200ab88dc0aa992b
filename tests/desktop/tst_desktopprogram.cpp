// SPDX-License-Identifier: MIT
// tidegate-desktop as a process: starts, later starts, the end of the session, and what is left afterwards.

#include "desktop/program.h"
#include "desktop/sessionmanager.h"
#include "support/virtualdisplay.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

class TestDesktopProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_data = std::make_unique<QTemporaryDir>(); }
    void helpNeedsNoDisplay();
    void wrongUseIsExplained_data();
    void wrongUseIsExplained();
    void autostartIsSwitchedWithoutADisplay();
    void endsOnASignalAndLeavesNothing();
    void lateStartIsHandedOver();
    void deepLinkReachesThePageOfTheFirst();
    void endOfTheSessionEndsItInOrder();
    void killedOneLeavesNoObstacle();

private:
    //! Runs it to its end; output in \p output.
    static int run(const QStringList &arguments, QByteArray *output, const QStringList &environment = {});

    std::unique_ptr<QTemporaryDir> m_data;
};

int TestDesktopProgram::run(const QStringList &arguments, QByteArray *output, const QStringList &environment)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setEnvironment(QProcess::systemEnvironment() + environment);
    process.start(QStringLiteral(TIDEGATE_DESKTOP), arguments);
    if (!process.waitForFinished(60'000))
        return -1;
    *output = process.readAll();
    return process.exitCode();
}

void TestDesktopProgram::helpNeedsNoDisplay()
{
    QByteArray output;
    QCOMPARE(run({u"--help"_s}, &output, {u"DISPLAY="_s, u"QT_QPA_PLATFORM=none"_s}), 0);
    QVERIFY2(output.contains("--local-endpoint") && output.contains("F12"), output.constData());
    QCOMPARE(run({u"--version"_s}, &output, {u"DISPLAY="_s}), 0);
    QVERIFY(output.startsWith("tidegate-desktop 0."));
}

void TestDesktopProgram::wrongUseIsExplained_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("part");
    QTest::newRow("an unknown flag") << QStringList{u"--nope"_s} << QByteArray("--nope");
    QTest::newRow("neither folder nor URL") << QStringList{u"/not/there"_s} << QByteArray("neither a folder nor a URL");
    QTest::newRow("two pages") << QStringList{u"."_s, u"dist"_s} << QByteArray("\"dist\" is one PAGE too many");
    QTest::newRow("a page in the clear from elsewhere")
        << QStringList{u"http://example.org/"_s} << QByteArray("needs https");
    QTest::newRow("an id that is a path") << QStringList{u"--id"_s, u"../x"_s} << QByteArray("small letters");
    QTest::newRow("capabilities that are not there")
        << QStringList{u"--capabilities"_s, u"/not/there.json"_s} << QByteArray("/not/there.json");
}

void TestDesktopProgram::wrongUseIsExplained()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, part);
    QByteArray output;
    QCOMPARE(run(QStringList{u"--data-dir"_s, m_data->path()} + arguments, &output), 2);
    QVERIFY2(output.contains(part), output.constData());
}

void TestDesktopProgram::autostartIsSwitchedWithoutADisplay()
{
    const QStringList environment{u"DISPLAY="_s, u"XDG_CONFIG_HOME="_s + m_data->path()};
    QByteArray output;
    QCOMPARE(run({u"--autostart"_s, u"status"_s}, &output, environment), 0);
    QVERIFY2(output.startsWith("off "), output.constData());
    QCOMPARE(run({u"--autostart"_s, u"on"_s, u"--title"_s, u"My App"_s, u"."_s}, &output, environment), 0);
    QVERIFY2(output.startsWith("on "), output.constData());
    QFile file(m_data->filePath(u"autostart/tidegate-desktop.desktop"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray entry = file.readAll();
    QVERIFY2(entry.contains("Name=My App\n"), entry.constData());
    QVERIFY2(entry.contains("\"--hidden\" \"" + QDir::currentPath().toUtf8() + "\""), entry.constData());
    QCOMPARE(run({u"--autostart"_s, u"off"_s}, &output, environment), 0);
    QVERIFY(!file.exists());
}

void TestDesktopProgram::endsOnASignalAndLeavesNothing()
{
    for (int i = 0; i < 3; ++i) {
        Program program(QStringLiteral(TIDEGATE_DESKTOP), m_data->path());
        QVERIFY(program.start({u"--no-tray"_s}));
        QVERIFY(program.leftFiles().contains(u"tidegate-desktop.lock"_s));
        program.terminate();
        QCOMPARE(program.waitForEnd(), 0);
        QCOMPARE(program.leftFiles(), QStringList());
        QTRY_COMPARE(program.leftProcesses(), QList<qint64>());
    }
}

void TestDesktopProgram::lateStartIsHandedOver()
{
    Program program(QStringLiteral(TIDEGATE_DESKTOP), m_data->path());
    QVERIFY(program.start({u"--no-tray"_s}));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(program.startAgain({u"tidegate://open/%1"_s.arg(i)}), 0);
    QVERIFY(program.isRunning());
}

void TestDesktopProgram::deepLinkReachesThePageOfTheFirst()
{
#ifndef TIDEGATE_WEB
    QSKIP("built without Qt WebEngine");
#endif
    // The page ends the application when the link says so: the whole way from a second process to a command in C++.
    const QDir folder(m_data->path());
    QVERIFY(folder.mkpath(u"site"_s));
    QFile page(folder.filePath(u"site/index.html"_s));
    QVERIFY(page.open(QIODevice::WriteOnly));
    page.write("<script>tidegate.listen('app.deepLink', link => {"
               " if (link === 'tidegate://quit') tidegate.invoke('app.quit'); })"
               ".then(() => tidegate.invoke('window.setTitle', 'listening'));</script>");
    page.close();
    QFile rules(folder.filePath(u"caps.json"_s));
    QVERIFY(rules.open(QIODevice::WriteOnly));
    rules.write(R"({"capabilities":[{"windows":["main"],"allow":["event:app.deepLink","command:app.quit"]}]})");
    rules.close();
    Program program(QStringLiteral(TIDEGATE_DESKTOP), m_data->path());
    QVERIFY(program.start({u"--no-tray"_s, u"--capabilities"_s, rules.fileName(), folder.filePath(u"site"_s)}));
    QCOMPARE(program.startAgain({u"tidegate://other"_s}), 0);
    // The page may still be loading: said again until it is heard.
    bool hasEnded = false;
    for (int i = 0; i < 20 && !hasEnded; ++i) {
        QCOMPARE(program.startAgain({u"tidegate://quit"_s}), 0);
        hasEnded = QTest::qWaitFor([&] { return !program.isRunning(); }, 3'000);
    }
    QCOMPARE(program.waitForEnd(), 0);
    QCOMPARE(program.leftFiles(), QStringList());
}

void TestDesktopProgram::endOfTheSessionEndsItInOrder()
{
    SessionManager manager;
    QVERIFY(manager.start());
    QSignalSpy registered(&manager, &SessionManager::clientRegistered);
    QSignalSpy saved(&manager, &SessionManager::clientSaved);
    Program program(QStringLiteral(TIDEGATE_DESKTOP), m_data->path());
    QVERIFY(program.start({u"--no-tray"_s}, {u"SESSION_MANAGER="_s + QString::fromLocal8Bit(manager.address())}));
    QTRY_COMPARE(registered.size(), 1);
    QTRY_COMPARE(saved.size(), 1); // the save every new client does
    manager.endSession();
    QTRY_COMPARE(saved.size(), 2);
    QCOMPARE(saved[1][0].toBool(), true);
    QCOMPARE(program.waitForEnd(), 0);
    QCOMPARE(program.leftFiles(), QStringList());
    QTRY_COMPARE(program.leftProcesses(), QList<qint64>());
    const QSettings settings(m_data->filePath(u"desktop.ini"_s), QSettings::IniFormat);
    QVERIFY(settings.value(u"windows/main/geometry"_s).isValid());
}

void TestDesktopProgram::killedOneLeavesNoObstacle()
{
    {
        Program program(QStringLiteral(TIDEGATE_DESKTOP), m_data->path());
        QVERIFY(program.start({u"--no-tray"_s}));
    } // killed
    Program program(QStringLiteral(TIDEGATE_DESKTOP), m_data->path());
    QVERIFY(program.start({u"--no-tray"_s}));
    program.terminate();
    QCOMPARE(program.waitForEnd(), 0);
    QCOMPARE(program.leftFiles(), QStringList());
}

int main(int argc, char **argv)
{
    VirtualDisplay display;
    if (!display.start()) {
        qCritical("Xvfb did not start: install the package xvfb");
        return 1;
    }
    QCoreApplication app(argc, argv);
    TestDesktopProgram test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_desktopprogram.moc"
