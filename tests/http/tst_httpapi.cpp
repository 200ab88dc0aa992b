// SPDX-License-Identifier: MIT
#include "http/httpfixture.h"

#include <QTest>

#include <array>
#include <thread>

using namespace Tidegate;
using namespace Tidegate::Test;

// Every request is answered exactly once, whatever happens to it.
class TestHttpApi : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void concurrentRequestsAreAnsweredExactlyOnce();
    void answersGoToTheirOwnCallers();
    void waitingRequestsRunWhenThereIsRoom();
    void requestsOverTheBoundAre503();
    void bytesOverTheBoundAre503();
    void boundIsFreeAgainAfterTheAnswer();
    void deadlineIs504();
    void waitingPastTheDeadlineIs504();
    void openRequestsAre503AtShutdown();
    void lateResultsAfterShutdownAreHarmless();
    void configurationMayChangeWhileRequestsRun();
};

namespace {

//! Counts the answers of many requests by status.
struct Tally
{
    std::atomic<int> total = 0;
    std::array<std::atomic<int>, 600> byStatus = {};

    HttpHandler::Responder counter()
    {
        return [this](HttpResponse response) {
            ++byStatus[size_t(response.status)];
            ++total;
        };
    }
};

} // namespace

void TestHttpApi::concurrentRequestsAreAnsweredExactlyOnce()
{
    constexpr int Threads = 5;
    constexpr int PerThread = 100;
    HttpFixture http;
    std::array<std::atomic<int>, Threads *PerThread> answers = {};
    std::array<std::atomic<int>, Threads *PerThread> wrong = {};
    const HttpRequest live = http.request("GET", "/optimistic/pending");
    const HttpRequest dead = http.request("GET", "/nothing");
    std::vector<std::thread> shards;
    for (int shard = 0; shard < Threads; ++shard) {
        shards.emplace_back([&, shard] {
            for (int i = 0; i < PerThread; ++i) {
                const size_t index = size_t(shard * PerThread + i);
                HttpRequest request = i % 2 ? live : dead;
                request.peer.address = QByteArray::number(int(index));
                http.api->handle(request, [&, index, i](HttpResponse response) {
                    wrong[index] += response.status == (i % 2 ? 200 : 404) ? 0 : 1;
                    ++answers[index];
                });
            }
        });
    }
    for (std::thread &shard : shards)
        shard.join();
    const auto all = [&answers](int count) {
        return std::all_of(answers.begin(), answers.end(), [count](const auto &n) { return n == count; });
    };
    QTRY_VERIFY_WITH_TIMEOUT(all(1), 20'000);
    http.api.reset();
    QVERIFY(all(1));
    QVERIFY(std::all_of(wrong.begin(), wrong.end(), [](const auto &n) { return n == 0; }));
}

void TestHttpApi::answersGoToTheirOwnCallers()
{
    HttpFixture http({.islandsDemo = true});
    constexpr int Count = 200;
    const HttpRequest writer = http.as(Role::User, http.request("POST", "/"));
    std::atomic<int> right = 0;
    for (int i = 0; i < Count; ++i) {
        HttpRequest request = writer;
        const QByteArray id = "p" + QByteArray::number(i % 100);
        request.path = "/islands/inventory/" + id;
        request.body = "{\"quantity\":" + QByteArray::number(i) + '}';
        request.peer.address = QByteArray::number(i);
        http.api->handle(request, [&right, id, i](HttpResponse response) {
            const bool isOwn = response.body.contains("\"productId\":\"" + id + '"') &&
                               response.body.contains("\"quantity\":" + QByteArray::number(i) + ',');
            right += isOwn ? 1 : 0;
        });
    }
    QTRY_COMPARE(right.load(), Count);
}

void TestHttpApi::waitingRequestsRunWhenThereIsRoom()
{
    HttpFixture http({.bounds = {.maxRunning = 1}});
    Tally tally;
    for (int i = 0; i < 50; ++i)
        http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    QTRY_COMPARE(tally.byStatus[200].load(), 50);
}

void TestHttpApi::requestsOverTheBoundAre503()
{
    HttpFixture http({.bounds = {.maxOpen = 2}});
    http.optimistic.hold();
    Tally tally;
    http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    const HttpResponse response = http.get("/health");
    QCOMPARE(response.status, 503);
    QCOMPARE(headerValue(response.headers, "Retry-After"), QByteArray("1"));
    QCOMPARE(tally.total.load(), 0);
}

void TestHttpApi::bytesOverTheBoundAre503()
{
    HttpFixture http({.bounds = {.maxOpenBytes = 10'000}});
    QCOMPARE(http.post("/logs/batch", QByteArray(20'000, ' ')).status, 503);
    QCOMPARE(http.get("/health").status, 200);
}

void TestHttpApi::boundIsFreeAgainAfterTheAnswer()
{
    HttpFixture http({.bounds = {.maxOpen = 1}});
    for (int i = 0; i < 20; ++i) {
        QTRY_COMPARE(http.get("/health").status, 200);
    }
}

void TestHttpApi::deadlineIs504()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no answer before the deadline")));
    HttpFixture http;
    http.optimistic.hold();
    Tally tally;
    http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    QTRY_COMPARE(http.optimistic.calls().size(), 1);
    http.clock.advance(29'999);
    QCOMPARE(http.get("/health").status, 200);
    QCOMPARE(tally.total.load(), 0);
    http.clock.advance(1);
    QTRY_COMPARE(tally.byStatus[504].load(), 1);
}

void TestHttpApi::waitingPastTheDeadlineIs504()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no answer before the deadline")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no answer before the deadline")));
    HttpFixture http({.bounds = {.maxRunning = 1}});
    http.optimistic.hold();
    Tally tally;
    http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    http.api->handle(http.request("GET", "/optimistic/metrics"), tally.counter());
    QTRY_COMPARE(http.optimistic.calls().size(), 1);
    http.clock.advance(30'000);
    QTRY_COMPARE(tally.byStatus[504].load(), 2);
    QCOMPARE(http.optimistic.calls().size(), 1);
}

void TestHttpApi::openRequestsAre503AtShutdown()
{
    HttpFixture http({.bounds = {.maxRunning = 2}});
    http.optimistic.hold();
    Tally tally;
    for (int i = 0; i < 5; ++i)
        http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    QTRY_COMPARE(http.optimistic.calls().size(), 2);
    http.api.reset();
    QCOMPARE(tally.byStatus[503].load(), 5);
    QCOMPARE(tally.total.load(), 5);
}

void TestHttpApi::lateResultsAfterShutdownAreHarmless()
{
    HttpFixture http;
    http.optimistic.hold();
    Tally tally;
    for (int i = 0; i < 20; ++i)
        http.api->handle(http.request("GET", "/optimistic/pending"), tally.counter());
    QTRY_COMPARE(http.optimistic.calls().size(), 20);
    http.api.reset();
    http.optimistic.release();
    QCOMPARE(tally.byStatus[503].load(), 20);
    QCOMPARE(tally.total.load(), 20);
}

void TestHttpApi::configurationMayChangeWhileRequestsRun()
{
    HttpFixture http;
    Tally tally;
    std::thread reloader([&http] {
        for (int i = 0; i < 100; ++i) {
            http.api->setLimits({});
            http.api->setAllowedOrigins({"https://app.example"});
        }
    });
    for (int i = 0; i < 200; ++i)
        http.api->handle(http.request("GET", "/health"), tally.counter());
    reloader.join();
    QTRY_COMPARE(tally.byStatus[200].load(), 200);
}

QTEST_GUILESS_MAIN(TestHttpApi)
#include "tst_httpapi.moc"
