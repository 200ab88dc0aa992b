// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include <memory>

class QSocketNotifier;

namespace Tidegate {

//! POSIX signals as Qt signals. One object per process; while it lives, SIGINT, SIGTERM and SIGHUP do nothing else.
class ProcessSignals final : public QObject
{
    Q_OBJECT
public:
    ProcessSignals();
    ~ProcessSignals() override;

Q_SIGNALS:
    void stopRequested();   //!< SIGINT or SIGTERM
    void reloadRequested(); //!< SIGHUP

private:
    void readSignal();

    int m_descriptor = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace Tidegate
