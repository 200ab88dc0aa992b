// SPDX-License-Identifier: MIT
#pragma once

#include "loadclient.h"

#include <QProcess>

namespace Tidegate::Bench {

//! The gateway under measurement, as a process.
struct MeasuredGateway
{
    QProcess process;
    quint16 port = 0;
    qint64 startedInMs = 0;

    //! Its log goes to \p dataDir.
    void start(const QString &dataDir, const QStringList &flags);
    void stop();
    double cpuSeconds() const;
};

struct Rate
{
    double perSecond = 0;
    double cpuMicroseconds = 0; //!< of the gateway, all threads, per write
    quint64 acked = 0;
};

//! One client per speech. Runs until \p milliseconds have passed or, if given, \p target writes are acknowledged.
Rate drive(MeasuredGateway &gateway, const std::vector<LoadClient::Speech> &speeches, qint64 milliseconds,
           quint64 target = 0);

} // namespace Tidegate::Bench
