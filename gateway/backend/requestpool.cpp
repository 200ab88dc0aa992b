// SPDX-License-Identifier: MIT
#include "backend/requestpool.h"

#include "base/logging.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace Tidegate {

namespace {

// QNetworkAccessManager sends a request again by itself when a kept-alive connection closes under it. A body that
// cannot be rewound stops that: a POST that may have been acted upon must not be repeated.
class OneShotBody final : public QIODevice
{
public:
    OneShotBody(QByteArray bytes, QObject *parent)
        : QIODevice(parent)
        , m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    bool isSequential() const override { return true; }
    bool seek(qint64) override { return false; }
    qint64 bytesAvailable() const override { return m_bytes.size() - m_at + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = std::min<qint64>(maxSize, m_bytes.size() - m_at);
        if (count == 0)
            return maxSize == 0 ? 0 : -1;
        std::copy_n(m_bytes.constData() + m_at, count, data);
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    const QByteArray m_bytes;
    qint64 m_at = 0;
};

QNetworkRequest requestFor(const HttpCall &call, const QByteArray &bearerToken)
{
    QNetworkRequest request(call.url);
    request.setRawHeader("User-Agent", "tidegate/" TIDEGATE_VERSION);
    request.setRawHeader("Accept", "application/json");
    // Asked for explicitly: Qt would otherwise offer gzip and unpack it, past the bound on the reply.
    request.setRawHeader("Accept-Encoding", "identity");
    if (!bearerToken.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + bearerToken);
    if (!call.idempotencyKey.isEmpty())
        request.setRawHeader("Idempotency-Key", call.idempotencyKey);
    if (call.verb == "POST") {
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
        request.setHeader(QNetworkRequest::ContentLengthHeader, call.body.size());
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    }
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    return request;
}

// Error codes from 101 on come with a complete answer (4xx, 5xx), except for those that say the exchange broke.
bool isAnswer(QNetworkReply::NetworkError error, int status)
{
    if (status == 0)
        return false;
    switch (error) {
    case QNetworkReply::NoError:
        return true;
    case QNetworkReply::ContentReSendError: // Qt wants to rewind the body for these two, although redirects are off
        return status == 307 || status == 308;
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolFailure:
        return false;
    default:
        return error > QNetworkReply::UnknownNetworkError;
    }
}

bool showsABackendInTrouble(int status)
{
    return status == 502 || status == 503 || status == 504;
}

Error unavailable(const QString &text)
{
    return {ErrorCode::Unavailable, text, true};
}

Error outcomeUnknown(const QString &text)
{
    return {ErrorCode::Timeout, text + QStringLiteral(", outcome unknown"), true};
}

} // namespace

struct RequestPool::Pending
{
    HttpCall call;
    Done done;
    QTimer deadline;
    QNetworkReply *reply = nullptr;
    QByteArray received;
    CircuitBreaker::Permit permit = {};
    bool started = false;
    bool sent = false; //!< the whole request was written to a connection
    bool retried = false;
};

RequestPool::RequestPool(RequestPoolConfig config, const Clock &clock)
    : m_config(std::move(config))
    , m_breaker(m_config.breaker, clock)
{
    m_network.setProxy(QNetworkProxy::NoProxy);
}

RequestPool::~RequestPool()
{
    m_closing = true;
    m_waiting.clear();
    for (auto &[id, pending] : std::exchange(m_pending, {})) {
        const bool mayHaveActed = pending->reply;
        dropReply(*pending);
        if (mayHaveActed)
            pending->done(outcomeUnknown(QStringLiteral("gateway stopped before the backend answered")));
        else
            pending->done(Error{ErrorCode::Cancelled, QStringLiteral("gateway stopped"), true});
    }
}

void RequestPool::send(HttpCall call, Done done)
{
    if (m_closing) {
        done(Error{ErrorCode::Cancelled, QStringLiteral("gateway stopped"), true});
        return;
    }
    if (!m_breaker.wouldPermit()) {
        m_counters.refused.add();
        done(unavailable(QStringLiteral("backend is down, not asked again yet")));
        return;
    }
    const bool mustWait = !m_waiting.empty() || m_counters.inFlight.value() >= m_config.maxInFlight;
    if (mustWait && (m_waiting.size() >= size_t(m_config.maxQueued) ||
                     m_counters.queuedBytes.value() + call.body.size() > m_config.maxQueuedBytes)) {
        m_counters.overflowed.add();
        done(unavailable(QStringLiteral("too many calls wait for the backend")));
        return;
    }
    const quint64 id = ++m_lastId;
    auto pending = std::make_unique<Pending>();
    pending->call = std::move(call);
    pending->done = std::move(done);
    pending->deadline.setSingleShot(true);
    connect(&pending->deadline, &QTimer::timeout, this, [this, id] { onDeadline(id); });
    pending->deadline.start(m_config.timeout);
    m_pending.emplace(id, std::move(pending));
    enqueue(id);
    startWaiting();
}

void RequestPool::resetBreaker()
{
    m_breaker.reset();
    publishState();
}

void RequestPool::enqueue(quint64 id)
{
    m_waiting.push_back(id);
    m_counters.queued.add();
    m_counters.queuedBytes.add(m_pending.at(id)->call.body.size());
}

void RequestPool::startWaiting()
{
    while (!m_waiting.empty() && m_counters.inFlight.value() < m_config.maxInFlight) {
        const quint64 id = m_waiting.front();
        if (start(id))
            continue;
        m_counters.refused.add();
        finish(id, unavailable(QStringLiteral("backend is down, not asked again yet")));
    }
}

bool RequestPool::start(quint64 id)
{
    const std::optional<CircuitBreaker::Permit> permit = m_breaker.acquire();
    if (!permit)
        return false;
    publishState();
    Pending &pending = *m_pending.at(id);
    m_waiting.pop_front();
    m_counters.queued.add(-1);
    m_counters.queuedBytes.add(-pending.call.body.size());
    m_counters.inFlight.add();
    m_counters.started.add();
    pending.permit = *permit;
    pending.started = true;
    transmit(id);
    return true;
}

void RequestPool::transmit(quint64 id)
{
    Pending &pending = *m_pending.at(id);
    const QNetworkRequest request = requestFor(pending.call, m_config.bearerToken);
    if (pending.call.verb == "GET") {
        pending.reply = m_network.get(request);
    } else {
        auto body = std::make_unique<OneShotBody>(pending.call.body, nullptr);
        pending.reply = m_network.post(request, body.get());
        body.release()->setParent(pending.reply);
    }
    QNetworkReply *const reply = pending.reply;
    connect(reply, &QNetworkReply::requestSent, this, [this, id] { m_pending.at(id)->sent = true; });
    connect(reply, &QNetworkReply::readyRead, this, [this, id] { onReadyRead(id); });
    connect(reply, &QNetworkReply::finished, this, [this, id] { onFinished(id); });
}

void RequestPool::onReadyRead(quint64 id)
{
    Pending &pending = *m_pending.at(id);
    pending.received += pending.reply->readAll();
    if (pending.received.size() > m_config.maxReplyBytes)
        finish(id, outcomeUnknown(QStringLiteral("backend answer is too large")));
}

void RequestPool::onFinished(quint64 id)
{
    Pending &pending = *m_pending.at(id);
    onReadyRead(id);
    if (!m_pending.contains(id))
        return; // the rest of the answer went over the bound
    const QNetworkReply::NetworkError error = pending.reply->error();
    const int status = pending.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // Qt's text for an unknown name repeats the name, and error texts may reach clients.
    const QString why =
        error == QNetworkReply::HostNotFoundError ? QStringLiteral("host not found") : pending.reply->errorString();
    if (isAnswer(error, status))
        finish(id, HttpAnswer{status, std::move(pending.received)});
    else if (error == QNetworkReply::ConnectionRefusedError && retryRefused(pending, id))
        return;
    else if (pending.sent || error == QNetworkReply::RemoteHostClosedError ||
             error == QNetworkReply::ContentReSendError)
        finish(id, outcomeUnknown(QStringLiteral("connection to the backend broke before it answered")));
    else
        finish(id, unavailable(QStringLiteral("backend was not reached: %1").arg(why)));
}

bool RequestPool::retryRefused(Pending &pending, quint64 id)
{
    if (pending.retried)
        return false;
    pending.retried = true;
    m_counters.retried.add();
    dropReply(pending);
    // The deadline object is the context: when the call ends first, the retry goes with it.
    QTimer::singleShot(m_config.retryDelay, &pending.deadline, [this, id] { transmit(id); });
    return true;
}

void RequestPool::onDeadline(quint64 id)
{
    // Without a reply object the call waits for its turn or, after a refused connection, for its second attempt.
    if (m_pending.at(id)->reply) {
        m_counters.timedOut.add();
        finish(id, outcomeUnknown(QStringLiteral("backend did not answer in time")));
    } else {
        finish(id, unavailable(QStringLiteral("backend could not be asked in time")));
    }
}

void RequestPool::finish(quint64 id, Result<HttpAnswer> outcome)
{
    const std::unique_ptr<Pending> pending = std::move(m_pending.extract(id).mapped());
    dropReply(*pending);
    pending->deadline.stop();
    if (pending->started) {
        m_counters.inFlight.add(-1);
        report(*pending, outcome);
    } else {
        m_waiting.erase(std::find(m_waiting.begin(), m_waiting.end(), id));
        m_counters.queued.add(-1);
        m_counters.queuedBytes.add(-pending->call.body.size());
    }
    pending->done(std::move(outcome));
    // Queued rather than called, because finish() may itself have been reached from startWaiting().
    QMetaObject::invokeMethod(this, &RequestPool::startWaiting, Qt::QueuedConnection);
}

void RequestPool::report(const Pending &pending, const Result<HttpAnswer> &outcome)
{
    const CircuitBreaker::State before = m_breaker.state();
    if (!outcome || showsABackendInTrouble(outcome->status)) {
        m_counters.failed.add();
        m_breaker.failed(pending.permit);
    } else {
        m_breaker.succeeded(pending.permit);
    }
    publishState();
    if (m_breaker.state() == CircuitBreaker::State::Open && before == CircuitBreaker::State::Closed)
        qCWarning(lcBackend, "backend is down: calls are refused until it answers a probe");
    else if (m_breaker.state() == CircuitBreaker::State::Closed && before != CircuitBreaker::State::Closed)
        qCInfo(lcBackend, "backend is back");
}

void RequestPool::dropReply(Pending &pending)
{
    QNetworkReply *const reply = std::exchange(pending.reply, nullptr);
    if (!reply)
        return;
    reply->disconnect(this); // abort() emits finished()
    reply->abort();
    reply->deleteLater(); // it may be the sender we are called from
}

void RequestPool::publishState()
{
    m_counters.breakerState.set(qint64(m_breaker.state()));
}

} // namespace Tidegate
