// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QCryptographicHash>
#include <QFile>
#include <QJsonDocument>
#include <QMessageAuthenticationCode>
#include <QTest>

using namespace Tidegate;

namespace {

const QString Register = QStringLiteral("/auth/register");
const QString Login = QStringLiteral("/auth/login");
const QString Me = QStringLiteral("/auth/me");
const QString StaffRoute = QStringLiteral("/admin/optimistic/channels");

QByteArray base64(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray sign(const QByteArray &header, const QByteArray &claims, const QByteArray &secret)
{
    const QByteArray body = base64(header) + '.' + base64(claims);
    return body + '.' + base64(QMessageAuthenticationCode::hash(body, secret, QCryptographicHash::Sha256));
}

QJsonObject claimsOf(const QByteArray &token)
{
    return QJsonDocument::fromJson(QByteArray::fromBase64(token.split('.').value(1), QByteArray::Base64UrlEncoding))
        .object();
}

} // namespace

//! SSMA spec section 4 against the real binary.
class TestE2eAuth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void registeringMakesAUserAndASession();
    void registeringIsRefusedFor_data();
    void registeringIsRefusedFor();
    void addressIsTakenWhateverItsCase();
    void roleOfTheBodyIsIgnored();
    void loginSetsTheCookieAndTheTime();
    void loginIsRefusedFor_data();
    void loginIsRefusedFor();
    void disabledAccountMayNotLogIn();
    void meNeedsASessionAndAUser();
    void logoutEmptiesTheCookieAndEndsTheSession();
    void sessionTokenHasTheDocumentedClaims();
    void roleOfTheTokenDecides_data();
    void roleOfTheTokenDecides();
    void wrongTokensAreGuests_data();
    void wrongTokensAreGuests();
    void refreshGivesANewAccessToken();
    void apiKeysLogIn();
    void accountsSurviveARestart();
    void secretIsMadeOnceAndKept();
    void shortOrKnownSecretIsRefused();
    void passwordsAndHashesStayInside();
    void liveSocketLosesItsRoleAtLogout();

private:
    QByteArray secret() const
    {
        QFile file(m_gateway.dataDir() + QStringLiteral("/secret"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
    }

    GatewayProcess m_gateway;
};

void TestE2eAuth::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits()));
    HttpClient http(m_gateway.url());
    QCOMPARE(http.post(Register, json(R"({"name":"Ann","email":"ann@example.com","password":"correct horse"})")).status,
             201);
}

void TestE2eAuth::registeringMakesAUserAndASession()
{
    HttpClient http(m_gateway.url());
    const HttpAnswer answer =
        http.post(Register, json(R"({"name":"Bob","email":"  Bob@Example.COM ","password":"long enough"})"));
    QCOMPARE(answer.status, 201);
    VERIFY_HAS(answer.json(), R"({"user":{"email":"bob@example.com","name":"Bob","role":"user","status":"active"}})");
    QCOMPARE(textAt(answer.json(), "user.id").size(), 36);
    QVERIFY(hasAt(answer.json(), "user.createdAt") && hasAt(answer.json(), "user.updatedAt"));
    QVERIFY(hasAt(answer.json(), "user.lastLoginAt"));
    const QByteArray cookie = answer.header("Set-Cookie");
    for (const char *part : {"ssma_session=", "Max-Age=", "Path=/", "HttpOnly", "SameSite=Lax"})
        QVERIFY2(cookie.contains(part), cookie.constData());
    QVERIFY(!cookie.contains("Secure"));
    QCOMPARE(textAt(http.get(Me).json(), "user.email"), "bob@example.com");
}

void TestE2eAuth::registeringIsRefusedFor_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *body, int status, const char *error) {
        QTest::newRow(name) << QByteArray(body) << status << QByteArray(error);
    };
    row("password of 7 characters", R"({"email":"c@d.e","password":"1234567"})", 400, "INVALID_PASSWORD");
    row("no password", R"({"email":"c@d.e"})", 400, "INVALID_PASSWORD");
    row("taken address", R"({"email":"ann@example.com","password":"12345678"})", 409, "Email already registered");
}

void TestE2eAuth::registeringIsRefusedFor()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    HttpClient http(m_gateway.url());
    const HttpAnswer answer = http.post(Register, json(body));
    QCOMPARE(answer.status, status);
    QCOMPARE(textAt(answer.json(), "error"), error);
    QCOMPARE(answer.header("Set-Cookie"), QByteArray());
}

void TestE2eAuth::addressIsTakenWhateverItsCase()
{
    HttpClient http(m_gateway.url());
    QCOMPARE(http.post(Register, json(R"({"email":" ANN@example.com","password":"12345678"})")).status, 409);
    QCOMPARE(http.post(Register, json(R"({"password":"12345678"})")).status, 400);
}

void TestE2eAuth::roleOfTheBodyIsIgnored()
{
    HttpClient http(m_gateway.url());
    const HttpAnswer answer =
        http.post(Register, json(R"({"email":"eve@example.com","password":"12345678","role":"admin"})"));
    QCOMPARE(textAt(answer.json(), "user.role"), "user");
}

void TestE2eAuth::loginSetsTheCookieAndTheTime()
{
    HttpClient http(m_gateway.url());
    const HttpAnswer answer = http.post(Login, json(R"({"email":"ANN@example.com","password":"correct horse"})"));
    QCOMPARE(answer.status, 200);
    QVERIFY(!http.cookie("ssma_session").isEmpty());
    QVERIFY(!valueAt(answer.json(), "user.lastLoginAt").isNull());
    QCOMPARE(http.get(Me).status, 200);
}

void TestE2eAuth::loginIsRefusedFor_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *body, int status, const char *error) {
        QTest::newRow(name) << QByteArray(body) << status << QByteArray(error);
    };
    row("nothing", "{}", 400, "MISSING_CREDENTIALS");
    row("no password", R"({"email":"ann@example.com"})", 400, "MISSING_CREDENTIALS");
    row("wrong password", R"({"email":"ann@example.com","password":"wrong"})", 401, "Invalid credentials");
    row("unknown address", R"({"email":"who@example.com","password":"wrong"})", 401, "Invalid credentials");
}

void TestE2eAuth::loginIsRefusedFor()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    HttpClient http(m_gateway.url());
    const HttpAnswer answer = http.post(Login, json(body));
    QCOMPARE(answer.status, status);
    QCOMPARE(textAt(answer.json(), "error"), error);
}

void TestE2eAuth::disabledAccountMayNotLogIn()
{
    HttpClient http(m_gateway.url());
    const QJsonObject account = json(R"({"email":"gone@example.com","password":"12345678"})");
    QCOMPARE(http.post(Register, account).status, 201);
    QCOMPARE(
        m_gateway.run({QStringLiteral("user"), QStringLiteral("disable"), QStringLiteral("gone@example.com")}).exitCode,
        0);
    HttpClient again(m_gateway.url());
    QCOMPARE(again.post(Login, account).status, 401);
}

void TestE2eAuth::meNeedsASessionAndAUser()
{
    HttpClient http(m_gateway.url());
    QCOMPARE(http.get(Me).status, 401);
    http.setToken(m_gateway.mintToken("user", "no-such-user"));
    const HttpAnswer answer = http.get(Me);
    QCOMPARE(answer.status, 404);
    QCOMPARE(textAt(answer.json(), "error"), "USER_NOT_FOUND");
}

void TestE2eAuth::logoutEmptiesTheCookieAndEndsTheSession()
{
    HttpClient http(m_gateway.url());
    http.post(Login, json(R"({"email":"ann@example.com","password":"correct horse"})"));
    const QByteArray token = http.cookie("ssma_session");
    const HttpAnswer answer = http.post(QStringLiteral("/auth/logout"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, R"({"success":true})");
    QVERIFY(answer.header("Set-Cookie").contains("Max-Age=0"));
    HttpClient thief(m_gateway.url());
    thief.setToken(token);
    QCOMPARE(thief.get(Me).status, 401); // spec 19, operations: logout revokes
}

void TestE2eAuth::sessionTokenHasTheDocumentedClaims()
{
    HttpClient http(m_gateway.url());
    const HttpAnswer answer = http.post(Login, json(R"({"email":"ann@example.com","password":"correct horse"})"));
    const QByteArray token = http.cookie("ssma_session");
    QCOMPARE(QByteArray::fromBase64(token.split('.').first()), R"({"alg":"HS256","typ":"JWT"})");
    const QJsonObject claims = claimsOf(token);
    QCOMPARE(textAt(claims, "role"), "user");
    QCOMPARE(textAt(claims, "sub"), textAt(answer.json(), "user.id"));
    QCOMPARE(numberAt(claims, "exp") - numberAt(claims, "iat"), 900);
}

void TestE2eAuth::roleOfTheTokenDecides_data()
{
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<int>("status");
    QTest::newRow("guest") << QByteArray("guest") << 403;
    QTest::newRow("user") << QByteArray("user") << 403;
    QTest::newRow("staff") << QByteArray("staff") << 200;
    QTest::newRow("admin") << QByteArray("admin") << 200;
    QTest::newRow("system") << QByteArray("system") << 200;
}

void TestE2eAuth::roleOfTheTokenDecides()
{
    QFETCH(QByteArray, role);
    QFETCH(int, status);
    HttpClient http(m_gateway.url());
    http.setToken(m_gateway.mintToken(role));
    QCOMPARE(http.get(StaffRoute).status, status);
}

void TestE2eAuth::wrongTokensAreGuests_data()
{
    QTest::addColumn<QByteArray>("token");
    const QByteArray header = R"({"alg":"HS256","typ":"JWT"})";
    const QByteArray claims = R"({"role":"admin","sub":"x","iat":1700000000,"exp":4000000000})";
    QTest::newRow("garbage") << QByteArray("x.y.z");
    QTest::newRow("other key") << sign(header, claims, "another secret that is long enough!");
    QTest::newRow("SSMA's published default key") << sign(header, claims, "change-me-in-production"); // spec 19 (6)
    QTest::newRow("no signature") << base64(R"({"alg":"none"})") + '.' + base64(claims) + '.';
    QTest::newRow("expired") << sign(header, R"({"role":"admin","sub":"x","exp":1700000000})", secret());
    QTest::newRow("unknown role") << sign(header, R"({"role":"root","sub":"x","exp":4000000000})", secret());
}

void TestE2eAuth::wrongTokensAreGuests()
{
    QFETCH(QByteArray, token);
    HttpClient http(m_gateway.url());
    http.setToken(token);
    const HttpAnswer answer = http.get(StaffRoute);
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.body, R"({"error":"FORBIDDEN","requiredRole":"staff"})");
    WsClient client;
    QVERIFY(client.open(m_gateway.webSocketUrl(), token)); // never an error
    QCOMPARE(textAt(client.next(QStringLiteral("hello")), "authRole"), "guest");
}

void TestE2eAuth::refreshGivesANewAccessToken()
{
    HttpClient http(m_gateway.url());
    const QJsonObject login =
        http.post(Login, json(R"({"email":"ann@example.com","password":"correct horse"})")).json();
    const QByteArray refresh = R"({"refreshToken":")" + textAt(login, "refreshToken") + R"("})";
    const HttpAnswer answer = http.post(QStringLiteral("/auth/refresh"), json(refresh));
    QCOMPARE(answer.status, 200);
    QCOMPARE(textAt(claimsOf(textAt(answer.json(), "accessToken")), "sub"), textAt(login, "user.id"));
    QCOMPARE(http.post(QStringLiteral("/auth/refresh"), json(R"({"refreshToken":"made-up"})")).status, 401);
}

void TestE2eAuth::apiKeysLogIn()
{
    HttpClient http(m_gateway.url());
    http.setToken(m_gateway.mintToken("admin", "root"));
    const HttpAnswer issued = http.post(QStringLiteral("/auth/api-key/issue"), json(R"({"email":"ann@example.com"})"));
    QVERIFY2(issued.status == 200 || issued.status == 201, issued.body.constData());
    HttpClient machine(m_gateway.url());
    const QByteArray key = R"({"apiKey":")" + textAt(issued.json(), "apiKey") + R"("})";
    const HttpAnswer login = machine.post(QStringLiteral("/auth/api-key/login"), json(key));
    QCOMPARE(login.status, 200);
    QCOMPARE(textAt(claimsOf(textAt(login.json(), "accessToken")), "role"), "user");
    QCOMPARE(machine.post(QStringLiteral("/auth/api-key/login"), json(R"({"apiKey":"x"})")).status, 401);
}

void TestE2eAuth::accountsSurviveARestart()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    const QJsonObject account = json(R"({"email":"kept@example.com","password":"12345678"})");
    HttpClient before(gateway.url());
    QCOMPARE(before.post(Register, account).status, 201);
    const QByteArray token = before.cookie("ssma_session");
    gateway.kill();
    QVERIFY(gateway.restart());
    HttpClient after(gateway.url());
    QCOMPARE(after.post(Login, account).status, 200);
    after.setToken(token);
    QCOMPARE(after.get(Me).status, 200);
}

// spec 19 (6)
void TestE2eAuth::secretIsMadeOnceAndKept()
{
    GatewayProcess one;
    GatewayProcess two;
    QVERIFY(one.start());
    QVERIFY(two.start());
    HttpClient http(two.url());
    http.setToken(one.mintToken("admin"));
    QCOMPARE(http.get(StaffRoute).status, 403);
    const auto printed = one.run({QStringLiteral("token"), QStringLiteral("--role"), QStringLiteral("staff")});
    http.setBase(one.url());
    http.setToken(printed.output.trimmed());
    QCOMPARE(http.get(StaffRoute).status, 200);
}

// spec 19 (6)
void TestE2eAuth::shortOrKnownSecretIsRefused()
{
    for (const char *secret : {"change-me-in-production", "short"}) {
        GatewayProcess gateway;
        QVERIFY2(!gateway.start({}, {{QStringLiteral("SSMA_AUTH_JWT_SECRET"), QLatin1StringView(secret)}}), secret);
        QVERIFY(gateway.waitForExit() != 0);
    }
}

void TestE2eAuth::passwordsAndHashesStayInside()
{
    HttpClient http(m_gateway.url());
    QByteArray seen;
    seen += http.post(Login, json(R"({"email":"ann@example.com","password":"correct horse"})")).body;
    seen += http.get(Me).body;
    seen += m_gateway.errorText();
    QVERIFY(seen.contains("ann@example.com"));
    for (const char *word : {"argon2", "passwordHash", "correct horse"})
        QVERIFY2(!seen.contains(word), word);
}

// spec 19, operations: identity of a live socket follows its session
void TestE2eAuth::liveSocketLosesItsRoleAtLogout()
{
    HttpClient http(m_gateway.url());
    const QJsonObject account = json(R"({"email":"chief@example.com","password":"12345678"})");
    QCOMPARE(http.post(Register, account).status, 201);
    QCOMPARE(m_gateway
                 .run({QStringLiteral("user"), QStringLiteral("set-role"), QStringLiteral("chief@example.com"),
                       QStringLiteral("staff")})
                 .exitCode,
             0);
    QCOMPARE(http.post(Login, account).status, 200);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), http.cookie("ssma_session")));
    QVERIFY(!client.ask(channelFrame("channel.subscribe", "ops.audit"), QStringLiteral("channel.snapshot")).isEmpty());
    QCOMPARE(http.post(QStringLiteral("/auth/logout")).status, 200);
    const QJsonObject close = client.next(QStringLiteral("channel.close"));
    QCOMPARE(textAt(close, "code"), "ACCESS_DENIED");
    QCOMPARE(textAt(client.ask(channelFrame("channel.resync", "ops.audit"), QStringLiteral("channel.replay")), "code"),
             "ACCESS_DENIED");
}

QTEST_GUILESS_MAIN(TestE2eAuth)
#include "tst_e2e_auth.moc"
