// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <memory>
#include <vector>

namespace Tidegate::Bench {

//! The least a broadcast server can do: one thread, one epoll set, plain sockets, no policy, no history, no validation.
//! What a connection on /pub sends goes to every connection on /sub. The physical limit that servers are compared with.
//! Bounds: MaxInputBytes unread and MaxUnsentBytes unsent per connection; above either the connection is closed.
class RawLoop
{
public:
    struct Options
    {
        bool coalesces = true;      //!< all frames of one turn in one write per link; false: a write per frame
        bool isEventStream = false; //!< subscribers get server-sent events
        bool echoes = false;        //!< what a connection on /pub sends goes back to it alone
    };
    static constexpr qsizetype MaxInputBytes = 1024 * 1024;
    static constexpr qsizetype MaxUnsentBytes = 64 * 1024 * 1024;

    explicit RawLoop(Options options);
    ~RawLoop();
    Q_DISABLE_COPY_MOVE(RawLoop)

    //! Listens on 127.0.0.1; port 0 lets the kernel choose. The port, or 0 with errno.
    quint16 listen(quint16 port);
    //! Serves until the process is ended.
    [[noreturn]] void run();

private:
    enum class Role : quint8 { Opening, Subscriber, Publisher };
    struct Connection
    {
        QByteArray input; //!< a head or frame that has not arrived as a whole
        QByteArray unsent;
        int descriptor = -1;
        Role role = Role::Opening;
        bool isWaitingToWrite = false;
    };

    void acceptAll();
    void handle(int descriptor, quint32 events);
    void receive(Connection &connection);
    qsizetype take(Connection &connection, char *data, qsizetype size);
    qsizetype takeHead(Connection &connection, QByteArrayView data);
    qsizetype takeFrames(Connection &connection, char *data, qsizetype size);
    void appendMessage(QByteArray &out, QByteArrayView payload) const;
    void broadcast(const QByteArray &bytes);
    void send(Connection &connection, const QByteArray &bytes);
    void flush(Connection &connection);
    void watchWritable(Connection &connection, bool isWanted);
    void close(Connection &connection);

    const Options m_options;
    int m_epoll = -1;
    int m_listener = -1;
    std::unique_ptr<char[]> m_buffer;
    std::vector<std::unique_ptr<Connection>> m_connections; //!< by descriptor
    std::vector<Connection *> m_subscribers;
    QByteArray m_turn; //!< frames for every subscriber, of this turn
};

} // namespace Tidegate::Bench
