// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "http/httpapiconfig.h"
#include "http/requestcontext.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>

namespace Tidegate {

//! Lets maxRunning requests run at a time, the others wait in order, and ends those that run over the deadline (504).
//! Lives on the http thread. Holds every started request until it is answered.
class RequestDesk final : public QObject
{
    Q_OBJECT
public:
    using Serve = std::function<void(const RequestPtr &)>;

    RequestDesk(const HttpBounds &bounds, const Clock &clock, Serve serve, QObject *parent = nullptr);
    //! Answers 503 to what is left.
    ~RequestDesk() override;

    void receive(const RequestPtr &request);

private:
    void start(const RequestPtr &request);
    void startWaiting();
    void finish(RequestContext *request, int status);
    void endOverdue();
    bool endIfOverdue(RequestContext &request);

    const HttpBounds m_bounds;
    const Clock &m_clock;
    const Serve m_serve;
    QHash<RequestContext *, RequestPtr> m_running;
    std::deque<RequestPtr> m_waiting;
    QTimer m_sweep;
};

} // namespace Tidegate
