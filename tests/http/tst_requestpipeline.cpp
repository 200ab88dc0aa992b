// SPDX-License-Identifier: MIT
#include "http/httpfixture.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;

// SSMA spec section 3, rule by rule, plus the limits of section 13 and the cross-site check.
class TestRequestPipeline : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void unknownPathIs404Json_data();
    void unknownPathIs404Json();
    void headOfAKnownPathIs404();
    void trailingSlashesAreIgnored();
    void oversizedBodyIs413();
    void badJsonIs400BeforeCors_data();
    void badJsonIs400BeforeCors();
    void badJsonCountsAgainstTheLimit();
    void floodsAreLoggedSparingly();
    void anyJsonValueIsValidJson_data();
    void anyJsonValueIsValidJson();
    void emptyBodyIsAnEmptyObject();
    void otherContentTypesAreNotParsed();
    void bodyOfAGetIsNotRead();
    void allowedOriginGetsCorsHeaders();
    void refusedOriginGetsNoCorsHeaders();
    void preflightIs204WithTheAskedHeaders();
    void optionsIsNeverRateLimited();
    void requestsOverTheLimitAre429();
    void limitHoldsPerAddress();
    void limitEndsWithItsWindow();
    void limiterComesBeforeTheSession();
    void limitsMayChangeAtRunTime();
    void originsMayChangeAtRunTime();
    void reworkAndUndoShareOneLimit();
    void foreignOriginCannotUseTheCookie();
    void foreignOriginMayUseABearer();
    void foreignOriginCannotLogItsVisitorIn();
    void bearerWinsOverTheCookie();
    void expiredTokenIsAGuest();
    void hostileRequestsGetAnAnswer_data();
    void hostileRequestsGetAnAnswer();
};

void TestRequestPipeline::unknownPathIs404Json_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("unknown path") << QByteArray("GET") << QByteArray("/nothing/here");
    QTest::newRow("unknown method on a known path") << QByteArray("DELETE") << QByteArray("/health");
    QTest::newRow("method nobody knows") << QByteArray("BREW") << QByteArray("/health");
    QTest::newRow("known path in other letters") << QByteArray("GET") << QByteArray("/Health");
    QTest::newRow("known path with an encoded letter") << QByteArray("GET") << QByteArray("/%68ealth");
    QTest::newRow("known path behind a host") << QByteArray("GET") << QByteArray("//host/health");
    QTest::newRow("known path with an encoded slash") << QByteArray("GET") << QByteArray("/logs%2Fhealth");
    QTest::newRow("dots are not resolved") << QByteArray("GET") << QByteArray("/logs/../health");
    QTest::newRow("asterisk form") << QByteArray("GET") << QByteArray("*");
    QTest::newRow("upgrade path without upgrade") << QByteArray("GET") << QByteArray("/optimistic/ws");
    QTest::newRow("TRACE") << QByteArray("TRACE") << QByteArray("/health");
    QTest::newRow("CONNECT") << QByteArray("CONNECT") << QByteArray("/health");
}

void TestRequestPipeline::unknownPathIs404Json()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    HttpFixture http;
    const HttpResponse response = http.ask(http.request(method, path));
    QCOMPARE(response.status, 404);
    QCOMPARE(response.body, QByteArray("{\"error\":\"Not Found\"}"));
    QVERIFY(headerValue(response.headers, "Content-Type").startsWith("application/json"));
}

void TestRequestPipeline::headOfAKnownPathIs404()
{
    HttpFixture http;
    QCOMPARE(http.ask(http.request("HEAD", "/health")).status, 404);
}

void TestRequestPipeline::trailingSlashesAreIgnored()
{
    HttpFixture http;
    QCOMPARE(http.get("/health/").status, 200);
    QCOMPARE(http.get("/health///").status, 200);
    QCOMPARE(http.get("/").status, 200);
}

void TestRequestPipeline::oversizedBodyIs413()
{
    HttpFixture http;
    HttpRequest request = http.request("POST", "/auth/login");
    request.bodyTooLarge = true;
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 413);
    QCOMPARE(response.body, QByteArray("{\"error\":\"Payload too large\",\"code\":\"INTERNAL_ERROR\"}"));
}

void TestRequestPipeline::badJsonIs400BeforeCors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("cut short") << QByteArray("{\"email\":");
    QTest::newRow("two values") << QByteArray("{},{}");
    QTest::newRow("brackets that close our own") << QByteArray("1],[2");
    QTest::newRow("closing bracket alone") << QByteArray("]");
    QTest::newRow("invalid UTF-8") << QByteArray("{\"a\":\"\xff\xfe\"}");
    QTest::newRow("deep nesting") << QByteArray(100'000, '[');
    QTest::newRow("white space only") << QByteArray("   ");
    QTest::newRow("NaN") << QByteArray("NaN");
    QTest::newRow("NUL byte") << QByteArray("\0", 1);
}

void TestRequestPipeline::badJsonIs400BeforeCors()
{
    QFETCH(QByteArray, body);
    HttpFixture http({.allowedOrigins = {"*"}});
    HttpRequest request = http.request("POST", "/auth/login", body);
    request.headers.emplace_back("Origin", "https://app.example");
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 400);
    QCOMPARE(response.body, QByteArray("{\"error\":\"Invalid JSON payload\",\"code\":\"INTERNAL_ERROR\"}"));
    QVERIFY(headerValue(response.headers, "Access-Control-Allow-Origin").isEmpty());
}

void TestRequestPipeline::badJsonCountsAgainstTheLimit()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    const HttpRequest request = http.request("POST", "/auth/login", "{broken");
    QCOMPARE(http.ask(request).status, 400);
    QCOMPARE(http.ask(request).status, 429);
}

void TestRequestPipeline::floodsAreLoggedSparingly()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    const HttpRequest request = http.request("GET", "/health");
    for (int i = 0; i < 50; ++i)
        http.ask(request);
    QCOMPARE(http.recordedEvents().count("RATE_LIMIT_HIT"), 10);
}

void TestRequestPipeline::anyJsonValueIsValidJson_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("number") << QByteArray("5");
    QTest::newRow("text") << QByteArray("\"x\"");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("array") << QByteArray("[1,2]");
}

void TestRequestPipeline::anyJsonValueIsValidJson()
{
    QFETCH(QByteArray, body);
    HttpFixture http;
    const HttpResponse response = http.post("/auth/login", body);
    QCOMPARE(HttpFixture::object(response).value(QLatin1StringView("error")).toString(),
             QStringLiteral("MISSING_CREDENTIALS"));
}

void TestRequestPipeline::emptyBodyIsAnEmptyObject()
{
    HttpFixture http;
    const HttpResponse response = http.ask(http.as(Role::User, http.request("POST", "/optimistic/undo")));
    QCOMPARE(response.status, 200);
    QCOMPARE(http.optimistic.calls().last().body, QByteArray("{}"));
}

void TestRequestPipeline::otherContentTypesAreNotParsed()
{
    HttpFixture http;
    HttpRequest request = http.as(Role::User, http.request("POST", "/optimistic/undo", "{\"id\":\"x\"}"));
    request.headers.emplace_back("Content-Type", "text/plain");
    QCOMPARE(http.ask(request).status, 200);
    QCOMPARE(http.optimistic.calls().last().body, QByteArray("{}"));
}

void TestRequestPipeline::bodyOfAGetIsNotRead()
{
    HttpFixture http;
    QCOMPARE(http.ask(http.request("GET", "/health", "{broken")).status, 200);
}

void TestRequestPipeline::allowedOriginGetsCorsHeaders()
{
    HttpFixture http({.allowedOrigins = {"https://app.example"}});
    HttpRequest request = http.request("GET", "/health");
    request.headers.emplace_back("Origin", "https://app.example");
    const HttpResponse response = http.ask(request);
    QCOMPARE(headerValue(response.headers, "Access-Control-Allow-Origin"), QByteArray("https://app.example"));
    QCOMPARE(headerValue(response.headers, "Access-Control-Allow-Credentials"), QByteArray("true"));
    QCOMPARE(headerValue(response.headers, "Vary"), QByteArray("Origin"));
}

void TestRequestPipeline::refusedOriginGetsNoCorsHeaders()
{
    HttpFixture http({.allowedOrigins = {"https://app.example"}});
    HttpRequest request = http.request("GET", "/health");
    request.headers.emplace_back("Origin", "https://evil.example");
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 200);
    QVERIFY(headerValue(response.headers, "Access-Control-Allow-Origin").isEmpty());
}

void TestRequestPipeline::preflightIs204WithTheAskedHeaders()
{
    HttpFixture http({.allowedOrigins = {"https://app.example"}});
    HttpRequest request = http.request("OPTIONS", "/no/such/path");
    request.headers.emplace_back("Origin", "https://app.example");
    request.headers.emplace_back("Access-Control-Request-Headers", "x-one, x-two");
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 204);
    QVERIFY(response.body.isEmpty());
    QCOMPARE(headerValue(response.headers, "Access-Control-Allow-Headers"), QByteArray("x-one, x-two"));
    QVERIFY(headerValue(response.headers, "Access-Control-Allow-Methods").contains("PATCH"));
}

void TestRequestPipeline::optionsIsNeverRateLimited()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    for (int i = 0; i < 5; ++i) {
        HttpRequest request = http.request("OPTIONS", "/health");
        request.peer.address = "192.0.2.1";
        QCOMPARE(http.ask(request).status, 204);
    }
    HttpRequest request = http.request("GET", "/health");
    request.peer.address = "192.0.2.1";
    QCOMPARE(http.ask(request).status, 200);
}

void TestRequestPipeline::requestsOverTheLimitAre429()
{
    HttpFixture http({.allowedOrigins = {"*"}, .limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    HttpRequest request = http.request("GET", "/health");
    request.headers.emplace_back("Origin", "https://app.example");
    QCOMPARE(http.ask(request).status, 200);
    http.clock.advance(500);
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 429);
    QCOMPARE(response.body, QByteArray("{\"error\":\"Too many requests\",\"retryAfterMs\":59500}"));
    QCOMPARE(headerValue(response.headers, "Retry-After"), QByteArray("60"));
    QCOMPARE(headerValue(response.headers, "Access-Control-Allow-Origin"), QByteArray("https://app.example"));
    QVERIFY(http.recordedEvents().contains("RATE_LIMIT_HIT"));
}

void TestRequestPipeline::limitHoldsPerAddress()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    QCOMPARE(http.get("/health").status, 200);
    QCOMPARE(http.get("/health").status, 200);
}

void TestRequestPipeline::limitEndsWithItsWindow()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    const HttpRequest request = http.request("GET", "/health");
    QCOMPARE(http.ask(request).status, 200);
    QCOMPARE(http.ask(request).status, 429);
    http.clock.advance(60'000);
    QCOMPARE(http.ask(request).status, 200);
}

void TestRequestPipeline::limiterComesBeforeTheSession()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    HttpRequest request = http.withCookie(Role::User, http.request("POST", "/optimistic/undo"));
    request.headers.emplace_back("Origin", "https://evil.example");
    QCOMPARE(http.ask(request).status, 403);
    QCOMPARE(http.ask(request).status, 429);
}

void TestRequestPipeline::limitsMayChangeAtRunTime()
{
    HttpFixture http({.limits = {.requests = {.windowMs = 60'000, .max = 1}}});
    const HttpRequest request = http.request("GET", "/health");
    QCOMPARE(http.ask(request).status, 200);
    QCOMPARE(http.ask(request).status, 429);
    http.api->setLimits({.requests = {.windowMs = 60'000, .max = 2}});
    QCOMPARE(http.ask(request).status, 200);
    QCOMPARE(http.ask(request).status, 200);
    QCOMPARE(http.ask(request).status, 429);
}

void TestRequestPipeline::originsMayChangeAtRunTime()
{
    HttpFixture http({.allowedOrigins = {"https://old.example"}});
    HttpRequest request = http.request("GET", "/health");
    request.headers.emplace_back("Origin", "https://new.example");
    QVERIFY(headerValue(http.ask(request).headers, "Access-Control-Allow-Origin").isEmpty());
    http.api->setAllowedOrigins({"https://new.example"});
    QCOMPARE(headerValue(http.ask(request).headers, "Access-Control-Allow-Origin"), QByteArray("https://new.example"));
}

void TestRequestPipeline::reworkAndUndoShareOneLimit()
{
    HttpFixture http({.limits = {.rework = {.windowMs = 60'000, .max = 2}}});
    HttpRequest request = http.as(Role::Staff, http.request("POST", "/optimistic/rework"));
    QCOMPARE(http.ask(request).status, 200);
    request.path = "/optimistic/undo";
    QCOMPARE(http.ask(request).status, 200);
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 429);
    QCOMPARE(HttpFixture::object(response).value(QLatin1StringView("retryAfterMs")).toInt(), 60'000);
    QVERIFY(http.recordedEvents().contains("OPTIMISTIC_REWORK_RATE_LIMIT"));
    request.path = "/optimistic/pending";
    request.method = "GET";
    QCOMPARE(http.ask(request).status, 200);
}

void TestRequestPipeline::foreignOriginCannotUseTheCookie()
{
    HttpFixture http({.allowedOrigins = {"https://app.example"}});
    HttpRequest request = http.withCookie(Role::User, http.request("POST", "/optimistic/undo"));
    request.headers.emplace_back("Origin", "https://evil.example");
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 403);
    QCOMPARE(response.body, QByteArray("{\"error\":\"ORIGIN_NOT_ALLOWED\"}"));
    QVERIFY(http.optimistic.calls().isEmpty());
}

void TestRequestPipeline::foreignOriginMayUseABearer()
{
    HttpFixture http({.allowedOrigins = {"https://app.example"}});
    HttpRequest request = http.as(Role::User, http.request("POST", "/optimistic/undo"));
    request.headers.emplace_back("Origin", "https://evil.example");
    QCOMPARE(http.ask(request).status, 200);
}

void TestRequestPipeline::foreignOriginCannotLogItsVisitorIn()
{
    HttpFixture http({.allowedOrigins = {"https://app.example"}});
    HttpRequest request = http.request("POST", "/auth/login", "{\"email\":\"a@b.org\",\"password\":\"12345678\"}");
    request.headers.emplace_back("Origin", "https://evil.example");
    QCOMPARE(http.ask(request).status, 403);
}

void TestRequestPipeline::bearerWinsOverTheCookie()
{
    HttpFixture http;
    HttpRequest request = http.withCookie(Role::User, http.request("GET", "/admin/optimistic/channels"));
    QCOMPARE(http.ask(request).status, 403);
    QCOMPARE(http.ask(http.as(Role::Staff, request)).status, 200);
}

void TestRequestPipeline::expiredTokenIsAGuest()
{
    HttpFixture http;
    const HttpRequest request = http.withCookie(Role::User, http.request("GET", "/auth/me"));
    QCOMPARE(http.ask(request).status, 200);
    http.clock.advance(16 * 60 * 1000);
    QCOMPARE(http.ask(request).status, 401);
}

void TestRequestPipeline::hostileRequestsGetAnAnswer_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("headerName");
    QTest::addColumn<QByteArray>("headerValue");
    QTest::addColumn<int>("status");
    const QByteArray health = "/health";
    QTest::newRow("chunked framing") << health << QByteArray("Transfer-Encoding") << QByteArray("chunked") << 200;
    QTest::newRow("foreign length") << health << QByteArray("content-LENGTH") << QByteArray("999999") << 200;
    QTest::newRow("upgrade") << health << QByteArray("Upgrade") << QByteArray("websocket") << 200;
    QTest::newRow("expectation") << health << QByteArray("Expect") << QByteArray("100-continue") << 200;
    QTest::newRow("second host") << health << QByteArray("Host") << QByteArray("evil") << 200;
    QTest::newRow("empty value") << health << QByteArray("X-Empty") << QByteArray() << 200;
    QTest::newRow("value of 60 KiB") << health << QByteArray("X-Long") << QByteArray(60 * 1024, 'x') << 200;
    QTest::newRow("latin-1 value") << health << QByteArray("X-Name") << QByteArray("\xe4\xf6") << 200;
    QTest::newRow("cookie of garbage") << health << QByteArray("Cookie") << QByteArray("ssma_session=%%%;;==;a") << 200;
    QTest::newRow("bearer of garbage") << health << QByteArray("Authorization") << QByteArray("Bearer a.b.c") << 200;
    QTest::newRow("path of 8 KiB") << QByteArray("/" + QByteArray(8192, 'a')) << QByteArray("X") << QByteArray("1")
                                   << 404;
    QTest::newRow("broken percent sequence") << QByteArray("/%zz%") << QByteArray("X") << QByteArray("1") << 404;
    QTest::newRow("encoded NUL") << QByteArray("/health%00") << QByteArray("X") << QByteArray("1") << 404;
    QTest::newRow("raw bytes over 127") << QByteArray("/\xff\xfe") << QByteArray("X") << QByteArray("1") << 404;
    QTest::newRow("empty path") << QByteArray() << QByteArray("X") << QByteArray("1") << 404;
    QTest::newRow("question mark in the path") << QByteArray("/health?x") << QByteArray("X") << QByteArray("1") << 404;
}

void TestRequestPipeline::hostileRequestsGetAnAnswer()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, headerName);
    QFETCH(QByteArray, headerValue);
    QFETCH(int, status);
    HttpFixture http;
    HttpRequest request = http.request("GET", path);
    request.headers.emplace_back(headerName, headerValue);
    QCOMPARE(http.ask(request).status, status);
    QCOMPARE(http.get("/health").status, 200);
}

QTEST_GUILESS_MAIN(TestRequestPipeline)
#include "tst_requestpipeline.moc"
