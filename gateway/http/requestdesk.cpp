// SPDX-License-Identifier: MIT
#include "http/requestdesk.h"

#include "base/logging.h"
#include "http/replies.h"
#include "http/rules.h"

namespace Tidegate {

namespace {

constexpr std::chrono::milliseconds SweepInterval{250};

} // namespace

RequestDesk::RequestDesk(const HttpBounds &bounds, const Clock &clock, Serve serve, QObject *parent)
    : QObject(parent)
    , m_bounds(bounds)
    , m_clock(clock)
    , m_serve(std::move(serve))
{
    connect(&m_sweep, &QTimer::timeout, this, &RequestDesk::endOverdue);
    m_sweep.setInterval(SweepInterval);
}

RequestDesk::~RequestDesk()
{
    m_waiting.clear();
    const QList<RequestPtr> running = m_running.values();
    for (const RequestPtr &request : running) {
        request->setOnAnswered(nullptr);
        request->answer(Replies::unavailable());
    }
}

void RequestDesk::receive(const RequestPtr &request)
{
    if (m_running.size() < m_bounds.maxRunning)
        start(request);
    else
        m_waiting.push_back(request);
}

void RequestDesk::start(const RequestPtr &request)
{
    m_running.insert(request.get(), request);
    request->setOnAnswered([this, key = request.get()](int status) { finish(key, status); });
    if (!m_sweep.isActive())
        m_sweep.start();
    if (!endIfOverdue(*request))
        m_serve(request);
}

void RequestDesk::startWaiting()
{
    while (!m_waiting.empty() && m_running.size() < m_bounds.maxRunning) {
        const RequestPtr next = std::move(m_waiting.front());
        m_waiting.pop_front();
        start(next);
    }
}

void RequestDesk::finish(RequestContext *request, int status)
{
    const RequestPtr done = m_running.take(request);
    qCDebug(lcHttp, "%s %s status=%d ms=%lld", done->request.method.constData(), done->request.path.constData(), status,
            static_cast<long long>(m_clock.monotonicMs() - done->arrivedMs));
    if (m_running.isEmpty() && m_waiting.empty())
        m_sweep.stop();
    // In a turn of its own: we may be deep inside the handler of the request that has just ended.
    if (!m_waiting.empty())
        QMetaObject::invokeMethod(this, &RequestDesk::startWaiting, Qt::QueuedConnection);
}

void RequestDesk::endOverdue()
{
    const QList<RequestPtr> running = m_running.values();
    for (const RequestPtr &request : running)
        endIfOverdue(*request);
}

bool RequestDesk::endIfOverdue(RequestContext &request)
{
    if (m_clock.monotonicMs() - request.arrivedMs < m_bounds.deadline.count())
        return false;
    qCWarning(lcHttp) << "no answer before the deadline" << request.request.method << request.request.path;
    request.refuse(HttpRules::Deadline, Replies::failed(504, "Gateway timeout", "TIMEOUT"));
    return true;
}

} // namespace Tidegate
