// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"

#include <QTest>

using namespace Tidegate;

//! SSMA spec section 3 against the real binary.
class TestE2eHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void unknownPathIsNotFound_data();
    void unknownPathIsNotFound();
    void trailingSlashesAreIgnored();
    void bodyAboveTheLimitIs413();
    void emptyBodyIsAnEmptyObject();
    void badJsonIs400WithoutCorsHeaders();
    void jsonIsReadByContentType_data();
    void jsonIsReadByContentType();
    void thrownErrorsHaveTextAndCode();
    void routeErrorsHaveOnlyTheCode();
    void allowedOriginIsEchoed_data();
    void allowedOriginIsEchoed();
    void foreignOriginGetsNoCorsHeaders();
    void wildcardAllowsEveryOrigin();
    void listedOriginIsAllowed();
    void preflightIs204AndEchoesTheAskedHeaders();
    void preflightsAreNotRateLimited();
    void foreignPageMayNotUseTheCookie();
    void forwardedForIsNotTrustedByDefault();
    void forwardedForOfATrustedProxyCounts();
    void hostileRequestsEndCleanly_data();
    void hostileRequestsEndCleanly();

private:
    //! One request, "Connection: close" added; the whole answer.
    QByteArray raw(const QByteArray &firstLine, const QByteArray &headers = {}, const QByteArray &body = {}) const
    {
        return rawExchange(m_gateway.port(),
                           firstLine + "\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + "\r\n" + body);
    }

    GatewayProcess m_gateway;
    HttpClient m_http;
};

void TestE2eHttp::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits()));
    m_http.setBase(m_gateway.url());
}

void TestE2eHttp::unknownPathIsNotFound_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::newRow("unknown path") << QByteArray("GET") << QStringLiteral("/nowhere");
    QTest::newRow("known path, other method") << QByteArray("DELETE") << QStringLiteral("/health");
    QTest::newRow("path in other letters") << QByteArray("GET") << QStringLiteral("/HEALTH");
    QTest::newRow("post to nowhere") << QByteArray("POST") << QStringLiteral("/auth/guest");
}

void TestE2eHttp::unknownPathIsNotFound()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    const HttpAnswer answer = m_http.send(verb, path);
    QCOMPARE(answer.status, 404);
    QCOMPARE(answer.body, R"({"error":"Not Found"})");
}

void TestE2eHttp::trailingSlashesAreIgnored()
{
    QCOMPARE(m_http.get(QStringLiteral("/health/")).status, 200);
    QCOMPARE(m_http.get(QStringLiteral("/optimistic/pending//")).status, 200);
    QCOMPARE(m_http.post(QStringLiteral("/auth/logout/")).status, 200);
}

void TestE2eHttp::bodyAboveTheLimitIs413()
{
    const QByteArray exact = "{\"a\":\"" + QByteArray(1024 * 1024 - 8, 'x') + "\"}";
    QCOMPARE(exact.size(), 1024 * 1024);
    QCOMPARE(m_http.send("POST", QStringLiteral("/auth/login"), exact).status, 400);
    const HttpAnswer answer = m_http.send("POST", QStringLiteral("/auth/login"), exact + ' ');
    QCOMPARE(answer.status, 413);
    QCOMPARE(answer.body, R"({"error":"Payload too large","code":"INTERNAL_ERROR"})");
}

void TestE2eHttp::emptyBodyIsAnEmptyObject()
{
    const HttpAnswer answer = m_http.send("POST", QStringLiteral("/auth/login"));
    QCOMPARE(answer.status, 400);
    QCOMPARE(textAt(answer.json(), "error"), "MISSING_CREDENTIALS");
}

void TestE2eHttp::badJsonIs400WithoutCorsHeaders()
{
    const HttpAnswer answer =
        m_http.send("POST", QStringLiteral("/auth/login"), "{\"a\":", {{"Origin", "http://localhost:3000"}});
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.body, R"({"error":"Invalid JSON payload","code":"INTERNAL_ERROR"})");
    QCOMPARE(answer.header("Access-Control-Allow-Origin"), QByteArray());
}

void TestE2eHttp::jsonIsReadByContentType_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("isJson");
    QTest::newRow("application/json") << QByteArray("Content-Type: application/json\r\n") << true;
    QTest::newRow("with a charset") << QByteArray("Content-Type: Application/JSON; charset=utf-8\r\n") << true;
    QTest::newRow("text/json") << QByteArray("Content-Type: text/json\r\n") << true;
    QTest::newRow("no type") << QByteArray() << true;
    QTest::newRow("plain text") << QByteArray("Content-Type: text/plain\r\n") << false;
}

void TestE2eHttp::jsonIsReadByContentType()
{
    QFETCH(QByteArray, type);
    QFETCH(bool, isJson);
    const QByteArray body = R"({"email":"nobody@example.com","password":"long-enough"})";
    const QByteArray answer =
        raw("POST /auth/login HTTP/1.1", type + "Content-Length: " + QByteArray::number(body.size()) + "\r\n", body);
    QVERIFY2(answer.contains(isJson ? "Invalid credentials" : "MISSING_CREDENTIALS"), answer.constData());
}

void TestE2eHttp::thrownErrorsHaveTextAndCode()
{
    const HttpAnswer answer = m_http.post(QStringLiteral("/auth/login"), json(R"({"email":"a@b.c","password":"x"})"));
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.body, R"({"error":"Invalid credentials","code":"INTERNAL_ERROR"})");
}

void TestE2eHttp::routeErrorsHaveOnlyTheCode()
{
    QCOMPARE(m_http.get(QStringLiteral("/auth/me")).body, R"({"error":"UNAUTHENTICATED"})");
}

void TestE2eHttp::allowedOriginIsEchoed_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::newRow("our own") << "http://127.0.0.1:" + QByteArray::number(m_gateway.port());
    QTest::newRow("page of a development server") << QByteArray("http://localhost:5173");
}

void TestE2eHttp::allowedOriginIsEchoed()
{
    QFETCH(QByteArray, origin);
    const HttpAnswer answer = m_http.get(QStringLiteral("/health"), {{"Origin", origin}});
    QCOMPARE(answer.header("Access-Control-Allow-Origin"), origin);
    QVERIFY(answer.header("Vary").contains("Origin"));
    QCOMPARE(answer.header("Access-Control-Allow-Credentials"), "true");
    QCOMPARE(answer.header("Access-Control-Allow-Headers"), "Content-Type, Authorization");
    QCOMPARE(answer.header("Access-Control-Allow-Methods"), "GET,POST,PUT,PATCH,DELETE,OPTIONS");
}

void TestE2eHttp::foreignOriginGetsNoCorsHeaders()
{
    const HttpAnswer answer = m_http.get(QStringLiteral("/health"), {{"Origin", "https://elsewhere.example"}});
    QCOMPARE(answer.header("Access-Control-Allow-Origin"), QByteArray());
}

void TestE2eHttp::wildcardAllowsEveryOrigin()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_ALLOWED_ORIGINS"), QStringLiteral("*")}}));
    HttpClient http(gateway.url());
    const QByteArray origin = "https://elsewhere.example";
    QCOMPARE(http.get(QStringLiteral("/health"), {{"Origin", origin}}).header("Access-Control-Allow-Origin"), origin);
    QCOMPARE(http.get(QStringLiteral("/health")).header("Access-Control-Allow-Origin"), "*");
}

void TestE2eHttp::listedOriginIsAllowed()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(
        {}, {{QStringLiteral("SSMA_ALLOWED_ORIGINS"), QStringLiteral("https://one.example, https://two.example")}}));
    HttpClient http(gateway.url());
    const auto allowed = [&](const QByteArray &origin) {
        return http.get(QStringLiteral("/health"), {{"Origin", origin}}).header("Access-Control-Allow-Origin");
    };
    QCOMPARE(allowed("https://two.example"), "https://two.example");
    QCOMPARE(allowed("https://three.example"), QByteArray());
}

void TestE2eHttp::preflightIs204AndEchoesTheAskedHeaders()
{
    const HttpAnswer answer =
        m_http.send("OPTIONS", QStringLiteral("/auth/login"), {},
                    {{"Origin", "http://localhost:5173"}, {"Access-Control-Request-Headers", "x-one, x-two"}});
    QCOMPARE(answer.status, 204);
    QCOMPARE(answer.body, QByteArray());
    QCOMPARE(answer.header("Access-Control-Allow-Headers"), "x-one, x-two");
}

void TestE2eHttp::preflightsAreNotRateLimited()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--http-rate-max=2")}));
    HttpClient http(gateway.url());
    for (int i = 0; i < 5; ++i)
        QCOMPARE(http.send("OPTIONS", QStringLiteral("/anywhere")).status, 204);
    QCOMPARE(http.get(QStringLiteral("/health")).status, 200);
}

// spec 19 (4): what holds for sockets holds for the HTTP verbs that change something
void TestE2eHttp::foreignPageMayNotUseTheCookie()
{
    HttpClient http(m_gateway.url());
    http.setToken(m_gateway.mintToken("staff"));
    const QString path = QStringLiteral("/islands/invalidate");
    const QJsonObject body = json(R"({"islandId":"x"})");
    QCOMPARE(http.post(path, body, {{"Origin", "https://elsewhere.example"}}).status, 403);
    QCOMPARE(http.post(path, body).status, 202);
}

// spec 19 (5)
void TestE2eHttp::forwardedForIsNotTrustedByDefault()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--http-rate-max=3")}));
    HttpClient http(gateway.url());
    QList<int> statuses;
    for (int i = 0; i < 4; ++i)
        statuses.append(
            http.get(QStringLiteral("/health"), {{"X-Forwarded-For", "10.0.0." + QByteArray::number(i)}}).status);
    QCOMPARE(statuses, (QList<int>{200, 200, 200, 429}));
}

// spec 19 (5)
void TestE2eHttp::forwardedForOfATrustedProxyCounts()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--http-rate-max=3"), QStringLiteral("--trusted-proxies=127.0.0.0/8")}));
    HttpClient http(gateway.url());
    for (int i = 0; i < 6; ++i)
        QCOMPARE(http.get(QStringLiteral("/health"), {{"X-Forwarded-For", "10.0.0." + QByteArray::number(i)}}).status,
                 200);
    QCOMPARE(http.get(QStringLiteral("/health"), {{"X-Forwarded-For", "10.0.0.9"}}).status, 200);
    QCOMPARE(http.get(QStringLiteral("/health"), {{"X-Forwarded-For", "10.0.0.9"}}).status, 200);
    QCOMPARE(http.get(QStringLiteral("/health"), {{"X-Forwarded-For", "10.0.0.9"}}).status, 200);
    QCOMPARE(http.get(QStringLiteral("/health"), {{"X-Forwarded-For", "10.0.0.9"}}).status, 429);
}

void TestE2eHttp::hostileRequestsEndCleanly_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("status");
    const QByteArray host = "Host: x\r\nConnection: close\r\n";
    QTest::newRow("no HTTP at all") << QByteArray("hello\r\n\r\n") << QByteArray("400");
    QTest::newRow("head above the limit") << "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(20'000, 'x') + "\r\n\r\n"
                                          << QByteArray("431");
    QTest::newRow("two lengths") << "POST /auth/login HTTP/1.1\r\n" + host +
                                        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "
                                 << QByteArray("400");
    QTest::newRow("length and chunks") << "POST /auth/login HTTP/1.1\r\n" + host +
                                              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                                       << QByteArray("400");
    QTest::newRow("negative length") << "POST /auth/login HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n"
                                     << QByteArray("400");
    QTest::newRow("space before the colon") << "GET /health HTTP/1.1\r\n" + host + "X : 1\r\n\r\n" << QByteArray("400");
    QTest::newRow("future version") << "GET /health HTTP/9.9\r\n" + host + "\r\n" << QByteArray("505");
}

void TestE2eHttp::hostileRequestsEndCleanly()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, status);
    const QByteArray answer = rawExchange(m_gateway.port(), bytes);
    QCOMPARE(answer.left(12), "HTTP/1.1 " + status);
    QCOMPARE(m_http.get(QStringLiteral("/health")).status, 200);
}

QTEST_GUILESS_MAIN(TestE2eHttp)
#include "tst_e2e_http.moc"
