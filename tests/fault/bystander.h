// SPDX-License-Identifier: MIT
#pragma once

#include "support/gatewayprocess.h"
#include "support/wsclient.h"

namespace Tidegate {

//! A gateway under attack and somebody else who uses it meanwhile.
class Bystander
{
public:
    //! An intent that nobody on site "default" may hear of.
    static inline const QByteArray ForeignId = QByteArrayLiteral("foreign-site-1");

    //! False when the gateway or the clients could not be started.
    bool start(const QStringList &args, const QStringList &limits = GatewayProcess::withoutLimits());
    //! Everybody else is served as before: a pong comes, and a write reaches a subscriber. Empty = yes, else what
    //! fails.
    QByteArray complaint();
    //! The gateway's memory, since start().
    bool hasGrownBeyond(qint64 bytes) const;

    GatewayProcess gateway;

private:
    WsClient m_reader;
    WsClient m_writer;
    int m_writes = 0;
    qint64 m_bytesAtStart = 0;
};

} // namespace Tidegate
