// SPDX-License-Identifier: MIT
#include "base/logging.h"

namespace Tidegate {

Q_LOGGING_CATEGORY(lcApp, "tidegate.app", QtInfoMsg)
Q_LOGGING_CATEGORY(lcConfig, "tidegate.config", QtInfoMsg)
Q_LOGGING_CATEGORY(lcTransport, "tidegate.transport", QtInfoMsg)
Q_LOGGING_CATEGORY(lcWebSocket, "tidegate.transport.websocket", QtInfoMsg)
Q_LOGGING_CATEGORY(lcSse, "tidegate.transport.sse", QtInfoMsg)
Q_LOGGING_CATEGORY(lcHttp, "tidegate.http", QtInfoMsg)
Q_LOGGING_CATEGORY(lcTls, "tidegate.transport.tls", QtInfoMsg)
Q_LOGGING_CATEGORY(lcAuth, "tidegate.auth", QtInfoMsg)
Q_LOGGING_CATEGORY(lcHub, "tidegate.channel.hub", QtInfoMsg)
Q_LOGGING_CATEGORY(lcIntent, "tidegate.intent", QtInfoMsg)
Q_LOGGING_CATEGORY(lcStore, "tidegate.intent.store", QtInfoMsg)
Q_LOGGING_CATEGORY(lcBackend, "tidegate.backend", QtInfoMsg)
Q_LOGGING_CATEGORY(lcSession, "tidegate.session", QtInfoMsg)
Q_LOGGING_CATEGORY(lcMesh, "tidegate.session.mesh", QtInfoMsg)
Q_LOGGING_CATEGORY(lcCluster, "tidegate.cluster", QtInfoMsg)

} // namespace Tidegate
