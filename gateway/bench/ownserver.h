// SPDX-License-Identifier: MIT
#pragma once

#include "bench/serverprocess.h"

namespace Tidegate::Bench {

//! A gateway of our own for a run without a URL: a fresh one on loopback with its limits off. Ends with this object.
class OwnServer
{
public:
    struct Settings
    {
        QByteArray toml = {}; //!< configuration besides what this adds
        //! On standard error, before the URL to use; empty = that is on standard output's first line.
        QByteArray announcement = {};
    };

    //! Starts \p program "serve" and waits until it listens. \p arguments come last.
    Result<void> start(const QString &program, const Settings &settings, const QStringList &arguments);
    QString url() const { return m_url; }
    qint64 processId() const { return m_process.processId(); }

private:
    ServerProcess m_process;
    QString m_url;
};

} // namespace Tidegate::Bench
