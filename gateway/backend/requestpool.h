// SPDX-License-Identifier: MIT
#pragma once

#include "backend/circuitbreaker.h"
#include "base/counters.h"
#include "wire/result.h"

#include <QNetworkAccessManager>
#include <QUrl>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>

class QNetworkReply;
class QTimer;

namespace Tidegate {

struct RequestPoolConfig
{
    //! From the call to its completion, waiting in the queue included.
    std::chrono::milliseconds timeout{5'000};
    int maxInFlight = 6; //!< QNetworkAccessManager opens no more than six connections to one host
    int maxQueued = 1'024;
    qint64 maxQueuedBytes = 16 * 1024 * 1024;
    qint64 maxReplyBytes = 8 * 1024 * 1024;
    //! Before the only second attempt, made when the connection was refused and so nothing was sent.
    std::chrono::milliseconds retryDelay{100};
    CircuitBreaker::Config breaker;
    QByteArray bearerToken; //!< visible ASCII; empty = no Authorization header
};

//! Readable from any thread.
struct RequestCounters
{
    Counter inFlight;
    Counter queued;
    Counter queuedBytes;
    Counter started;  //!< left the queue, retries not counted
    Counter failed;   //!< no usable answer: transport errors, timeouts, 502, 503, 504
    Counter timedOut; //!< of the failed ones
    Counter retried;
    Counter refused;      //!< by the open circuit breaker
    Counter overflowed;   //!< queue full
    Counter breakerState; //!< CircuitBreaker::State
};

struct HttpCall
{
    QUrl url;
    QByteArray verb; //!< "POST" or "GET"
    QByteArray body;
    QByteArray idempotencyKey;
};

//! An HTTP answer, whatever its status. Qt lets a chunked body that was cut short pass at times, so readers must check
//! that the body is whole (JSON does).
struct HttpAnswer
{
    int status = 0;
    QByteArray body;
};

//! Bounded HTTP calls to one backend: a few in flight, a bounded queue, one deadline each, a circuit breaker.
//! Sends a call's bytes once, so what a call asks for happens once at most. Error.code is Timeout when the backend may
//! have acted. Lives on the core thread; a completion may run before send() returns and must not destroy the pool.
class RequestPool final : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(Result<HttpAnswer>)>;

    RequestPool(RequestPoolConfig config, const Clock &clock);
    //! Completes calls that were not sent with Cancelled and those that were with Timeout.
    ~RequestPool() override;

    void send(HttpCall call, Done done);
    //! For calls made from now on.
    void setTimeout(std::chrono::milliseconds timeout) { m_config.timeout = timeout; }
    void resetBreaker();

    CircuitBreaker::State breakerState() const { return m_breaker.state(); }
    const RequestCounters &counters() const { return m_counters; }

private:
    struct Pending;

    void enqueue(quint64 id);
    bool start(quint64 id);
    void transmit(quint64 id);
    void startWaiting();
    void onReadyRead(quint64 id);
    void onFinished(quint64 id);
    void onDeadline(quint64 id);
    bool retryRefused(Pending &pending, quint64 id);
    void finish(quint64 id, Result<HttpAnswer> outcome);
    void report(const Pending &pending, const Result<HttpAnswer> &outcome);
    void dropReply(Pending &pending);
    void publishState();

    RequestPoolConfig m_config;
    CircuitBreaker m_breaker;
    RequestCounters m_counters;
    QNetworkAccessManager m_network;
    std::map<quint64, std::unique_ptr<Pending>> m_pending;
    std::deque<quint64> m_waiting;
    quint64 m_lastId = 0;
    bool m_closing = false;
};

} // namespace Tidegate
