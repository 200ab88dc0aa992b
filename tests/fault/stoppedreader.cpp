// SPDX-License-Identifier: MIT
#include "fault/stoppedreader.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate {

StoppedReader::~StoppedReader()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

bool StoppedReader::open(quint16 port, const QByteArray &request, const QByteArray &lastText)
{
    m_descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int bytes = 4096; // has to be set before the connection, which fixes the window's scale
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    const timeval patience{15, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return false;
    send(request);
    return readUntil(lastText);
}

void StoppedReader::send(const QByteArray &bytes)
{
    (void)::send(m_descriptor, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL);
}

bool StoppedReader::readSome()
{
    char buffer[64 * 1024];
    const ssize_t got = ::recv(m_descriptor, buffer, sizeof buffer, 0);
    if (got > 0)
        m_received.append(buffer, got);
    m_hasTimedOut = got < 0 && errno == EAGAIN;
    return got > 0;
}

bool StoppedReader::readUntil(const QByteArray &text)
{
    qsizetype from = 0;
    while (m_received.indexOf(text, from) < 0) {
        from = qMax<qsizetype>(0, m_received.size() - text.size());
        if (!readSome())
            return false;
    }
    return true;
}

bool StoppedReader::readToEnd()
{
    while (readSome()) {
    }
    return !m_hasTimedOut;
}

} // namespace Tidegate
