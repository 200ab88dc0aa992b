// SPDX-License-Identifier: MIT
#include "transport/socketio.h"

#include <QHostAddress>

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate::SocketIo {

namespace {

Error listenError(const ListenAddress &address, const char *step)
{
    return {ErrorCode::Unavailable, QStringLiteral("cannot listen on %1:%2 (%3): %4")
                                        .arg(QString::fromUtf8(address.host))
                                        .arg(address.port)
                                        .arg(QLatin1StringView(step), QString::fromLocal8Bit(strerror(errno)))};
}

//! A socket of another process that also shares its port would let us bind silently and take half of its clients.
bool isTaken(const sockaddr_storage &storage, socklen_t length)
{
    const int probe = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool taken = ::bind(probe, reinterpret_cast<const sockaddr *>(&storage), length) != 0 && errno == EADDRINUSE;
    ::close(probe);
    return taken;
}

socklen_t fill(sockaddr_storage &storage, const QHostAddress &host, quint16 port)
{
    if (host.protocol() == QAbstractSocket::IPv6Protocol) {
        auto &v6 = reinterpret_cast<sockaddr_in6 &>(storage);
        const Q_IPV6ADDR raw = host.toIPv6Address();
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        memcpy(&v6.sin6_addr, raw.c, sizeof raw.c);
        return sizeof v6;
    }
    auto &v4 = reinterpret_cast<sockaddr_in &>(storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(host.toIPv4Address());
    return sizeof v4;
}

} // namespace

Result<int> listenOn(const ListenAddress &address, Sharing sharing)
{
    const QHostAddress host(address.host == "localhost" ? QStringLiteral("127.0.0.1")
                                                        : QString::fromUtf8(address.host));
    if (host.isNull())
        return Error{ErrorCode::InvalidSyntax,
                     QStringLiteral("cannot listen on \"%1\": write an IP address or localhost")
                         .arg(QString::fromUtf8(address.host))};
    sockaddr_storage storage{};
    const socklen_t length = fill(storage, host, address.port);
    if (sharing == Sharing::First && address.port != 0 && isTaken(storage, length)) {
        errno = EADDRINUSE;
        return listenError(address, "bind");
    }
    const int descriptor = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return listenError(address, "socket");
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    // Accepted sockets inherit these, which spares each of them the calls.
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const unsigned unackedMs = 60'000;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &unackedMs, sizeof unackedMs);
    const char *step = "bind";
    if (::bind(descriptor, reinterpret_cast<sockaddr *>(&storage), length) == 0) {
        step = "listen";
        if (::listen(descriptor, 4096) == 0)
            return descriptor;
    }
    const Error error = listenError(address, step);
    ::close(descriptor);
    return error;
}

quint16 boundPort(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr *>(&storage), &length) != 0)
        return 0;
    return storage.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6 &>(storage).sin6_port)
                                         : ntohs(reinterpret_cast<sockaddr_in &>(storage).sin_port);
}

int accept(int listener, Peer &peer)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    const int descriptor =
        ::accept4(listener, reinterpret_cast<sockaddr *>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0)
        return descriptor;
    char text[INET6_ADDRSTRLEN] = "";
    if (storage.ss_family == AF_INET6) {
        const auto &v6 = reinterpret_cast<sockaddr_in6 &>(storage);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        peer.port = ntohs(v6.sin6_port);
    } else {
        const auto &v4 = reinterpret_cast<sockaddr_in &>(storage);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        peer.port = ntohs(v4.sin_port);
    }
    peer.address = text;
    return descriptor;
}

quint64 raiseDescriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
        ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

} // namespace Tidegate::SocketIo
