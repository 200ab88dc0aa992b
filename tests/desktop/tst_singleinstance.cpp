// SPDX-License-Identifier: MIT
#include "desktop/shell/singleinstance.h"

#include <QDir>
#include <QFile>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

namespace {

//! A later start; in a thread, since handing over blocks and the first one is in this process.
bool handOver(const QString &folder, const QStringList &arguments)
{
    bool isTaken = false;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        SingleInstance later(u"app"_s, folder);
        isTaken = !later.isFirst() && later.handOver(arguments);
    }));
    thread->start();
    while (!thread->isFinished())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
    return isTaken;
}

} // namespace

class TestSingleInstance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void laterStartHandsItsArgumentsOver();
    void anotherNameIsAnotherApplication();
    void nothingIsLeftBehind();
    void whatAKilledOneLeftIsTakenOver();
    void garbageAndSilenceDoNoHarm();

private:
    QTemporaryDir m_folder;
};

void TestSingleInstance::laterStartHandsItsArgumentsOver()
{
    SingleInstance first(u"app"_s, m_folder.path());
    QVERIFY(first.isFirst());
    QSignalSpy spy(&first, &SingleInstance::handedOver);
    const QStringList arguments{u"notes://open/3"_s, u"with space \" and \n line"_s, u"ümläut"_s, QString()};
    QVERIFY(handOver(m_folder.path(), arguments));
    QTRY_COMPARE(spy.size(), 1);
    QCOMPARE(spy[0][0].toStringList(), arguments);
    QCOMPARE(spy[0][1].toString(), QDir::currentPath());
    QVERIFY(handOver(m_folder.path(), {}));
    QTRY_COMPARE(spy.size(), 2);
}

void TestSingleInstance::anotherNameIsAnotherApplication()
{
    const SingleInstance first(u"app"_s, m_folder.path());
    const SingleInstance other(u"app2"_s, m_folder.path());
    QVERIFY(first.isFirst());
    QVERIFY(other.isFirst());
}

void TestSingleInstance::nothingIsLeftBehind()
{
    const auto content = [this] {
        return QDir(m_folder.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System);
    };
    for (int i = 0; i < 3; ++i) {
        const SingleInstance first(u"app"_s, m_folder.path());
        QVERIFY(first.isFirst());
        QCOMPARE(content().size(), 2); // lock and socket
    }
    QCOMPARE(content(), QStringList());
}

void TestSingleInstance::whatAKilledOneLeftIsTakenOver()
{
    // As a process that is no more: its lock names a process id that cannot be, and a socket nobody listens on.
    QFile lock(m_folder.filePath(u"app.lock"_s));
    QVERIFY(lock.open(QIODevice::WriteOnly));
    lock.write("4194999\napp\n" + QSysInfo::machineHostName().toUtf8() + '\n');
    lock.close();
    QFile socket(m_folder.filePath(u"app.socket"_s));
    QVERIFY(socket.open(QIODevice::WriteOnly));
    socket.close();
    SingleInstance first(u"app"_s, m_folder.path());
    QVERIFY(first.isFirst());
    QSignalSpy spy(&first, &SingleInstance::handedOver);
    QVERIFY(handOver(m_folder.path(), {u"x"_s}));
    QTRY_COMPARE(spy.size(), 1);
}

void TestSingleInstance::garbageAndSilenceDoNoHarm()
{
    SingleInstance first(u"app"_s, m_folder.path());
    QSignalSpy spy(&first, &SingleInstance::handedOver);
    std::vector<std::unique_ptr<QLocalSocket>> silent;
    for (int i = 0; i < SingleInstance::MaxPeers - 1; ++i) {
        silent.push_back(std::make_unique<QLocalSocket>());
        silent.back()->connectToServer(m_folder.filePath(u"app.socket"_s));
    }
    QLocalSocket garbage;
    garbage.connectToServer(m_folder.filePath(u"app.socket"_s));
    garbage.write(QByteArray(SingleInstance::MaxMessageBytes + 2, 'x'));
    QTRY_COMPARE(garbage.state(), QLocalSocket::UnconnectedState);
    silent.clear();
    QVERIFY(handOver(m_folder.path(), {u"still there"_s}));
    QTRY_COMPARE(spy.size(), 1);
}

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_singleinstance.moc"
