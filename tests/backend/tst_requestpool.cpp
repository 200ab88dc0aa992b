// SPDX-License-Identifier: MIT
#include "backend/requestpool.h"
#include "outcome.h"
#include "support/httpbackend.h"

#include <QRegularExpression>
#include <QTest>

using namespace Tidegate;

namespace {

using HttpOutcome = Outcome<HttpAnswer>;

const QString Path = QStringLiteral("/work");

} // namespace

//! Limits and every way a call can fail, against real sockets; exactly one completion each.
class TestRequestPool : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void bodiesArriveWhole_data();
    void bodiesArriveWhole();
    void connectionsAreKept();
    void refusedConnectionsAreRetriedOnce();
    void aBackendThatComesUpIsReachedByTheRetry();
    void aDeadlineBeforeTheRetryMeansNothingWasSent();
    void unknownHostsAreUnavailable();
    void silenceIsATimeoutAndNotRepeated();
    void aShorterTimeoutCountsForLaterCalls();
    void brokenAnswersLeaveTheOutcomeUnknown_data();
    void brokenAnswersLeaveTheOutcomeUnknown();
    void aConnectionClosedByThePeerIsNotUsedTwice();
    void callsBeyondTheLimitWaitInOrder();
    void callsThatWaitTooLongWereNeverSent();
    void aFullQueueRefusesAtOnce_data();
    void aFullQueueRefusesAtOnce();
    void theBreakerOpensAndRecovers();
    void waitingCallsEndWhenTheBreakerOpens();
    void refusalsByTheBackendDoNotOpenTheBreaker();
    void completionsMayCallAgain();
    void destructionCompletesEverythingOnce();

private:
    void createPool(RequestPoolConfig config = {});
    void send(HttpOutcome &outcome, const QByteArray &body = "{}", const QString &path = Path);
    void behave(const QJsonObject &behaviour) { m_backend->setBehaviour(QStringLiteral("*"), behaviour); }

    FakeClock m_clock;
    std::unique_ptr<HttpBackend> m_backend;
    std::unique_ptr<RequestPool> m_pool;
    QString m_url;
};

void TestRequestPool::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_backend = std::make_unique<HttpBackend>();
    QVERIFY(m_backend->port() != 0);
    m_url = m_backend->url();
    createPool();
}

void TestRequestPool::cleanup()
{
    m_pool.reset();
    m_backend.reset();
}

void TestRequestPool::createPool(RequestPoolConfig config)
{
    m_pool = std::make_unique<RequestPool>(std::move(config), m_clock);
}

void TestRequestPool::send(HttpOutcome &outcome, const QByteArray &body, const QString &path)
{
    m_pool->send({QUrl(m_url + path), "POST", body, {}}, outcome.sink());
}

void TestRequestPool::bodiesArriveWhole_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("chunked");
    QTest::newRow("nothing") << qsizetype(0) << false;
    QTest::newRow("a few bytes") << qsizetype(5) << false;
    QTest::newRow("more than a socket buffer") << qsizetype(3'000'000) << false;
    QTest::newRow("chunked answer") << qsizetype(100'000) << true;
}

void TestRequestPool::bodiesArriveWhole()
{
    QFETCH(const qsizetype, size);
    QFETCH(const bool, chunked);
    behave({{QStringLiteral("hugeBytes"), size + 1}, {QStringLiteral("chunked"), chunked}});
    HttpOutcome outcome;
    send(outcome, QByteArray(size, 'x'));
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(outcome.value().status, 200);
    QCOMPARE(outcome.value().body.size(), size + 1 + 10); // {"pad":"..."}
    const QJsonObject call = m_backend->lastCall(Path);
    QCOMPARE(call.value(u"body").toString().size(), size);
    QCOMPARE(call.value(u"headers").toObject().value(u"content-length").toString(), QString::number(size));
}

void TestRequestPool::connectionsAreKept()
{
    for (int i = 1; i <= 3; ++i) {
        HttpOutcome outcome;
        send(outcome);
        QTRY_COMPARE(outcome.count, 1);
        QVERIFY(outcome.succeeded());
    }
    QCOMPARE(m_backend->calls().value(u"connections").toInt(), 1);
}

void TestRequestPool::refusedConnectionsAreRetriedOnce()
{
    m_backend.reset();
    HttpOutcome outcome;
    send(outcome);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Unavailable));
    QVERIFY(outcome.error().retryable);
    QCOMPARE(m_pool->counters().retried.value(), 1);
    QCOMPARE(m_pool->counters().started.value(), 1);
    QCOMPARE(m_pool->counters().failed.value(), 1);
    QCOMPARE(m_pool->counters().inFlight.value(), 0);
}

void TestRequestPool::aBackendThatComesUpIsReachedByTheRetry()
{
    const quint16 port = m_backend->port();
    m_backend.reset();
    RequestPoolConfig config;
    config.retryDelay = std::chrono::seconds(1);
    createPool(std::move(config));
    HttpOutcome outcome;
    send(outcome);
    QTRY_COMPARE(m_pool->counters().retried.value(), 1);
    m_backend = std::make_unique<HttpBackend>(port);
    QCOMPARE(m_backend->port(), port);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(m_backend->callCount(Path), 1);
}

void TestRequestPool::aDeadlineBeforeTheRetryMeansNothingWasSent()
{
    m_backend.reset();
    RequestPoolConfig config;
    config.timeout = std::chrono::milliseconds(300);
    config.retryDelay = std::chrono::seconds(60);
    createPool(std::move(config));
    HttpOutcome outcome;
    send(outcome);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(m_pool->counters().retried.value(), 1);
    QVERIFY(outcome.failedWith(ErrorCode::Unavailable));
    QCOMPARE(m_pool->counters().inFlight.value(), 0);
}

void TestRequestPool::unknownHostsAreUnavailable()
{
    m_url = QStringLiteral("http://no-such-host.invalid");
    HttpOutcome outcome;
    send(outcome);
    QTRY_COMPARE_WITH_TIMEOUT(outcome.count, 1, 10'000);
    QVERIFY(!outcome.succeeded());
    // A resolver that is itself unreachable may use up the whole deadline.
    QVERIFY(outcome.failedWith(ErrorCode::Unavailable) || m_pool->counters().timedOut.value() == 1);
}

void TestRequestPool::silenceIsATimeoutAndNotRepeated()
{
    RequestPoolConfig config;
    config.timeout = std::chrono::milliseconds(150);
    createPool(std::move(config));
    behave({{QStringLiteral("hang"), true}});
    HttpOutcome outcome;
    send(outcome);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Timeout));
    QVERIFY(outcome.error().text.contains(QStringLiteral("outcome unknown")));
    QCOMPARE(m_pool->counters().timedOut.value(), 1);
    QCOMPARE(m_pool->counters().retried.value(), 0);
    behave({});
    HttpOutcome next; // the pool goes on, and the call before it was sent once
    send(next, "{}", QStringLiteral("/next"));
    QTRY_COMPARE(next.count, 1);
    QVERIFY(next.succeeded());
    QCOMPARE(m_backend->callCount(Path), 1);
}

void TestRequestPool::aShorterTimeoutCountsForLaterCalls()
{
    behave({{QStringLiteral("hang"), true}});
    HttpOutcome patient;
    send(patient);
    m_pool->setTimeout(std::chrono::milliseconds(50));
    HttpOutcome hasty;
    send(hasty);
    QTRY_COMPARE(hasty.count, 1);
    QVERIFY(hasty.failedWith(ErrorCode::Timeout));
    QCOMPARE(patient.count, 0);
    m_pool.reset();
    QCOMPARE(patient.count, 1);
}

void TestRequestPool::brokenAnswersLeaveTheOutcomeUnknown_data()
{
    QTest::addColumn<QJsonObject>("behaviour");
    const QString close = QStringLiteral("close");
    const QString inside = QStringLiteral("inside");
    QTest::newRow("closed before the answer") << QJsonObject{{close, QStringLiteral("before")}};
    QTest::newRow("closed inside the answer") << QJsonObject{{close, inside}};
    QTest::newRow("closed inside a failure") << QJsonObject{{close, inside}, {QStringLiteral("httpStatus"), 500}};
    QTest::newRow("too large") << QJsonObject{{QStringLiteral("hugeBytes"), 9 * 1024 * 1024}};
    QTest::newRow("too large and chunked")
        << QJsonObject{{QStringLiteral("hugeBytes"), 9 * 1024 * 1024}, {QStringLiteral("chunked"), true}};
}

void TestRequestPool::brokenAnswersLeaveTheOutcomeUnknown()
{
    QFETCH(const QJsonObject, behaviour);
    behave(behaviour);
    HttpOutcome outcome;
    send(outcome);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Timeout));
    behave({});
    HttpOutcome next;
    send(next, "{}", QStringLiteral("/next"));
    QTRY_COMPARE(next.count, 1);
    QVERIFY(next.succeeded());
    QCOMPARE(m_backend->callCount(Path), 1); // Qt's own resending would have made it more
    QCOMPARE(outcome.count, 1);
}

void TestRequestPool::aConnectionClosedByThePeerIsNotUsedTwice()
{
    HttpOutcome first;
    send(first);
    QTRY_VERIFY(first.succeeded());
    behave({{QStringLiteral("close"), QStringLiteral("before")}});
    HttpOutcome second; // on the connection kept from the first call
    send(second, "{}", QStringLiteral("/second"));
    QTRY_COMPARE(second.count, 1);
    QVERIFY(second.failedWith(ErrorCode::Timeout));
    QCOMPARE(m_backend->callCount(QStringLiteral("/second")), 1);
}

void TestRequestPool::callsBeyondTheLimitWaitInOrder()
{
    RequestPoolConfig config;
    config.maxInFlight = 1;
    createPool(std::move(config));
    std::vector<int> order;
    for (int i = 0; i < 5; ++i) {
        m_pool->send({QUrl(m_url + Path), "POST", "{}", {}},
                     [&order, i](const Result<HttpAnswer> &) { order.push_back(i); });
    }
    QCOMPARE(m_pool->counters().inFlight.value(), 1);
    QCOMPARE(m_pool->counters().queued.value(), 4);
    QCOMPARE(m_pool->counters().queuedBytes.value(), 8);
    const std::vector<int> expected{0, 1, 2, 3, 4};
    QTRY_COMPARE(order, expected);
    QTRY_COMPARE(m_pool->counters().queued.value(), 0);
    QCOMPARE(m_pool->counters().inFlight.value(), 0);
    QCOMPARE(m_pool->counters().queuedBytes.value(), 0);
}

void TestRequestPool::callsThatWaitTooLongWereNeverSent()
{
    RequestPoolConfig config;
    config.maxInFlight = 1;
    createPool(std::move(config));
    behave({{QStringLiteral("hang"), true}});
    HttpOutcome first;
    send(first);
    m_pool->setTimeout(std::chrono::milliseconds(50));
    HttpOutcome waiting;
    send(waiting, "{}", QStringLiteral("/waiting"));
    QTRY_COMPARE(waiting.count, 1);
    QVERIFY(waiting.failedWith(ErrorCode::Unavailable));
    QVERIFY(waiting.error().retryable);
    QCOMPARE(m_pool->counters().queued.value(), 0);
    QCOMPARE(m_backend->callCount(QStringLiteral("/waiting")), 0);
    m_pool.reset();
}

void TestRequestPool::aFullQueueRefusesAtOnce_data()
{
    QTest::addColumn<int>("maxQueued");
    QTest::addColumn<qint64>("maxQueuedBytes");
    QTest::newRow("by count") << 1 << qint64(1'000);
    QTest::newRow("by bytes") << 10 << qint64(5);
}

void TestRequestPool::aFullQueueRefusesAtOnce()
{
    QFETCH(const int, maxQueued);
    QFETCH(const qint64, maxQueuedBytes);
    RequestPoolConfig config;
    config.maxInFlight = 1;
    config.maxQueued = maxQueued;
    config.maxQueuedBytes = maxQueuedBytes;
    createPool(std::move(config));
    HttpOutcome first, second, third;
    send(first, "[111111]"); // goes out at once, so it is not weighed
    send(second, "[1]");
    send(third, "[1]");
    QCOMPARE(third.count, 1);
    QVERIFY(third.failedWith(ErrorCode::Unavailable));
    QCOMPARE(m_pool->counters().overflowed.value(), 1);
    QTRY_VERIFY(first.succeeded() && second.succeeded());
}

void TestRequestPool::theBreakerOpensAndRecovers()
{
    behave({{QStringLiteral("httpStatus"), 503}});
    QTest::ignoreMessage(QtWarningMsg, "backend is down: calls are refused until it answers a probe");
    for (int i = 0; i < 5; ++i) {
        HttpOutcome outcome;
        send(outcome);
        QTRY_COMPARE(outcome.count, 1);
        QCOMPARE(outcome.value().status, 503);
    }
    QCOMPARE(m_pool->breakerState(), CircuitBreaker::State::Open);
    HttpOutcome refused;
    send(refused);
    QCOMPARE(refused.count, 1);
    QVERIFY(refused.failedWith(ErrorCode::Unavailable));
    QCOMPARE(m_pool->counters().refused.value(), 1);
    QCOMPARE(m_backend->callCount(Path), 5);

    behave({});
    m_clock.advance(2'000);
    HttpOutcome probe, besideTheProbe;
    send(probe);
    send(besideTheProbe);
    QVERIFY(besideTheProbe.failedWith(ErrorCode::Unavailable));
    QTRY_COMPARE(probe.count, 1);
    QVERIFY(probe.succeeded());
    QCOMPARE(m_pool->counters().breakerState.value(), qint64(CircuitBreaker::State::Closed));
}

void TestRequestPool::waitingCallsEndWhenTheBreakerOpens()
{
    RequestPoolConfig config;
    config.maxInFlight = 1;
    config.breaker.failuresToOpen = 1;
    createPool(std::move(config));
    behave({{QStringLiteral("httpStatus"), 503}});
    QTest::ignoreMessage(QtWarningMsg, "backend is down: calls are refused until it answers a probe");
    std::vector<HttpOutcome> outcomes(200);
    for (HttpOutcome &outcome : outcomes)
        send(outcome);
    QTRY_COMPARE(outcomes.back().count, 1);
    for (size_t i = 1; i < outcomes.size(); ++i) {
        QCOMPARE(outcomes[i].count, 1);
        QVERIFY(outcomes[i].failedWith(ErrorCode::Unavailable));
    }
    QCOMPARE(m_backend->callCount(Path), 1);
    QCOMPARE(m_pool->counters().queued.value(), 0);
}

void TestRequestPool::refusalsByTheBackendDoNotOpenTheBreaker()
{
    behave({{QStringLiteral("httpStatus"), 500}});
    for (int i = 0; i < 6; ++i) {
        HttpOutcome outcome;
        send(outcome);
        QTRY_COMPARE(outcome.count, 1);
    }
    QCOMPARE(m_pool->breakerState(), CircuitBreaker::State::Closed);
}

void TestRequestPool::completionsMayCallAgain()
{
    RequestPoolConfig config;
    config.maxInFlight = 1;
    createPool(std::move(config));
    HttpOutcome inner, waiting;
    m_pool->send({QUrl(m_url + Path), "POST", "{}", {}}, [&](const Result<HttpAnswer> &) { send(inner); });
    send(waiting);
    QTRY_COMPARE(inner.count, 1);
    QCOMPARE(waiting.count, 1); // it was there first
    QVERIFY(inner.succeeded() && waiting.succeeded());
}

void TestRequestPool::destructionCompletesEverythingOnce()
{
    RequestPoolConfig config;
    config.maxInFlight = 1;
    createPool(std::move(config));
    behave({{QStringLiteral("hang"), true}});
    HttpOutcome inFlight, waiting;
    send(inFlight);
    send(waiting);
    QTRY_COMPARE(m_backend->callCount(Path), 1);
    m_pool.reset();
    QCOMPARE(inFlight.count, 1);
    QVERIFY(inFlight.failedWith(ErrorCode::Timeout));
    QCOMPARE(waiting.count, 1);
    QVERIFY(waiting.failedWith(ErrorCode::Cancelled));
    QCoreApplication::processEvents();
    QCOMPARE(inFlight.count, 1);
}

QTEST_GUILESS_MAIN(TestRequestPool)
#include "tst_requestpool.moc"
