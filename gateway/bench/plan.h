// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

#include <functional>

namespace Tidegate::Bench {

//! What one run shall do. A value; not every scenario uses all of it.
struct Plan
{
    int subscribers = 1000;
    int stopped = 0;          //!< of the subscribers: read nothing once the run has begun
    int publishers = 50;      //!< ack
    int connections = 10'000; //!< connect
    int connecting = 256;     //!< opened at the same time, at most
    int inFlight = 64;        //!< published and not yet received by everybody (fan-out), batches per connection (ack)
    int batch = 1;            //!< intents per batch (ack)
    double ratePerSecond = 0; //!< 0 = closed loop: the next message when one is complete
    int payloadBytes = 200;
    qint64 warmupMs = 1'000;
    qint64 durationMs = 10'000;
    qint64 holdMs = 5'000;   //!< connect: how long the idle connections are watched
    int missed = 20;         //!< replay: messages published while everybody is away
    qint64 stallMs = 10'000; //!< nothing arrives for so long: the run is given up
    qint64 serverPid = 0;    //!< 0 = no figures of the server's own
};

//! Called about twice a second with what is going on; for a terminal line.
using Progress = std::function<void(const QString &)>;

} // namespace Tidegate::Bench
