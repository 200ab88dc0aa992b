// SPDX-License-Identifier: MIT
#pragma once

#include "app/inprocessclient.h"
#include "app/shardhost.h"
#include "base/taskqueue.h"

#include <QHash>
#include <QPointer>

namespace Tidegate {

//! Switchboard between in-process clients on the gateway's thread and their links on a shard. Outlives the shards.
class InProcessSwitchboard
{
public:
    //! \p request's path and headers are what a socket client would have sent.
    std::unique_ptr<InProcessClient> connect(ShardHost &shard, HttpRequest request);
    //! The shards are gone: tells every client that is still open.
    void closeAll(quint16 code, const QByteArray &reason);

private:
    struct Call; //!< one client's line; shared by both threads, each touching its own half

    TaskQueue m_inbox;
    QHash<quint64, QPointer<InProcessClient>> m_clients;
    quint64 m_serial = 0;
};

} // namespace Tidegate
