// SPDX-License-Identifier: MIT
#include "bench/swarm.h"

#include <chrono>
#include <sys/epoll.h>
#include <unistd.h>

namespace Tidegate::Bench {

namespace {

constexpr qsizetype ShownBeforeMark = 60; // a refusal is easier to read with what stands before it

QString excerpt(const QByteArray &text)
{
    return QString::fromUtf8(text.left(300).simplified());
}

} // namespace

Swarm::Swarm(const Target &target, QByteArray run, SwarmObserver &observer)
    : m_target(target)
    , m_run(std::move(run))
    , m_observer(observer)
    , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    , m_buffer(std::make_unique<char[]>(size_t(ReceiveBytes)))
    , m_nowNs(clockNs())
{
}

Swarm::~Swarm()
{
    ::close(m_epoll);
}

qint64 Swarm::clockNs()
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

size_t Swarm::add(std::shared_ptr<const Opening> opening)
{
    const size_t index = m_members.size();
    Member &member = *m_members.emplace_back(std::make_unique<Member>());
    member.opening = std::move(opening);
    if (!member.stream.open(m_target.forConnection(index))) {
        end(index, member.stream.error());
        return index;
    }
    epoll_event event{};
    event.events = member.events = EPOLLIN | EPOLLOUT;
    event.data.u64 = index;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, member.stream.descriptor(), &event);
    return index;
}

void Swarm::turn(int timeoutMs)
{
    constexpr int MaxEvents = 512;
    epoll_event events[MaxEvents];
    const int count = ::epoll_wait(m_epoll, events, MaxEvents, timeoutMs);
    m_nowNs = clockNs();
    for (int i = 0; i < count; ++i)
        handle(size_t(events[i].data.u64), events[i].events);
}

void Swarm::handle(size_t index, quint32 events)
{
    Member &member = *m_members[index];
    if (member.state == State::Closed)
        return;
    if (member.state <= State::Securing)
        proceed(index);
    else if (events & EPOLLOUT)
        flush(index);
    if (member.state > State::Securing && member.state != State::Closed && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
        if (member.reads)
            receive(index);
        else
            end(index, QStringLiteral("cut by the server"));
    }
    if (member.state != State::Closed)
        updateInterest(index);
}

void Swarm::proceed(size_t index)
{
    Member &member = *m_members[index];
    switch (member.stream.proceed()) {
    case Stream::Step::Pending:
        member.state = State::Securing;
        break;
    case Stream::Step::Failed:
        end(index, member.stream.error());
        break;
    case Stream::Step::Done:
        member.state = State::Upgrading;
        send(index, member.opening->request);
        break;
    }
}

void Swarm::receive(size_t index)
{
    Member &member = *m_members[index];
    do {
        const qint64 got = member.stream.receive(m_buffer.get(), ReceiveBytes);
        if (got == 0)
            return;
        if (got < 0) {
            end(index, member.stream.error());
            return;
        }
        m_nowNs = clockNs();
        m_receivedBytes += quint64(got);
        if (member.state == State::Upgrading)
            takeHead(index, m_buffer.get(), got);
        else
            takeStream(index, m_buffer.get(), got);
    } while (member.state != State::Closed && member.stream.hasBufferedInput());
}

void Swarm::takeHead(size_t index, const char *bytes, qsizetype size)
{
    Member &member = *m_members[index];
    member.early.append(bytes, size);
    const qsizetype headEnd = member.early.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        if (member.early.size() > MaxEarlyBytes)
            end(index, QStringLiteral("the answer is not HTTP"));
        return;
    }
    const int wanted = member.opening->isWebSocket ? 101 : 200;
    if (member.early.mid(9, 3).toInt() != wanted) {
        end(index, QStringLiteral("refused: ") + excerpt(member.early));
        return;
    }
    QByteArray rest = std::exchange(member.early, {}).sliced(headEnd + 4);
    member.state = State::Opening;
    if (!member.opening->greeting.isEmpty())
        send(index, member.opening->greeting);
    if (member.state == State::Closed) // it could not be sent
        return;
    if (member.opening->readyMark.isEmpty())
        becomeReady(index);
    if (!rest.isEmpty())
        takeStream(index, rest.data(), rest.size());
}

void Swarm::takeStream(size_t index, char *bytes, qsizetype size)
{
    Member &member = *m_members[index];
    if (!member.opening->isWebSocket) {
        takePayload(index, bytes, size);
        return;
    }
    member.frames.feed(
        bytes, size, [&](const char *piece, qsizetype length) { takePayload(index, piece, length); },
        [&](WebSocket::Opcode opcode, const QByteArray &payload) { takeControl(index, opcode, payload); });
}

void Swarm::takePayload(size_t index, const char *piece, qsizetype size)
{
    Member &member = *m_members[index];
    if (member.state == State::Closed)
        return;
    if (member.state == State::Opening)
        lookForReady(index, piece, size);
    else
        endIfMarked(index, QByteArrayView(piece, size), member.opening->faultMarks);
    if (member.state == State::Closed)
        return;
    if (m_keepsText)
        member.text = (member.text + QByteArrayView(piece, size).toByteArray()).right(KeptTextBytes);
    member.markers.feed(piece, size, m_run.constData(), [&](quint32 number) { m_observer.received(index, number); });
}

void Swarm::lookForReady(size_t index, const char *piece, qsizetype size)
{
    Member &member = *m_members[index];
    member.early.append(piece, size);
    if (endIfMarked(index, member.early, member.opening->refusalMarks))
        return;
    if (member.early.contains(member.opening->readyMark))
        becomeReady(index);
    else
        member.early = member.early.right(512); // a mark may be cut between two pieces
}

bool Swarm::endIfMarked(size_t index, QByteArrayView text, const QByteArrayList &marks)
{
    for (const QByteArray &mark : marks) {
        const qsizetype at = text.indexOf(mark);
        if (at < 0)
            continue;
        const qsizetype from = qMax<qsizetype>(0, at - ShownBeforeMark);
        end(index, QStringLiteral("refused: ") + excerpt(text.sliced(from).toByteArray()));
        return true;
    }
    return false;
}

void Swarm::becomeReady(size_t index)
{
    Member &member = *m_members[index];
    member.early = {};
    member.state = State::Ready;
    ++m_readyCount;
    m_observer.ready(index);
}

void Swarm::takeControl(size_t index, WebSocket::Opcode opcode, const QByteArray &payload)
{
    if (m_members[index]->state == State::Closed)
        return;
    if (opcode == WebSocket::Opcode::Ping) {
        send(index, WebSocket::encodeMasked(WebSocket::Opcode::Pong, payload, 0));
    } else if (opcode == WebSocket::Opcode::Close) {
        const int code = payload.size() >= 2 ? qFromBigEndian<quint16>(payload.data()) : int(WebSocket::CloseNoStatus);
        end(index, QStringLiteral("closed by the server with %1 %2").arg(code).arg(excerpt(payload.mid(2))).trimmed());
    }
}

void Swarm::send(size_t index, const QByteArray &bytes)
{
    Member &member = *m_members[index];
    if (member.state == State::Closed)
        return;
    member.unsent += bytes;
    if (member.unsent.size() > MaxUnsentBytes)
        end(index, QStringLiteral("the server has stopped reading"));
    else
        flush(index);
}

void Swarm::flush(size_t index)
{
    Member &member = *m_members[index];
    if (member.unsent.isEmpty())
        return;
    const qint64 sent = member.stream.send(member.unsent.constData(), member.unsent.size());
    if (sent < 0) {
        end(index, member.stream.error());
        return;
    }
    if (sent == member.unsent.size())
        member.unsent = {};
    else if (sent > 0)
        member.unsent.remove(0, sent);
    updateInterest(index);
}

void Swarm::setReading(size_t index, bool reads)
{
    m_members[index]->reads = reads;
    updateInterest(index);
}

void Swarm::updateInterest(size_t index)
{
    Member &member = *m_members[index];
    if (member.state == State::Connecting || member.state == State::Closed)
        return;
    const bool writes = !member.unsent.isEmpty() || member.stream.wantsWrite();
    const quint32 wanted = (member.reads ? quint32(EPOLLIN) : 0u) | (writes ? quint32(EPOLLOUT) : 0u);
    if (wanted == member.events)
        return;
    member.events = wanted;
    epoll_event event{};
    event.events = wanted;
    event.data.u64 = index;
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, member.stream.descriptor(), &event);
}

void Swarm::close(size_t index)
{
    if (m_members[index]->state != State::Closed)
        end(index, {});
}

void Swarm::end(size_t index, const QString &why)
{
    Member &member = *m_members[index];
    if (member.state == State::Ready)
        --m_readyCount;
    member.state = State::Closed;
    ++m_closedCount;
    member.stream.close();
    member.unsent = {};
    m_observer.closed(index, why);
}

} // namespace Tidegate::Bench
