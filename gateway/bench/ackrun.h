// SPDX-License-Identifier: MIT
#pragma once

#include "bench/run.h"

namespace Tidegate::Bench {

//! Many publishers: messages/s until acknowledged, and how long an acknowledgement takes. Closed loop with
//! Plan::inFlight batches of Plan::batch messages per connection, or a fixed rate over all connections.
class AckRun final : public Run
{
public:
    AckRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress);

    Report execute() override;

private:
    void ready(size_t) override {}
    void received(size_t member, quint32 number) override;

    void publish(size_t member, qint64 sentNs);
    void publishDue();
    void drive(qint64 untilNs);
    QString state() const;

    std::vector<qint64> m_sentNs; //!< per message; 0 once it is acknowledged
    std::vector<int> m_unacked;   //!< messages per connection
    Histogram m_latency;
    quint64 m_acked = 0;
    quint64 m_repeated = 0;
    qint64 m_startNs = 0;
    qint64 m_measureFromNs = 0;
    size_t m_nextMember = 0;
    bool m_isPublishing = true;
};

} // namespace Tidegate::Bench
