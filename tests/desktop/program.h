// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>
#include <QStringList>

namespace Tidegate::Desktop {

//! A program of the shell as a process, with a data folder of its own.
class Program
{
public:
    Program(const QString &path, const QString &dataDir);
    //! Kills what still runs.
    ~Program();
    Q_DISABLE_COPY_MOVE(Program)

    //! Waits until it answers a second start, that is, until its event loop runs.
    bool start(const QStringList &arguments = {}, const QStringList &environment = {});
    //! A later start with these arguments; its exit code, or -1.
    int startAgain(const QStringList &arguments) const;
    void terminate() { m_process.terminate(); }
    //! Exit code, or -1 when it does not end or crashed.
    int waitForEnd();
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    qint64 processId() const { return m_process.processId(); }
    QByteArray output() { return m_process.readAll(); }

    //! Ids of processes whose command line names the data folder, or that descend from ours.
    QList<qint64> leftProcesses() const;
    //! Lock and socket files that are still there.
    QStringList leftFiles() const;

private:
    QStringList argumentsWith(const QStringList &arguments) const;

    const QString m_path;
    const QString m_dataDir;
    QProcess m_process;
};

} // namespace Tidegate::Desktop
