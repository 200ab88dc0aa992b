// SPDX-License-Identifier: MIT
#pragma once

#include "bench/run.h"

namespace Tidegate::Bench {

//! Opens Plan::connections subscribers as fast as the server takes them, then watches them idle: connections/s, time to
//! ready, memory per connection, idle CPU.
class ConnectRun final : public Run
{
public:
    ConnectRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress);

    Report execute() override;

private:
    void ready(size_t member) override;
    void received(size_t, quint32) override {}

    void watchIdle();
    QString state() const;

    std::vector<qint64> m_startedNs;
    Histogram m_timeToReady;
};

} // namespace Tidegate::Bench
