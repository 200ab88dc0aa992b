// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QProcess>
#include <QTemporaryDir>

namespace Tidegate::Bench {

//! A gateway of our own for a run without a URL: a fresh one on loopback with its limits off, in a folder that goes
//! with it. Ends with this object.
class OwnServer
{
public:
    ~OwnServer();

    //! Starts \p program "serve" and waits until it listens. \p arguments come last.
    Result<void> start(const QString &program, const QStringList &arguments);
    QString url() const { return m_url; }
    qint64 processId() const { return m_process.processId(); }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_url;
};

} // namespace Tidegate::Bench
