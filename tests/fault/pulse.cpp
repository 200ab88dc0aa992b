// SPDX-License-Identifier: MIT
#include "fault/pulse.h"

#include "transport/rawpeer.h"

#include <QElapsedTimer>

namespace Tidegate {

namespace {
constexpr std::chrono::milliseconds Pause{10};
} // namespace

bool Pulse::start(quint16 port)
{
    if (!m_peer.open(port,
                     "GET /optimistic/ws?site=pulse HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     "\"type\":\"replay\""))
        return false;
    m_thread = std::thread([this] { beat(); });
    return true;
}

void Pulse::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_stopped.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void Pulse::beat()
{
    const QByteArray ping = textFrame(R"({"type":"ping"})");
    std::unique_lock lock(m_mutex);
    // Once at least: on a busy machine the attack may be over before this thread runs.
    do {
        lock.unlock();
        m_peer.forget();
        QElapsedTimer waited;
        waited.start();
        m_peer.send(ping);
        const bool came = m_peer.readUntil("\"type\":\"pong\"");
        lock.lock();
        if (!came) {
            m_longestMs = -1;
            return;
        }
        m_longestMs = qMax(m_longestMs, waited.elapsed());
        ++m_beats;
        m_stopped.wait_for(lock, Pause, [this] { return m_isStopping; });
    } while (!m_isStopping);
}

} // namespace Tidegate
