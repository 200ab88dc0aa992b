// SPDX-License-Identifier: MIT
#include "bench/compare/peers/rawloop/rawloop.h"

#include "bench/compare/peers/rawloop/clientframe.h"
#include "wire/websockethandshake.h"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate::Bench {

namespace {

constexpr qsizetype BufferBytes = 256 * 1024;

bool isTransient()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

//! The value of a request header, compared as the load tool writes it.
QByteArray header(const QByteArray &head, const QByteArray &name)
{
    const qsizetype at = head.indexOf("\r\n" + name + ": ");
    const qsizetype from = at + name.size() + 4;
    return at < 0 ? QByteArray() : head.mid(from, head.indexOf("\r\n", from) - from);
}

} // namespace

RawLoop::RawLoop(Options options)
    : m_options(options)
    , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    , m_buffer(std::make_unique<char[]>(size_t(BufferBytes)))
{
}

RawLoop::~RawLoop()
{
    for (const auto &connection : m_connections) {
        if (connection)
            ::close(connection->descriptor);
    }
    ::close(m_listener);
    ::close(m_epoll);
}

quint16 RawLoop::listen(quint16 port)
{
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *const plain = reinterpret_cast<sockaddr *>(&address);
    socklen_t bytes = sizeof address;
    if (::bind(m_listener, plain, bytes) != 0 || ::listen(m_listener, SOMAXCONN) != 0 ||
        ::getsockname(m_listener, plain, &bytes) != 0)
        return 0;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = m_listener;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_listener, &event);
    return ntohs(address.sin_port);
}

void RawLoop::run()
{
    constexpr int MaxEvents = 512;
    epoll_event events[MaxEvents];
    for (;;) {
        const int count = ::epoll_wait(m_epoll, events, MaxEvents, -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.fd == m_listener)
                acceptAll();
            else
                handle(events[i].data.fd, events[i].events);
        }
        if (!m_turn.isEmpty()) {
            broadcast(m_turn);
            m_turn.resize(0);
        }
    }
}

void RawLoop::acceptAll()
{
    for (;;) {
        const int descriptor = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0)
            return;
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (m_connections.size() <= size_t(descriptor))
            m_connections.resize(size_t(descriptor) + 1);
        m_connections[size_t(descriptor)] = std::make_unique<Connection>();
        m_connections[size_t(descriptor)]->descriptor = descriptor;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
    }
}

void RawLoop::handle(int descriptor, quint32 events)
{
    // Closed by an earlier event of this turn. Had its number been given away since, there would be nothing to read.
    Connection *const connection = m_connections[size_t(descriptor)].get();
    if (!connection)
        return;
    if (events & EPOLLOUT) {
        flush(*connection);
        if (!m_connections[size_t(descriptor)])
            return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        receive(*connection);
}

void RawLoop::receive(Connection &connection)
{
    const ssize_t got = ::recv(connection.descriptor, m_buffer.get(), size_t(BufferBytes), 0);
    if (got < 0 && isTransient())
        return;
    if (got <= 0 || connection.input.size() + got > MaxInputBytes) {
        close(connection);
        return;
    }
    const int descriptor = connection.descriptor;
    if (connection.input.isEmpty()) {
        const qsizetype used = take(connection, m_buffer.get(), got);
        if (m_connections[size_t(descriptor)] && used < got)
            connection.input = QByteArray(m_buffer.get() + used, got - used);
    } else {
        connection.input.append(m_buffer.get(), got);
        QByteArray input = std::exchange(connection.input, {});
        const qsizetype used = take(connection, input.data(), input.size());
        if (m_connections[size_t(descriptor)] && used < input.size())
            connection.input = input.sliced(used);
    }
}

qsizetype RawLoop::take(Connection &connection, char *data, qsizetype size)
{
    switch (connection.role) {
    case Role::Opening:
        return takeHead(connection, QByteArrayView(data, size));
    case Role::Publisher:
        return takeFrames(connection, data, size);
    case Role::Subscriber:
        break; // says nothing that matters
    }
    return size;
}

qsizetype RawLoop::takeHead(Connection &connection, QByteArrayView data)
{
    const qsizetype end = data.indexOf("\r\n\r\n");
    if (end < 0)
        return 0;
    const QByteArray head = data.first(end + 2).toByteArray();
    const bool isPublisher = head.startsWith("GET /pub ");
    connection.role = isPublisher ? Role::Publisher : Role::Subscriber;
    if (!isPublisher)
        m_subscribers.push_back(&connection);
    if (!isPublisher && m_options.isEventStream)
        send(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    else
        send(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: " +
                             WebSocket::acceptKey(header(head, "Sec-WebSocket-Key")) + "\r\n\r\n");
    // A client waits for the answer, so nothing follows its head.
    return data.size();
}

qsizetype RawLoop::takeFrames(Connection &connection, char *data, qsizetype size)
{
    qsizetype used = 0;
    QByteArray echo;
    for (;;) {
        const ClientFrame frame = ClientFrame::first(data + used, size - used);
        if (frame.bytes == 0)
            break;
        used += frame.bytes;
        if (frame.opcode != WebSocket::Opcode::Text && frame.opcode != WebSocket::Opcode::Binary)
            continue;
        appendMessage(m_options.echoes ? echo : m_turn, frame.payload);
        if (!m_options.coalesces && !m_options.echoes) {
            broadcast(m_turn);
            m_turn.resize(0);
        }
    }
    if (!echo.isEmpty())
        send(connection, echo);
    return used;
}

void RawLoop::appendMessage(QByteArray &out, QByteArrayView payload) const
{
    if (m_options.isEventStream && !m_options.echoes) {
        out += "data: ";
        out += payload;
        out += "\n\n";
    } else {
        WebSocket::appendFrameHeader(out, WebSocket::Opcode::Text, payload.size());
        out += payload;
    }
}

void RawLoop::broadcast(const QByteArray &bytes)
{
    // Backwards, because one that cannot be written to is taken out, and the last one is put in its place.
    for (size_t i = m_subscribers.size(); i-- > 0;)
        send(*m_subscribers[i], bytes);
}

void RawLoop::send(Connection &connection, const QByteArray &bytes)
{
    if (!connection.unsent.isEmpty()) {
        connection.unsent += bytes;
        if (connection.unsent.size() > MaxUnsentBytes)
            close(connection);
        return;
    }
    connection.unsent = bytes;
    flush(connection);
}

void RawLoop::flush(Connection &connection)
{
    const QByteArray &unsent = connection.unsent;
    const ssize_t sent = ::send(connection.descriptor, unsent.constData(), size_t(unsent.size()), MSG_NOSIGNAL);
    if (sent < 0 && !isTransient()) {
        close(connection);
        return;
    }
    if (sent == unsent.size())
        connection.unsent = {};
    else if (sent > 0)
        connection.unsent.remove(0, sent);
    const bool isWanted = !connection.unsent.isEmpty();
    if (connection.isWaitingToWrite != isWanted)
        watchWritable(connection, isWanted);
}

void RawLoop::watchWritable(Connection &connection, bool isWanted)
{
    connection.isWaitingToWrite = isWanted;
    epoll_event event{};
    event.events = isWanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.fd = connection.descriptor;
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, connection.descriptor, &event);
}

void RawLoop::close(Connection &connection)
{
    const auto at = std::find(m_subscribers.begin(), m_subscribers.end(), &connection);
    if (at != m_subscribers.end()) {
        *at = m_subscribers.back();
        m_subscribers.pop_back();
    }
    ::close(connection.descriptor);
    m_connections[size_t(connection.descriptor)].reset();
}

} // namespace Tidegate::Bench
