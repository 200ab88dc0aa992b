// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"
#include "bench/framewalker.h"
#include "bench/marker.h"
#include "bench/stream.h"

#include <memory>
#include <vector>

namespace Tidegate::Bench {

//! What a Swarm tells. Called from Swarm::turn(); may send, pause and close, but not add.
class SwarmObserver
{
public:
    virtual ~SwarmObserver() = default;
    virtual void ready(size_t member) = 0;
    //! A numbered message of this run arrived.
    virtual void received(size_t member, quint32 number) = 0;
    //! Once per member, last. \p why is empty when we closed it ourselves.
    virtual void closed(size_t member, const QString &why) = 0;
};

//! Very many client connections in one epoll loop on the calling thread. Every byte goes through one receive buffer;
//! a member costs about 300 bytes, with TLS some 20 KiB. Bound: what a server does not take is kept per member up to
//! MaxUnsentBytes, then the member is closed.
class Swarm
{
public:
    static constexpr qsizetype MaxUnsentBytes = 64 * 1024 * 1024;

    //! \p run is the marker's run name.
    Swarm(const Target &target, QByteArray run, SwarmObserver &observer);
    ~Swarm();
    Q_DISABLE_COPY_MOVE(Swarm)

    //! Starts a connection; members are numbered from 0. \p opening is shared by all that begin alike.
    //! Errors are told through closed().
    size_t add(std::shared_ptr<const Opening> opening);
    void send(size_t member, const QByteArray &bytes);
    //! Stops reading (and lets the peer's window fill) or goes on.
    void setReading(size_t member, bool reads);
    void close(size_t member);
    //! Keeps the newest KeptTextBytes of what each member receives, for text().
    void keepText() { m_keepsText = true; }
    QByteArray text(size_t member) const { return m_members[member]->text; }

    //! Waits up to \p timeoutMs for something to happen and handles it.
    void turn(int timeoutMs);

    qint64 nowNs() const { return m_nowNs; } //!< of the latest receive; monotonic
    static qint64 clockNs();
    size_t size() const { return m_members.size(); }
    size_t readyCount() const { return m_readyCount; }
    size_t closedCount() const { return m_closedCount; }
    size_t openingCount() const { return m_members.size() - m_readyCount - m_closedCount; }
    quint64 receivedBytes() const { return m_receivedBytes; }

private:
    static constexpr qsizetype ReceiveBytes = 256 * 1024;
    static constexpr qsizetype KeptTextBytes = 2048;
    static constexpr qsizetype MaxEarlyBytes = 64 * 1024;

    enum class State : quint8 { Connecting, Securing, Upgrading, Opening, Ready, Closed };
    struct Member
    {
        std::shared_ptr<const Opening> opening;
        QByteArray unsent;
        QByteArray early; //!< response head, then the end of the text before the member is ready
        QByteArray text;
        FrameWalker frames;
        MarkerScanner markers;
        Stream stream;
        quint32 events = 0;
        State state = State::Connecting;
        bool reads = true;
    };

    void handle(size_t index, quint32 events);
    void proceed(size_t index);
    void receive(size_t index);
    void takeHead(size_t index, const char *bytes, qsizetype size);
    void takeStream(size_t index, char *bytes, qsizetype size);
    void takePayload(size_t index, const char *piece, qsizetype size);
    void lookForReady(size_t index, const char *piece, qsizetype size);
    bool endIfMarked(size_t index, QByteArrayView text, const QByteArrayList &marks);
    void takeControl(size_t index, WebSocket::Opcode opcode, const QByteArray &payload);
    void becomeReady(size_t index);
    void flush(size_t index);
    void updateInterest(size_t index);
    void end(size_t index, const QString &why);

    const Target &m_target;
    const QByteArray m_run;
    SwarmObserver &m_observer;
    int m_epoll = -1;
    std::unique_ptr<char[]> m_buffer;
    std::vector<std::unique_ptr<Member>> m_members;
    qint64 m_nowNs = 0;
    size_t m_readyCount = 0;
    size_t m_closedCount = 0;
    quint64 m_receivedBytes = 0;
    bool m_keepsText = false;
};

} // namespace Tidegate::Bench
