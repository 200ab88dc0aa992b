// SPDX-License-Identifier: MIT
#include "transport/epollset.h"

#include "base/logging.h"
#include "base/taskgathering.h"

#include <QSocketNotifier>

#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

namespace Tidegate {

EpollSet::EpollSet(Ready ready, TurnEnd turnEnd)
    : m_ready(std::move(ready))
    , m_turnEnd(std::move(turnEnd))
    , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    if (m_epoll < 0)
        qFatal("cannot create an epoll set: %s", strerror(errno));
    m_notifier = std::make_unique<QSocketNotifier>(m_epoll, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &EpollSet::drain);
}

EpollSet::~EpollSet()
{
    m_notifier.reset();
    ::close(m_epoll);
}

bool EpollSet::add(int descriptor, quint64 key, quint32 events)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    return ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void EpollSet::modify(int descriptor, quint64 key, quint32 events)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void EpollSet::remove(int descriptor)
{
    ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
}

void EpollSet::drain()
{
    constexpr int MaxEvents = 256;
    epoll_event events[MaxEvents];
    const TaskGathering gathering;
    const int count = ::epoll_wait(m_epoll, events, MaxEvents, 0);
    for (int i = 0; i < count; ++i)
        m_ready(events[i].data.u64, events[i].events);
    m_turnEnd();
}

} // namespace Tidegate
