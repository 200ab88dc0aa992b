// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

#include <memory>

namespace Tidegate {

//! A non-blocking byte pipe over one descriptor, which it owns and closes. Plain or TLS; callers cannot tell.
class ByteStream
{
public:
    static constexpr qint64 Closed = -1; //!< end of stream or error
    enum class Wait : quint8 { Nothing, Read, Write };

    virtual ~ByteStream() = default;
    virtual int descriptor() const = 0;

    //! Bytes read, 0 when none are there now, Closed.
    virtual qint64 read(char *into, qsizetype capacity) = 0;
    //! Bytes taken (possibly 0), Closed. Pieces must be offered again unchanged after a short write.
    virtual qint64 write(const QByteArrayView *pieces, size_t count) = 0;
    //! Sends the stream's own goodbye and half-closes.
    virtual void shutdown() = 0;
    //! TLS reads may need the socket to become writable, and the handshake may wait for either.
    virtual bool wantsWrite() const { return false; }
    //! Decrypted bytes are held inside, where no epoll event will announce them.
    virtual bool hasBufferedInput() const { return false; }
    virtual bool isTls() const { return false; }
};

std::unique_ptr<ByteStream> makePlainStream(int descriptor);

} // namespace Tidegate
