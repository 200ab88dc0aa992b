// SPDX-License-Identifier: MIT
#include "bench/stream.h"

#include <cerrno>
#include <cstring>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace Tidegate::Bench {

namespace {

QString systemError()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

bool isTransient()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int intSize(qsizetype size)
{
    return int(qMin<qsizetype>(size, std::numeric_limits<int>::max()));
}

} // namespace

bool Stream::open(const Target &target)
{
    m_tls = target.tls;
    m_descriptor = ::socket(target.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_descriptor < 0) {
        m_error = QStringLiteral("no socket: ") + systemError();
        return false;
    }
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int outcome =
        ::connect(m_descriptor, reinterpret_cast<const sockaddr *>(&target.address), target.addressBytes);
    if (outcome == 0 || errno == EINPROGRESS)
        return true;
    m_error = QStringLiteral("cannot connect: ") + systemError();
    return false;
}

Stream::Step Stream::proceed()
{
    if (!m_isConnected) {
        int error = 0;
        socklen_t length = sizeof error;
        ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) {
            errno = error;
            m_error = QStringLiteral("cannot connect: ") + systemError();
            return Step::Failed;
        }
        m_isConnected = true;
        if (m_tls && !(m_session = m_tls->session(m_descriptor))) {
            m_error = QStringLiteral("no memory for TLS");
            return Step::Failed;
        }
    }
    if (!m_session)
        return Step::Done;
    ERR_clear_error();
    const int outcome = SSL_do_handshake(m_session);
    if (outcome == 1)
        return Step::Done;
    return judge(outcome) == 0 ? Step::Pending : Step::Failed;
}

qint64 Stream::receive(char *into, qsizetype capacity)
{
    if (m_session)
        return receiveTls(into, capacity);
    const ssize_t got = ::recv(m_descriptor, into, size_t(capacity), 0);
    if (got > 0)
        return got;
    if (got < 0 && isTransient())
        return 0;
    m_error = got == 0 ? QStringLiteral("the server closed the connection") : systemError();
    return Closed;
}

qint64 Stream::receiveTls(char *into, qsizetype capacity)
{
    qint64 total = 0;
    while (total < capacity && !m_hasEnded) {
        ERR_clear_error();
        const int got = SSL_read(m_session, into + total, intSize(capacity - total));
        if (got > 0) {
            total += got;
            continue;
        }
        m_hasEnded = judge(got) == Closed;
        break;
    }
    return total > 0 ? total : m_hasEnded ? Closed : 0;
}

qint64 Stream::send(const char *bytes, qsizetype size)
{
    if (m_session) {
        ERR_clear_error();
        const int sent = SSL_write(m_session, bytes, intSize(size));
        return sent > 0 ? sent : judge(sent);
    }
    const ssize_t sent = ::send(m_descriptor, bytes, size_t(size), MSG_NOSIGNAL);
    if (sent >= 0)
        return sent;
    if (isTransient())
        return 0;
    m_error = systemError();
    return Closed;
}

qint64 Stream::judge(int outcome)
{
    const int reason = SSL_get_error(m_session, outcome);
    m_wantsWrite = reason == SSL_ERROR_WANT_WRITE;
    if (m_wantsWrite || reason == SSL_ERROR_WANT_READ)
        return 0;
    if (reason == SSL_ERROR_ZERO_RETURN)
        m_error = QStringLiteral("the server closed the connection");
    else if (reason == SSL_ERROR_SYSCALL && errno != 0)
        m_error = systemError();
    else
        m_error = TlsClient::failure(m_session);
    return Closed;
}

bool Stream::hasBufferedInput() const
{
    return m_session && (m_hasEnded || SSL_has_pending(m_session) == 1);
}

void Stream::close()
{
    SSL_free(std::exchange(m_session, nullptr));
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace Tidegate::Bench
