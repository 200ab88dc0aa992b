// SPDX-License-Identifier: MIT
#pragma once

#include "bench/ledger.h"
#include "bench/run.h"

#include <QHash>

namespace Tidegate::Bench {

//! Everybody is cut off, messages are published meanwhile, everybody comes back at once with the position it had: how
//! long until the last one has what it missed, and whether each got all of it once.
class StormRun final : public Run
{
public:
    StormRun(const Target &target, const Dialect &dialect, const Plan &plan, Progress progress);

    Report execute() override;

private:
    void ready(size_t) override {}
    void received(size_t member, quint32 number) override;
    void closed(size_t member, const QString &why) override;

    bool visit();
    bool publishMissed();
    void comeBack();
    QString state() const;

    Ledger m_ledger;
    Histogram m_timeToCaughtUp;
    QByteArrayList m_positions;
    std::vector<quint32> m_missing; //!< per returned subscriber: messages still to come
    std::vector<qint64> m_startedNs;
    size_t m_firstReturned = 0; //!< member number of the first one that came back
    quint32 m_acked = 0;
    quint32 m_caughtUp = 0;
    bool m_isLeaving = false;
};

} // namespace Tidegate::Bench
