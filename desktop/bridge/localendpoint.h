// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"
#include "base/rng.h"
#include "transport/httpmessage.h"

#include <QByteArray>
#include <QJsonObject>

#include <memory>

namespace Tidegate::Desktop {

//! The loopback door for pages whose client wants a URL: any free port of 127.0.0.1, and in front of everything a
//! guard. A request must name this machine as its host, carry the secret of this launch and the token of an open window
//! in its path (/SECRET/TOKEN/optimistic/ws), and come from that window's origin. The gateway sees the rest of the path
//! and the window's identity. Methods: GUI thread; the guard: any.
class LocalEndpoint
{
public:
    explicit LocalEndpoint(Rng &rng);

    //! Makes the loopback address the only one \p config listens on: the guard stands before all of them.
    static void listenOn(GatewayConfig &config);
    RequestGuard guard() const;

    //! A token for one window. \p sessionToken: who the window is for the gateway; \p origin: of its page.
    QByteArray admit(const QByteArray &sessionToken, const QByteArray &origin);
    //! What was opened with the token stays open until its page goes.
    void forget(const QByteArray &windowToken);
    //! "ws", "sse" and "http" for the page's window.__TIDEGATE__.
    QJsonObject urls(quint16 port, const QByteArray &windowToken) const;

private:
    struct State;

    Rng &m_rng;
    const QByteArray m_secret;
    const std::shared_ptr<State> m_state;
};

} // namespace Tidegate::Desktop
