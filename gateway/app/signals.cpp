// SPDX-License-Identifier: MIT
#include "app/signals.h"

#include <QSocketNotifier>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace Tidegate {

namespace {

constexpr std::array HandledSignals{SIGINT, SIGTERM, SIGHUP};

std::atomic<int> writeEnd{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use nothing else");

// A handler rather than a mask with signalfd: threads that a display's plugin started before us have no such mask, and
// a signal that reaches one of them would end the process.
void passOn(int number)
{
    const int savedError = errno;
    const auto byte = static_cast<unsigned char>(number);
    // A full pipe holds thousands of unread signals: one more says nothing new.
    [[maybe_unused]] const ssize_t written = ::write(writeEnd.load(), &byte, 1);
    errno = savedError;
}

void setHandler(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int number : HandledSignals)
        ::sigaction(number, &action, nullptr);
}

} // namespace

ProcessSignals::ProcessSignals()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("no pipe for signals: error %d", errno);
    m_descriptor = ends[0];
    writeEnd = ends[1];
    setHandler(passOn);
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &ProcessSignals::readSignal);
}

ProcessSignals::~ProcessSignals()
{
    m_notifier.reset();
    setHandler(SIG_DFL);
    ::close(writeEnd.exchange(-1));
    ::close(m_descriptor);
}

void ProcessSignals::readSignal()
{
    unsigned char number = 0;
    while (::read(m_descriptor, &number, 1) == 1) {
        if (number == SIGHUP)
            Q_EMIT reloadRequested();
        else
            Q_EMIT stopRequested();
    }
}

} // namespace Tidegate
