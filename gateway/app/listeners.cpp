// SPDX-License-Identifier: MIT
#include "app/listeners.h"

#include "transport/socketio.h"

#include <unistd.h>

namespace Tidegate {

Listeners::~Listeners()
{
    for (const auto &descriptors : m_descriptors) {
        for (const int descriptor : descriptors)
            ::close(descriptor);
    }
}

Result<void> Listeners::open(const std::vector<ListenAddress> &addresses, int shards)
{
    m_descriptors.resize(size_t(shards));
    for (const ListenAddress &configured : addresses) {
        SocketIo::ListenAddress address{configured.host.toString().toUtf8(), configured.port};
        for (int shard = 0; shard < shards; ++shard) {
            const auto sharing = shard == 0 ? SocketIo::Sharing::First : SocketIo::Sharing::Joins;
            const auto descriptor = SocketIo::listenOn(address, sharing);
            if (!descriptor)
                return descriptor.error();
            address.port = SocketIo::boundPort(*descriptor);
            m_descriptors[size_t(shard)].push_back(*descriptor);
        }
        m_ports.append(address.port);
    }
    return {};
}

} // namespace Tidegate
