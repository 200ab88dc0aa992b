// SPDX-License-Identifier: MIT
#pragma once

#include "bench/target.h"

struct ssl_st;

namespace Tidegate::Bench {

//! One client connection's bytes: a non-blocking socket, and TLS over it if the target has it. Closes itself.
class Stream
{
public:
    enum class Step : quint8 { Done, Pending, Failed };
    static constexpr qint64 Closed = -1; //!< end of stream or error, see error()

    Stream() = default;
    ~Stream() { close(); }
    Q_DISABLE_COPY_MOVE(Stream)

    //! Begins to connect. False if that failed at once.
    bool open(const Target &target);
    //! Goes on when the socket is ready: first the connection, then the handshake.
    Step proceed();
    //! Bytes read, 0 when none are there now, Closed.
    qint64 receive(char *into, qsizetype capacity);
    //! Bytes taken (possibly 0), Closed. Bytes not taken must be offered again, more may stand behind them.
    qint64 send(const char *bytes, qsizetype size);
    void close();

    int descriptor() const { return m_descriptor; }
    //! The handshake waits for room, not for bytes.
    bool wantsWrite() const { return m_wantsWrite; }
    //! There is more to receive() that no epoll event will announce.
    bool hasBufferedInput() const;
    //! What went wrong, for a person; of the newest failure.
    QString error() const { return m_error; }

private:
    qint64 receiveTls(char *into, qsizetype capacity);
    //! \p outcome of a TLS call as receive() and send() say it.
    qint64 judge(int outcome);

    QString m_error;
    std::shared_ptr<const TlsClient> m_tls;
    ssl_st *m_session = nullptr;
    int m_descriptor = -1;
    bool m_isConnected = false;
    bool m_wantsWrite = false;
    bool m_hasEnded = false;
};

} // namespace Tidegate::Bench
