// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

#include <memory>

// The other servers' protocols for the load tool; README.md describes the bytes.

namespace Tidegate::Bench {

enum class PeerDialect : quint8 {
    PlainWebSocket,   //!< /pub and /sub, the message is the frame: raw loop, npm ws, nchan
    PlainEventStream, //!< the same, received as server-sent events
    Nats,
    SocketIo,
};

//! \p target outlives it.
std::unique_ptr<Dialect> makePeerDialect(PeerDialect kind, const Target &target);

} // namespace Tidegate::Bench
