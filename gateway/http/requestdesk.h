// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "http/requestcontext.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>

namespace Tidegate {

//! What all requests taken in and not yet answered may weigh. Any thread. Beyond it new ones are answered 503.
class Admission
{
public:
    struct Bounds
    {
        int maxRequests = 1024;
        qint64 maxBytes = 64 * 1024 * 1024;
    };

    explicit Admission(Bounds bounds)
        : m_bounds(bounds)
    {
    }
    bool tryEnter(qint64 bytes);
    void leave(qint64 bytes);

private:
    const Bounds m_bounds;
    std::atomic<int> m_requests = 0;
    std::atomic<qint64> m_bytes = 0;
};

//! Lets maxRunning requests run at a time, the others wait in order, and ends those that run over the deadline (504).
//! Lives on the http thread. Holds every started request until it is answered.
class RequestDesk final : public QObject
{
    Q_OBJECT
public:
    struct Config
    {
        int maxRunning = 256;
        std::chrono::milliseconds deadline = std::chrono::seconds(30); //!< counted from arrival, waiting included
    };
    using Serve = std::function<void(const RequestPtr &)>;

    RequestDesk(Config config, const Clock &clock, Serve serve, QObject *parent = nullptr);
    //! Answers 503 to what is left.
    ~RequestDesk() override;

    void receive(const RequestPtr &request);

private:
    void start(const RequestPtr &request);
    void startWaiting();
    void finish(RequestContext *request, int status);
    void endOverdue();

    const Config m_config;
    const Clock &m_clock;
    const Serve m_serve;
    QHash<RequestContext *, RequestPtr> m_running;
    std::deque<RequestPtr> m_waiting;
    QTimer m_sweep;
};

} // namespace Tidegate
