// SPDX-License-Identifier: MIT
#include "desktop/program.h"

#include "support/waiting.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QTest>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {
constexpr int StartMs = 60'000; // a web engine on a busy machine
}

Program::Program(const QString &path, const QString &dataDir)
    : m_path(path)
    , m_dataDir(dataDir)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
}

Program::~Program()
{
    if (!isRunning())
        return;
    m_process.kill();
    m_process.waitForFinished(WaitMs);
}

QStringList Program::argumentsWith(const QStringList &arguments) const
{
    return QStringList{u"--data-dir"_s, m_dataDir} + arguments;
}

bool Program::start(const QStringList &arguments, const QStringList &environment)
{
    QStringList all = QProcess::systemEnvironment() + environment;
    m_process.setEnvironment(all);
    m_process.start(m_path, argumentsWith(arguments));
    if (!m_process.waitForStarted(WaitMs))
        return false;
    const QString socket = m_dataDir + u"/tidegate-desktop.socket"_s;
    // Before it is there, a second start would become the first.
    return QTest::qWaitFor([&] { return !isRunning() || QFile::exists(socket); }, StartMs) && isRunning() &&
           startAgain({}) == 0;
}

int Program::startAgain(const QStringList &arguments) const
{
    QProcess again;
    again.start(m_path, argumentsWith(arguments));
    return again.waitForFinished(StartMs) && again.exitStatus() == QProcess::NormalExit ? again.exitCode() : -1;
}

int Program::waitForEnd()
{
    if (isRunning() && !QTest::qWaitFor([&] { return !isRunning(); }, StartMs))
        return -1;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QList<qint64> Program::leftProcesses() const
{
    QList<qint64> left;
    const QStringList ids = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
    for (const QString &id : ids) {
        QFile commandLine(u"/proc/%1/cmdline"_s.arg(id));
        if (commandLine.open(QIODevice::ReadOnly) && commandLine.readAll().contains(m_dataDir.toUtf8()))
            left.append(id.toLongLong());
    }
    return left;
}

QStringList Program::leftFiles() const
{
    return QDir(m_dataDir).entryList({u"*.lock"_s, u"*.socket"_s}, QDir::Files | QDir::System | QDir::Hidden);
}

} // namespace Tidegate::Desktop
