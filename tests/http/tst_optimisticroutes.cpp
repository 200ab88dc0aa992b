// SPDX-License-Identifier: MIT
#include "http/httpfixture.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;

// SSMA spec sections 5 and 12: what reaches the optimistic core, from whom, and with what.
class TestOptimisticRoutes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void roleDecides_data();
    void roleDecides();
    void pendingPassesTheCallerOn();
    void pendingReadsItsQuery_data();
    void pendingReadsItsQuery();
    void bodyArrivesAsItWasSent();
    void intentsLimitIsClamped_data();
    void intentsLimitIsClamped();
    void brokenPromiseIs500();
    void metricsNeedStaffFromElsewhere();
    void metricsAreOpenOnThisMachine();
    void metricsMayBePublic();
    void proxiedLoopbackIsNotThisMachine_data();
    void proxiedLoopbackIsNotThisMachine();
    void backendTokenMustMatch_data();
    void backendTokenMustMatch();
    void withoutATokenOnlyThisMachineIsHeard();
    void invalidateIslandPassesEverythingOn();
    void invalidateIslandRefusals_data();
    void invalidateIslandRefusals();
};

void TestOptimisticRoutes::roleDecides_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Role>("role");
    QTest::addColumn<QByteArray>("neededRole");
    const QByteArray get = "GET";
    const QByteArray post = "POST";
    QTest::newRow("pending is open") << get << QByteArray("/optimistic/pending") << Role::Guest << QByteArray();
    QTest::newRow("rework by a guest") << post << QByteArray("/optimistic/rework") << Role::Guest
                                       << QByteArray("staff");
    QTest::newRow("rework by a user") << post << QByteArray("/optimistic/rework") << Role::User << QByteArray("staff");
    QTest::newRow("rework by staff") << post << QByteArray("/optimistic/rework") << Role::Staff << QByteArray();
    QTest::newRow("undo by a guest") << post << QByteArray("/optimistic/undo") << Role::Guest << QByteArray("user");
    QTest::newRow("undo by a user") << post << QByteArray("/optimistic/undo") << Role::User << QByteArray();
    QTest::newRow("channels for a user") << get << QByteArray("/admin/optimistic/channels") << Role::User
                                         << QByteArray("staff");
    QTest::newRow("channels for staff") << get << QByteArray("/admin/optimistic/channels") << Role::Staff
                                        << QByteArray();
    QTest::newRow("channels for an admin")
        << get << QByteArray("/admin/optimistic/channels") << Role::Admin << QByteArray();
    QTest::newRow("intents for a guest") << get << QByteArray("/admin/optimistic/intents") << Role::Guest
                                         << QByteArray("staff");
    QTest::newRow("intents for staff") << get << QByteArray("/admin/optimistic/intents") << Role::Staff << QByteArray();
    QTest::newRow("invalidate by a user")
        << post << QByteArray("/islands/invalidate") << Role::User << QByteArray("staff");
}

void TestOptimisticRoutes::roleDecides()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Role, role);
    QFETCH(QByteArray, neededRole);
    HttpFixture http;
    const HttpResponse response = http.ask(http.as(role, http.request(method, path)));
    if (neededRole.isEmpty()) {
        QCOMPARE(response.status, 200);
        QCOMPARE(http.optimistic.calls().size(), 1);
        return;
    }
    QCOMPARE(response.status, 403);
    QCOMPARE(response.body, "{\"error\":\"FORBIDDEN\",\"requiredRole\":\"" + neededRole + "\"}");
    QVERIFY(http.optimistic.calls().isEmpty());
}

void TestOptimisticRoutes::pendingPassesTheCallerOn()
{
    HttpFixture http;
    HttpRequest request = http.as(Role::User, http.request("GET", "/optimistic/pending"));
    request.peer.address = "198.51.100.7";
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.body, QByteArray("{\"verb\":\"pending\"}"));
    const auto call = http.optimistic.calls().first();
    QCOMPARE(call.caller.ip, QByteArray("198.51.100.7"));
    QCOMPARE(call.caller.principal.role, Role::User);
    QVERIFY(call.caller.principal.hasSession());
}

void TestOptimisticRoutes::pendingReadsItsQuery_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<qint64>("since");
    QTest::addColumn<QByteArray>("site");
    QTest::newRow("nothing") << QByteArray() << qint64(-1) << QByteArray();
    QTest::newRow("since") << QByteArray("since=1700000000000") << qint64(1700000000000) << QByteArray();
    QTest::newRow("since is garbage") << QByteArray("since=yesterday") << qint64(-1) << QByteArray();
    QTest::newRow("since over 64 bits") << QByteArray("since=99999999999999999999") << qint64(-1) << QByteArray();
    QTest::newRow("site") << QByteArray("site=shop%20a") << qint64(-1) << QByteArray("shop a");
    QTest::newRow("site is cut") << "site=" + QByteArray(100, 's') << qint64(-1) << QByteArray(64, 's');
    QTest::newRow("hostile encoding") << QByteArray("since=%zz&site=%ff%00&&=&") << qint64(-1)
                                      << QByteArray("\xef\xbf\xbd\0", 4);
}

void TestOptimisticRoutes::pendingReadsItsQuery()
{
    QFETCH(QByteArray, query);
    QFETCH(qint64, since);
    QFETCH(QByteArray, site);
    HttpFixture http;
    HttpRequest request = http.request("GET", "/optimistic/pending");
    request.query = query;
    QCOMPARE(http.ask(request).status, 200);
    const auto call = http.optimistic.calls().first();
    QCOMPARE(call.sinceMs.value_or(-1), since);
    QCOMPARE(call.site, site);
}

void TestOptimisticRoutes::bodyArrivesAsItWasSent()
{
    HttpFixture http;
    const QByteArray body = R"({ "id":"x", "intent":"T", "payload":{"b":1.0,"a":2} })";
    QCOMPARE(http.ask(http.as(Role::User, http.request("POST", "/optimistic/undo", body))).status, 200);
    QCOMPARE(http.optimistic.calls().first().body, body);
}

void TestOptimisticRoutes::intentsLimitIsClamped_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("limit");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("default") << QByteArray() << 100 << QByteArray();
    QTest::newRow("as asked") << QByteArray("limit=7&reason=channel%3Aglobal") << 7 << QByteArray("channel:global");
    QTest::newRow("zero") << QByteArray("limit=0") << 1 << QByteArray();
    QTest::newRow("negative") << QByteArray("limit=-5") << 1 << QByteArray();
    QTest::newRow("too many") << QByteArray("limit=100000") << 500 << QByteArray();
    QTest::newRow("garbage") << QByteArray("limit=all") << 100 << QByteArray();
}

void TestOptimisticRoutes::intentsLimitIsClamped()
{
    QFETCH(QByteArray, query);
    QFETCH(int, limit);
    QFETCH(QByteArray, reason);
    HttpFixture http;
    HttpRequest request = http.as(Role::Staff, http.request("GET", "/admin/optimistic/intents"));
    request.query = query;
    QCOMPARE(http.ask(request).status, 200);
    QCOMPARE(http.optimistic.calls().first().limit, limit);
    QCOMPARE(http.optimistic.calls().first().body, reason);
}

void TestOptimisticRoutes::brokenPromiseIs500()
{
    HttpFixture http;
    http.optimistic.breakPromises();
    QCOMPARE(http.get("/optimistic/pending").status, 500);
}

void TestOptimisticRoutes::metricsNeedStaffFromElsewhere()
{
    HttpFixture http;
    const HttpResponse response = http.get("/optimistic/metrics");
    QCOMPARE(response.status, 403);
    QCOMPARE(response.body, QByteArray("{\"error\":\"FORBIDDEN\",\"requiredRole\":\"staff\"}"));
    QCOMPARE(http.ask(http.as(Role::Staff, http.request("GET", "/optimistic/metrics"))).status, 200);
}

void TestOptimisticRoutes::metricsAreOpenOnThisMachine()
{
    HttpFixture http;
    HttpRequest request = http.request("GET", "/optimistic/metrics");
    request.peer.address = "127.0.0.1";
    QCOMPARE(http.ask(request).status, 200);
    request.peer.address = "::1";
    QCOMPARE(http.ask(request).status, 200);
}

void TestOptimisticRoutes::metricsMayBePublic()
{
    HttpFixture http({.metricsPublic = true});
    QCOMPARE(http.get("/optimistic/metrics").status, 200);
}

void TestOptimisticRoutes::proxiedLoopbackIsNotThisMachine_data()
{
    QTest::addColumn<QByteArray>("mark");
    QTest::newRow("forwarded by an old proxy") << QByteArray("X-Forwarded-For");
    QTest::newRow("forwarded by a new proxy") << QByteArray("Forwarded");
    QTest::newRow("sent by a web page") << QByteArray("Origin");
}

void TestOptimisticRoutes::proxiedLoopbackIsNotThisMachine()
{
    QFETCH(QByteArray, mark);
    HttpFixture http;
    HttpRequest request = http.request("GET", "/optimistic/metrics");
    request.peer.address = "127.0.0.1";
    request.headers.emplace_back(mark, "x");
    QCOMPARE(http.ask(request).status, 403);
    request.method = "POST";
    request.path = "/internal/backend/events";
    QCOMPARE(http.ask(request).status, 401);
}

void TestOptimisticRoutes::backendTokenMustMatch_data()
{
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<int>("status");
    QTest::newRow("right") << QByteArray("s3cret") << 200;
    QTest::newRow("wrong") << QByteArray("s3creT") << 401;
    QTest::newRow("beginning only") << QByteArray("s3cre") << 401;
    QTest::newRow("longer") << QByteArray("s3cret1") << 401;
    QTest::newRow("empty") << QByteArray() << 401;
}

void TestOptimisticRoutes::backendTokenMustMatch()
{
    QFETCH(QByteArray, offered);
    QFETCH(int, status);
    HttpFixture http({.backendToken = "s3cret"});
    HttpRequest request = http.request("POST", "/internal/backend/events", R"({"events":[]})");
    request.peer.address = "127.0.0.1";
    request.headers.emplace_back("X-SSMA-Backend-Token", offered);
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, status);
    if (status == 401)
        QCOMPARE(response.body, QByteArray("{\"error\":\"UNAUTHORIZED_BACKEND_EVENT_SOURCE\"}"));
    else
        QCOMPARE(http.optimistic.calls().first().body, QByteArray(R"({"events":[]})"));
}

void TestOptimisticRoutes::withoutATokenOnlyThisMachineIsHeard()
{
    HttpFixture http;
    HttpRequest request = http.request("POST", "/internal/backend/events", R"({"event":{}})");
    QCOMPARE(http.ask(request).status, 401);
    request.peer.address = "127.0.0.1";
    QCOMPARE(http.ask(request).status, 200);
}

void TestOptimisticRoutes::invalidateIslandPassesEverythingOn()
{
    HttpFixture http;
    const QByteArray body =
        R"({"islandId":"blog-comments","parameters":{"a":1},"reason":"r","dataContract":"D","payload":[true]})";
    QCOMPARE(http.ask(http.as(Role::Staff, http.request("POST", "/islands/invalidate", body))).status, 202);
    const Ssma::IslandInvalidation sent = http.optimistic.calls().first().invalidation;
    QCOMPARE(sent.islandId, QByteArray("blog-comments"));
    QCOMPARE(sent.parameters, QByteArray("{\"a\":1}"));
    QCOMPARE(sent.reason, QByteArray("r"));
    QCOMPARE(sent.dataContract, QByteArray("D"));
    QCOMPARE(sent.payload, QByteArray("[true]"));
    QCOMPARE(sent.site, QByteArray("default"));
    QCOMPARE(http.ask(http.as(Role::Staff, http.request("POST", "/islands/invalidate", R"({"islandId":"x"})"))).status,
             202);
    QCOMPARE(http.optimistic.calls().last().invalidation.reason, QByteArray("manual-api"));
}

void TestOptimisticRoutes::invalidateIslandRefusals_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray("{}");
    QTest::newRow("island is a number") << QByteArray(R"({"islandId":1})");
    QTest::newRow("parameters are an array") << QByteArray(R"({"islandId":"a","parameters":[]})");
    QTest::newRow("body is an array") << QByteArray("[]");
}

void TestOptimisticRoutes::invalidateIslandRefusals()
{
    QFETCH(QByteArray, body);
    HttpFixture http;
    QCOMPARE(http.ask(http.as(Role::Staff, http.request("POST", "/islands/invalidate", body))).status, 400);
    QVERIFY(http.optimistic.calls().isEmpty());
}

QTEST_GUILESS_MAIN(TestOptimisticRoutes)
#include "tst_optimisticroutes.moc"
