// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>

#include <functional>

namespace Tidegate {

//! A client of a Gateway in the same process: text messages in, text messages out, no port, no socket. Lives on the
//! gateway's own thread. Messages sent before the link is up are kept and go first.
class InProcessClient final : public QObject
{
    Q_OBJECT
public:
    //! How the gateway carries this end's wishes to the link. Made by Gateway::connectInProcess().
    struct Line
    {
        std::function<bool(const QByteArray &text)> send;
        std::function<void()> close;
        std::function<void(qsizetype bytes)> consumed;
    };

    explicit InProcessClient(Line line);
    //! Closes the link.
    ~InProcessClient() override;

    //! False: the link is closed, or so much is under way that the caller should wait for answers first.
    bool send(const QByteArray &text);
    void close();
    bool isOpen() const { return m_isOpen; }

    // For the gateway.
    void deliver(const QByteArray &messages);
    void linkClosed(quint16 code, const QByteArray &reason);

Q_SIGNALS:
    void textReceived(const QByteArray &text);
    //! WebSocket close codes (RFC 6455 section 7.4.1, and the dialect's own). Emitted once, last.
    void closed(quint16 code, const QByteArray &reason);

private:
    const Line m_line;
    bool m_isOpen = true;
};

} // namespace Tidegate
