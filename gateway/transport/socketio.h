// SPDX-License-Identifier: MIT
#pragma once

#include "transport/httpmessage.h"
#include "wire/result.h"

// The few system calls on sockets that have no home elsewhere.

namespace Tidegate::SocketIo {

struct ListenAddress
{
    QByteArray host; //!< IPv4 or IPv6 literal, or "localhost"
    quint16 port = 0;
};

enum class Sharing : quint8 {
    First, //!< fails if anybody listens there already
    Joins, //!< a further socket of this process on the same port
};

//! Non-blocking listening socket with SO_REUSEPORT, so that each shard has one of its own on the same port.
//! Port 0 lets the kernel choose; boundPort() tells. Errors name the address and the system's reason.
Result<int> listenOn(const ListenAddress &address, Sharing sharing);
quint16 boundPort(int descriptor);

//! Next waiting connection, non-blocking, or -1 with errno.
int accept(int listener, Peer &peer);

//! Raises the soft limit of open descriptors to the hard one; returns what now holds.
quint64 raiseDescriptorLimit();

} // namespace Tidegate::SocketIo
