// SPDX-License-Identifier: MIT
#pragma once

#include "bench/ledger.h"
#include "bench/run.h"

namespace Tidegate::Bench {

//! One publisher, many subscribers of one stream: deliveries/s, latency, loss and order; with Plan::stopped of them
//! reading nothing, what the others notice of it. Closed loop: Plan::inFlight messages published and not yet with
//! everybody. Fixed rate: latency counts from the moment a message was due, so a stalled server cannot hide behind a
//! generator that waited for it (coordinated omission).
class FanoutRun final : public Run
{
public:
    FanoutRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress);

    Report execute() override;

private:
    void ready(size_t) override {}
    void received(size_t member, quint32 number) override;
    void closed(size_t member, const QString &why) override;

    void publishDue();
    int untilDueMs() const;
    void drive(qint64 untilNs);
    void drain();
    bool isSubscriber(size_t member) const { return member != 0; }
    bool isStopped(size_t member) const { return isSubscriber(member) && member <= size_t(m_plan.stopped); }
    QString state() const;
    void reportStopped();

    Ledger m_ledger;
    Histogram m_latency;
    quint64 m_deliveries = 0;
    qint64 m_startNs = 0;
    qint64 m_measureFromNs = 0;
    int m_stoppedClosed = 0;
    QString m_stoppedWhy;
};

} // namespace Tidegate::Bench
