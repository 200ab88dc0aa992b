// SPDX-License-Identifier: MIT
#include "http/httpfixture.h"

#include "http/authroutes.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;

// SSMA spec section 4, with the routes that SSMA documents and does not have.
class TestAuthRoutes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void registerIs201WithUserCookieAndTokens();
    void registerRefusals_data();
    void registerRefusals();
    void takenMailIs409();
    void registerCannotChooseARole();
    void loginIs200WithCookie();
    void loginRefusals_data();
    void loginRefusals();
    void cookieFromLoginIsASession();
    void meWithoutASessionIs401();
    void logoutEmptiesTheCookieAndRevokes();
    void logoutWithoutASessionSucceeds();
    void refreshGivesANewToken();
    void refreshTokenWorksOnce();
    void garbageRefreshTokenIs401();
    void apiKeyIsIssuedAndLogsIn();
    void apiKeyNeedsASession();
    void apiKeyOfAnotherPersonIsForbidden();
    void badApiKeyIs401();
    void nonceIsIssued();
    void nonceNeedsAnIntent_data();
    void nonceNeedsAnIntent();
    void answersAreNotCached();
    void everyFaultHasAStatus();

private:
    static QString text(const HttpResponse &response, QLatin1StringView name)
    {
        return HttpFixture::object(response).value(name).toString();
    }
    static constexpr char Anna[] = R"({"name":"Anna","email":"Anna@Example.org","password":"correct horse"})";
};

void TestAuthRoutes::registerIs201WithUserCookieAndTokens()
{
    HttpFixture http;
    const HttpResponse response = http.post("/auth/register", Anna);
    QCOMPARE(response.status, 201);
    const QJsonObject user = HttpFixture::object(response).value(QLatin1StringView("user")).toObject();
    QCOMPARE(user.value(QLatin1StringView("email")).toString(), QStringLiteral("anna@example.org"));
    QCOMPARE(user.value(QLatin1StringView("role")).toString(), QStringLiteral("user"));
    QVERIFY(!user.contains(QLatin1StringView("passwordHash")));
    const QByteArray token = text(response, QLatin1StringView("accessToken")).toUtf8();
    QVERIFY(!token.isEmpty());
    QVERIFY(!text(response, QLatin1StringView("refreshToken")).isEmpty());
    QCOMPARE(headerValue(response.headers, "Set-Cookie"),
             "ssma_session=" + token + "; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
}

void TestAuthRoutes::registerRefusals_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("error");
    QTest::newRow("password under 8 characters")
        << QByteArray(R"({"email":"a@example.org","password":"1234567"})") << QStringLiteral("INVALID_PASSWORD");
    QTest::newRow("password is a number")
        << QByteArray(R"({"email":"a@example.org","password":12345678})") << QString();
    QTest::newRow("no mail") << QByteArray(R"({"password":"correct horse"})") << QString();
    QTest::newRow("mail is no address") << QByteArray(R"({"email":"anna","password":"correct horse"})") << QString();
    QTest::newRow("body is an array") << QByteArray("[]") << QString();
}

void TestAuthRoutes::registerRefusals()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, error);
    HttpFixture http;
    const HttpResponse response = http.post("/auth/register", body);
    QCOMPARE(response.status, 400);
    QVERIFY(!text(response, QLatin1StringView("error")).isEmpty());
    if (!error.isEmpty())
        QCOMPARE(text(response, QLatin1StringView("error")), error);
    QVERIFY(headerValue(response.headers, "Set-Cookie").isEmpty());
}

void TestAuthRoutes::takenMailIs409()
{
    HttpFixture http;
    QCOMPARE(http.post("/auth/register", Anna).status, 201);
    const HttpResponse response = http.post("/auth/register", Anna);
    QCOMPARE(response.status, 409);
    QCOMPARE(text(response, QLatin1StringView("error")), QStringLiteral("Email already registered"));
}

void TestAuthRoutes::registerCannotChooseARole()
{
    HttpFixture http;
    const HttpResponse response =
        http.post("/auth/register", R"({"email":"a@example.org","password":"correct horse","role":"admin"})");
    const QJsonObject user = HttpFixture::object(response).value(QLatin1StringView("user")).toObject();
    QCOMPARE(user.value(QLatin1StringView("role")).toString(), QStringLiteral("user"));
}

void TestAuthRoutes::loginIs200WithCookie()
{
    HttpFixture http;
    http.post("/auth/register", Anna);
    const HttpResponse response =
        http.post("/auth/login", R"({"email":" ANNA@example.org ","password":"correct horse"})");
    QCOMPARE(response.status, 200);
    QVERIFY(headerValue(response.headers, "Set-Cookie").startsWith("ssma_session="));
    QVERIFY(HttpFixture::object(response).value(QLatin1StringView("user")).isObject());
}

void TestAuthRoutes::loginRefusals_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("error");
    const QString missing = QStringLiteral("MISSING_CREDENTIALS");
    const QString invalid = QStringLiteral("Invalid credentials");
    QTest::newRow("nothing") << QByteArray("{}") << 400 << missing;
    QTest::newRow("no password") << QByteArray(R"({"email":"anna@example.org"})") << 400 << missing;
    QTest::newRow("no mail") << QByteArray(R"({"password":"correct horse"})") << 400 << missing;
    QTest::newRow("fields of the wrong type") << QByteArray(R"({"email":{},"password":[1]})") << 400 << missing;
    QTest::newRow("wrong password") << QByteArray(R"({"email":"anna@example.org","password":"wrong horse"})") << 401
                                    << invalid;
    QTest::newRow("unknown mail") << QByteArray(R"({"email":"bob@example.org","password":"correct horse"})") << 401
                                  << invalid;
}

void TestAuthRoutes::loginRefusals()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, error);
    HttpFixture http;
    http.post("/auth/register", Anna);
    const HttpResponse response = http.post("/auth/login", body);
    QCOMPARE(response.status, status);
    QCOMPARE(text(response, QLatin1StringView("error")), error);
}

void TestAuthRoutes::cookieFromLoginIsASession()
{
    HttpFixture http;
    const QByteArray cookie = headerValue(http.post("/auth/register", Anna).headers, "Set-Cookie");
    HttpRequest request = http.request("GET", "/auth/me");
    request.headers.emplace_back("Cookie", "other=1; " + cookie.left(cookie.indexOf(';')));
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 200);
    const QJsonObject user = HttpFixture::object(response).value(QLatin1StringView("user")).toObject();
    QCOMPARE(user.value(QLatin1StringView("name")).toString(), QStringLiteral("Anna"));
}

void TestAuthRoutes::meWithoutASessionIs401()
{
    HttpFixture http;
    const HttpResponse response = http.get("/auth/me");
    QCOMPARE(response.status, 401);
    QCOMPARE(response.body, QByteArray("{\"error\":\"UNAUTHENTICATED\"}"));
}

void TestAuthRoutes::logoutEmptiesTheCookieAndRevokes()
{
    HttpFixture http;
    HttpRequest request = http.withCookie(Role::User, http.request("GET", "/auth/me"));
    QCOMPARE(http.ask(request).status, 200);
    request.method = "POST";
    request.path = "/auth/logout";
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body, QByteArray("{\"success\":true}"));
    QVERIFY(headerValue(response.headers, "Set-Cookie").startsWith("ssma_session=;"));
    QVERIFY(headerValue(response.headers, "Set-Cookie").contains("Max-Age=0"));
    request.method = "GET";
    request.path = "/auth/me";
    QCOMPARE(http.ask(request).status, 401);
}

void TestAuthRoutes::logoutWithoutASessionSucceeds()
{
    HttpFixture http;
    const HttpResponse response = http.post("/auth/logout", {});
    QCOMPARE(response.status, 200);
    QVERIFY(headerValue(response.headers, "Set-Cookie").contains("Max-Age=0"));
}

void TestAuthRoutes::refreshGivesANewToken()
{
    HttpFixture http;
    const QString refreshToken = text(http.post("/auth/register", Anna), QLatin1StringView("refreshToken"));
    http.clock.advance(20 * 60 * 1000);
    const HttpResponse response = http.post("/auth/refresh", "{\"refreshToken\":\"" + refreshToken.toUtf8() + "\"}");
    QCOMPARE(response.status, 200);
    HttpRequest me = http.request("GET", "/auth/me");
    me.headers.emplace_back("Authorization", "Bearer " + text(response, QLatin1StringView("accessToken")).toUtf8());
    QCOMPARE(http.ask(me).status, 200);
}

void TestAuthRoutes::refreshTokenWorksOnce()
{
    HttpFixture http;
    const QString refreshToken = text(http.post("/auth/register", Anna), QLatin1StringView("refreshToken"));
    const QByteArray body = "{\"refreshToken\":\"" + refreshToken.toUtf8() + "\"}";
    QCOMPARE(http.post("/auth/refresh", body).status, 200);
    QCOMPARE(http.post("/auth/refresh", body).status, 401);
}

void TestAuthRoutes::garbageRefreshTokenIs401()
{
    HttpFixture http;
    const HttpResponse response = http.post("/auth/refresh", R"({"refreshToken":"nonsense"})");
    QCOMPARE(response.status, 401);
    QCOMPARE(response.body, QByteArray("{\"error\":\"INVALID_TOKEN\"}"));
    QCOMPARE(http.post("/auth/refresh", "{}").status, 401);
}

void TestAuthRoutes::apiKeyIsIssuedAndLogsIn()
{
    HttpFixture http;
    const HttpResponse issued = http.ask(http.as(Role::User, http.request("POST", "/auth/api-key/issue", "{}")));
    QCOMPARE(issued.status, 200);
    const QByteArray key = text(issued, QLatin1StringView("apiKey")).toUtf8();
    const HttpResponse login = http.post("/auth/api-key/login", "{\"apiKey\":\"" + key + "\"}");
    QCOMPARE(login.status, 200);
    QVERIFY(headerValue(login.headers, "Set-Cookie").isEmpty());
    HttpRequest me = http.request("GET", "/auth/me");
    me.headers.emplace_back("Authorization", "Bearer " + text(login, QLatin1StringView("accessToken")).toUtf8());
    QCOMPARE(http.ask(me).status, 200);
}

void TestAuthRoutes::apiKeyNeedsASession()
{
    HttpFixture http;
    QCOMPARE(http.post("/auth/api-key/issue", R"({"email":"a@example.org"})").status, 401);
}

void TestAuthRoutes::apiKeyOfAnotherPersonIsForbidden()
{
    HttpFixture http;
    http.post("/auth/register", Anna);
    const HttpRequest request = http.request("POST", "/auth/api-key/issue", R"({"email":"anna@example.org"})");
    QCOMPARE(http.ask(http.as(Role::User, request)).status, 403);
}

void TestAuthRoutes::badApiKeyIs401()
{
    HttpFixture http;
    QCOMPARE(http.post("/auth/api-key/login", R"({"apiKey":"nonsense"})").status, 401);
}

void TestAuthRoutes::nonceIsIssued()
{
    HttpFixture http;
    const HttpResponse response = http.post("/auth/hmac/nonce", R"({"intent":"LOG_BATCH"})");
    QCOMPARE(response.status, 200);
    QVERIFY(text(response, QLatin1StringView("nonce")).size() >= 16);
}

void TestAuthRoutes::nonceNeedsAnIntent_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << QByteArray("{}");
    QTest::newRow("empty") << QByteArray(R"({"intent":""})");
    QTest::newRow("number") << QByteArray(R"({"intent":7})");
    QTest::newRow("too long") << "{\"intent\":\"" + QByteArray(129, 'x') + "\"}";
}

void TestAuthRoutes::nonceNeedsAnIntent()
{
    QFETCH(QByteArray, body);
    HttpFixture http;
    QCOMPARE(http.post("/auth/hmac/nonce", body).status, 400);
}

void TestAuthRoutes::answersAreNotCached()
{
    HttpFixture http;
    QCOMPARE(headerValue(http.post("/auth/register", Anna).headers, "Cache-Control"), QByteArray("no-store"));
}

void TestAuthRoutes::everyFaultHasAStatus()
{
    for (int fault = 0; fault <= int(AuthFault::Storage); ++fault) {
        const HttpResponse response = replyTo({AuthFault(fault), QStringLiteral("text")});
        QVERIFY(response.status >= 400);
        QVERIFY(HttpFixture::object(response).contains(QLatin1StringView("error")));
    }
}

QTEST_GUILESS_MAIN(TestAuthRoutes)
#include "tst_authroutes.moc"
