// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"
#include "wire/result.h"

#include <QList>

#include <vector>

namespace Tidegate {

//! Listening sockets, one per address and shard; closed here unless a shard has taken them. The gateway's thread.
class Listeners
{
public:
    Listeners() = default;
    ~Listeners();
    Q_DISABLE_COPY_MOVE(Listeners)

    //! After an error what was opened is closed with the rest.
    Result<void> open(const std::vector<ListenAddress> &addresses, int shards);
    std::vector<int> take(int shard) { return std::exchange(m_descriptors[size_t(shard)], {}); }
    int shardCount() const { return int(m_descriptors.size()); }
    //! In the order of the addresses; the kernel's choice where 0 was asked for.
    const QList<quint16> &ports() const { return m_ports; }

private:
    std::vector<std::vector<int>> m_descriptors; //!< per shard
    QList<quint16> m_ports;
};

} // namespace Tidegate
