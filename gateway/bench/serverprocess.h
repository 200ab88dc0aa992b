// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QProcess>
#include <QTemporaryDir>

namespace Tidegate::Bench {

//! A server to measure, as a process with a folder that goes with it. Ends with this object, and with this program
//! however that ends. Blocks instead of needing an event loop.
class ServerProcess
{
public:
    ~ServerProcess();

    QString filePath(const QString &name) const { return m_folder.filePath(name); }
    //! Errors of these four carry what the program wrote to standard error.
    Result<void> start(const QString &program, const QStringList &arguments);
    //! The last word of its first line on standard output.
    Result<QString> announcedUrl();
    //! The word behind \p announcement in what it has written to standard error so far.
    Result<QString> announcedUrl(const QByteArray &announcement);
    //! Until it accepts connections on 127.0.0.1.
    Result<void> waitForPort(quint16 port);
    qint64 processId() const { return m_process.processId(); }

private:
    Error notStarted();
    QByteArray errorText() const;

    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace Tidegate::Bench
