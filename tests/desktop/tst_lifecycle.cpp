// SPDX-License-Identifier: MIT
// Twenty whole lives of the shell in one process, a page in each: nothing may be left, nothing may grow.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/display.h"

#include <QDir>
#include <QFile>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

namespace {

constexpr int Lives = 20;
constexpr int Settled = 5; //!< by then a web engine has all its threads, caches and helpers
constexpr int PageMs = 60'000;

struct Holdings
{
    qsizetype threads = 0;
    qsizetype files = 0;
    qsizetype sockets = 0;
    qsizetype children = 0;
    qint64 residentKiB = 0;
};

qint64 residentKiB()
{
    QFile status(u"/proc/self/status"_s);
    (void)status.open(QIODevice::ReadOnly);
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return 0;
}

Holdings holdings()
{
    Holdings now;
    now.threads = QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size();
    const QDir files(u"/proc/self/fd"_s);
    for (const QString &name : files.entryList(QDir::Files | QDir::System)) {
        ++now.files;
        now.sockets += QFile::symLinkTarget(files.filePath(name)).contains(u"socket:"_s);
    }
    for (const QString &id : QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs)) {
        QFile stat(u"/proc/%1/stat"_s.arg(id));
        if (stat.open(QIODevice::ReadOnly))
            now.children +=
                stat.readAll().split(')').last().split(' ').value(2).toLongLong() == QCoreApplication::applicationPid();
    }
    now.residentKiB = residentKiB();
    return now;
}

} // namespace

class TestLifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void twentyLivesLeaveNothingAndGrowNothing();

private:
    void live(int number);

    QTemporaryDir m_data;
};

void TestLifecycle::live(int number)
{
    ShellConfig config;
    config.id = u"tst-life"_s;
    config.gateway = embeddedConfig(m_data.filePath(u"data"_s));
    config.webFolder = m_data.filePath(u"site"_s);
    config.hasTray = false;
    config.hasLocalEndpoint = true;
    config.capabilities = *Capabilities::parse(
        R"({"capabilities":[{"windows":["*"],"allow":["command:*","link:*","event:*"]}]})", u"c"_s);
    Shell shell(config);
    int settled = 0;
    shell.commands().add(u"settled"_s,
                         [&](const CommandCall &) -> Result<QJsonValue> { return QJsonValue(++settled); });
    const auto started = shell.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().text));
    const quint16 port = shell.gateway().ports().value(0);
    QVERIFY(port != 0);
    WindowOptions window;
    window.page = QUrl(u"tidegate://app/"_s);
    QVERIFY(shell.openWindow(window));
    shell.showConsole(number % 2 == 0);
    QTRY_VERIFY_WITH_TIMEOUT(settled > 0, PageMs);
    shell.quit();
    QVERIFY(!shell.gateway().isRunning());
    QTcpSocket stranger;
    stranger.connectToHost(QHostAddress::LocalHost, port);
    QVERIFY(!stranger.waitForConnected(5'000));
}

void TestLifecycle::twentyLivesLeaveNothingAndGrowNothing()
{
    QVERIFY(QDir(m_data.path()).mkdir(u"site"_s));
    QFile page(m_data.filePath(u"site/index.html"_s));
    QVERIFY(page.open(QIODevice::WriteOnly));
    page.write("<script>const link = tidegate.connect(); const socket = new WebSocket(__TIDEGATE__.ws +"
               " '?role=leader&subprotocol=1.0.0'); let count = 0; const one = () => { if (++count === 2)"
               " tidegate.invoke('settled'); }; link.onopen = one; socket.onopen = one;</script>");
    page.close();
    Holdings before;
    for (int i = 0; i < Lives; ++i) {
        live(i);
        if (QTest::currentTestFailed())
            return;
        if (i + 1 == Settled)
            before = holdings();
    }
    // Helpers of the web engine end by themselves, a little later.
    const auto isAsBefore = [&] {
        const Holdings now = holdings();
        return now.threads <= before.threads && now.files <= before.files && now.sockets <= before.sockets &&
               now.children <= before.children;
    };
    const bool isSettled = QTest::qWaitFor(isAsBefore, PageMs);
    const Holdings after = holdings();
    const QString told =
        u"threads %1 -> %2, files %3 -> %4, sockets %5 -> %6, children %7 -> %8, memory %9 KiB"_s.arg(before.threads)
            .arg(after.threads)
            .arg(before.files)
            .arg(after.files)
            .arg(before.sockets)
            .arg(after.sockets)
            .arg(before.children)
            .arg(after.children)
            .arg(after.residentKiB - before.residentKiB);
    qInfo("%s", qPrintable(told));
    QVERIFY2(isSettled, qPrintable(told));
    QVERIFY2(after.residentKiB - before.residentKiB < 40 * 1024, qPrintable(told));
    QCOMPARE(QDir(m_data.filePath(u"data"_s)).entryList({u"*.lock"_s, u"*.socket"_s}, QDir::Files | QDir::System),
             QStringList());
}

int main(int argc, char **argv)
{
    VirtualDisplay display;
    if (!display.start()) {
        qCritical("Xvfb did not start: install the package xvfb");
        return 1;
    }
    qputenv("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu");
    Shell::prepare();
    QApplication app(argc, argv);
    TestLifecycle test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_lifecycle.moc"
