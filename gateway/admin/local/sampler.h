// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"
#include "admin/local/gatewayview.h"
#include "admin/local/streampulse.h"

#include <QObject>
#include <QTimer>

#include <deque>

namespace Tidegate::Admin {

//! Takes the gateway's pulse once per second: reads counters, asks shards and core for what only they know, and keeps
//! 15 minutes of it. Runs whether anybody looks or not, since nobody can look back otherwise; what it costs is one of
//! the numbers.
class Sampler final : public QObject
{
    Q_OBJECT
public:
    Sampler(const GatewayView &view, const Home &home, std::shared_ptr<const StreamPulse> pulse);

    //! Once the shards are there.
    void start();
    History history(qint64 sinceMs) const;

Q_SIGNALS:
    void sampled(const Tidegate::Admin::Statistics &statistics);

private:
    //! Growing numbers, of which the difference per second is shown.
    using Totals = QMap<QString, qint64>;
    struct ShardPulse;
    struct CorePulse;

    void takePulse();
    Totals counterTotals() const;
    void finish(const std::vector<ShardPulse> &shards, const CorePulse &core);

    const GatewayView &m_view;
    const Home m_home;
    const std::shared_ptr<const StreamPulse> m_pulse; //!< core thread
    QTimer m_timer;
    Totals m_before;
    qint64 m_beforeMs = 0; //!< monotonic
    qint64 m_answersBefore = 0;
    qint64 m_answeredMsBefore = 0;
    bool m_isOut = false; //!< a pulse is on its way; on a busy gateway a second passes without one
    std::deque<Statistics> m_kept;
};

} // namespace Tidegate::Admin
