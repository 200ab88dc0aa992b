// SPDX-License-Identifier: MIT
#include "transport/bytestream.h"

#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace Tidegate {

namespace {

bool isTransient(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

class PlainStream final : public ByteStream
{
public:
    explicit PlainStream(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    ~PlainStream() override { ::close(m_descriptor); }
    Q_DISABLE_COPY_MOVE(PlainStream)

    int descriptor() const override { return m_descriptor; }

    qint64 read(char *into, qsizetype capacity) override
    {
        const ssize_t got = ::recv(m_descriptor, into, size_t(capacity), 0);
        if (got > 0)
            return got;
        if (got < 0 && isTransient(errno))
            return 0;
        return Closed;
    }

    qint64 write(const QByteArrayView *pieces, size_t count) override
    {
        if (count == 1)
            return finished(::send(m_descriptor, pieces[0].data(), size_t(pieces[0].size()), MSG_NOSIGNAL));
        constexpr size_t MaxPieces = 64;
        iovec vectors[MaxPieces];
        count = qMin(count, MaxPieces);
        for (size_t i = 0; i < count; ++i)
            vectors[i] = {const_cast<char *>(pieces[i].data()), size_t(pieces[i].size())};
        msghdr message{};
        message.msg_iov = vectors;
        message.msg_iovlen = count;
        return finished(::sendmsg(m_descriptor, &message, MSG_NOSIGNAL));
    }

    void shutdown() override { ::shutdown(m_descriptor, SHUT_WR); }

private:
    static qint64 finished(ssize_t sent)
    {
        if (sent >= 0)
            return sent;
        return isTransient(errno) ? 0 : Closed;
    }

    const int m_descriptor;
};

} // namespace

std::unique_ptr<ByteStream> makePlainStream(int descriptor)
{
    return std::make_unique<PlainStream>(descriptor);
}

} // namespace Tidegate
