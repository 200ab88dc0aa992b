// SPDX-License-Identifier: MIT
#include "http/httpapi.h"

#include "base/decisionsink.h"
#include "base/taskqueue.h"
#include "http/admission.h"
#include "http/httpapicore.h"
#include "http/replies.h"
#include "http/rules.h"

namespace Tidegate {

namespace {

qsizetype weightOf(const HttpRequest &request)
{
    // Room for the request's own copy inside the virtual socket and for the parsed body.
    constexpr qsizetype FixedBytes = 1024;
    qsizetype bytes = FixedBytes + request.path.size() + request.query.size() + 2 * request.body.size();
    for (const auto &[name, value] : request.headers)
        bytes += name.size() + value.size();
    return bytes;
}

} // namespace

HttpApi::HttpApi(HttpApiConfig config, HttpApiPorts ports)
    : m_clock(ports.clock)
    , m_decisions(ports.decisions)
    , m_admission(std::make_shared<Admission>(config.bounds))
    , m_queue(std::make_shared<TaskQueue>())
{
    m_thread.setObjectName(QStringLiteral("http"));
    m_queue->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_queue.get(), [&] { m_core = std::make_unique<HttpApiCore>(config, ports); }, Qt::BlockingQueuedConnection);
}

HttpApi::~HttpApi()
{
    m_queue->close();
    QMetaObject::invokeMethod(
        m_queue.get(), [this] { m_core.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void HttpApi::handle(HttpRequest request, Responder respond)
{
    const qsizetype weight = weightOf(request);
    if (!m_admission->tryEnter(weight)) {
        if (m_decisions) {
            Decision decision{&HttpRules::Busy, 0, {}, {}, {}, "503", "from " + request.peer.address};
            decision.firstAtMs = decision.lastAtMs = m_clock.nowMs();
            m_decisions->record({std::move(decision)});
        }
        respond(Replies::unavailable());
        return;
    }
    auto leaveAndRespond = [admission = m_admission, weight, respond = std::move(respond)](HttpResponse response) {
        admission->leave(weight);
        respond(std::move(response));
    };
    m_queue->post(
        [this, context = std::make_shared<RequestContext>(std::move(request), std::move(leaveAndRespond), m_queue,
                                                          m_clock.monotonicMs())] { m_core->receive(context); },
        weight);
}

void HttpApi::setAllowedOrigins(const QByteArrayList &origins)
{
    m_queue->post([this, origins] { m_core->setAllowedOrigins(origins); });
}

void HttpApi::setLimits(const HttpLimits &limits)
{
    m_queue->post([this, limits] { m_core->setLimits(limits); });
}

void HttpApi::limitBuckets(std::function<void(std::vector<LimitBucket>)> done)
{
    m_queue->post([this, done = std::move(done)] { done(m_core->limitBuckets()); });
}

} // namespace Tidegate
