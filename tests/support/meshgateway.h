// SPDX-License-Identifier: MIT
#pragma once

#include "support/gatewayprocess.h"
#include "support/meshclient.h"

namespace Tidegate {

//! The real program with the mesh dialect on, at a port of its own.
class MeshGateway
{
public:
    //! \p args after "--mesh" and the listening address. False if the process ended; see process().errorText().
    bool start(const QStringList &args = {}, const GatewayProcess::Environment &environment = {});
    //! The same again with another port.
    bool restart();

    //! ws://127.0.0.1:port/ws, or wss; of the first address, or of a further one.
    QUrl url(int address = 0) const { return m_urls.value(address); }
    //! http(s) at the same port.
    QUrl httpUrl(const QString &path, int address = 0) const;
    GatewayProcess &process() { return m_process; }

private:
    bool readUrls();

    GatewayProcess m_process;
    QStringList m_args;
    GatewayProcess::Environment m_environment;
    QList<QUrl> m_urls;
};

} // namespace Tidegate
