// SPDX-License-Identifier: MIT
#pragma once

#include "bench/compare/peers.h"

// How servers are started. All listen on 127.0.0.1 only and run in a temporary folder. What the machine does not have
// is ErrorCode::NotFound.

namespace Tidegate::Bench {

//! \p program prints its URL as the last word of its first line.
Result<std::unique_ptr<RunningPeer>> startAnnouncing(const QString &program, const QStringList &arguments);
//! \p script of \p folder, with what "npm ci" has put there.
Result<std::unique_ptr<RunningPeer>> startNode(const QString &folder, const QString &script, const QStringList &flags);
//! Our own gateway, \p program, with the mesh dialect's door; tokens are signed with \p secret.
Result<std::unique_ptr<RunningPeer>> startMesh(const QString &program, const QByteArray &secret);
//! nats-server with its WebSocket door.
Result<std::unique_ptr<RunningPeer>> startNats();
//! nginx with one worker and nchan on /pub and /sub, keeping no messages.
Result<std::unique_ptr<RunningPeer>> startNchan();

} // namespace Tidegate::Bench
