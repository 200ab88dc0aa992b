// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! ShareData (spec sections 3 to 7): subscribers of one document; publications are proposals whose data becomes its
//! state, as the function "accept-any" makes it. Replayed transactions have no state, so nothing could be counted.
class ShareDataDialect final : public Dialect
{
public:
    struct Config
    {
        QByteArray document = "bench";
        QByteArray function = "set";
        QByteArray token; //!< goes into the URL; empty = none
    };

    ShareDataDialect(const Target &target, Config config);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return true; }
    bool hasPositions() const override { return false; }

private:
    Opening opening() const;

    const Target &m_target;
    const Config m_config;
};

} // namespace Tidegate::Bench
