// SPDX-License-Identifier: MIT
#include "auth/crypto.h"
#include "conformance/realtimeclient.h"
#include "support/backendprocess.h"
#include "support/issuer.h"
#include "support/waiting.h"

#include <QDateTime>
#include <QTest>

#include <csignal>

using namespace Tidegate;

namespace {

constexpr char TokenRule[] = "sharedata.tokens";

//! Times in seconds from now.
QByteArray claims(double expiresIn, double validIn = -60, const QByteArray &audience = R"("SHAREDATA")")
{
    const double now = double(QDateTime::currentMSecsSinceEpoch()) / 1000;
    return R"({"iss":"https://id.example","sub":"ann","aud":)" + audience +
           ",\"exp\":" + QByteArray::number(now + expiresIn, 'f', 3) +
           ",\"nbf\":" + QByteArray::number(now + validIn, 'f', 3) + '}';
}

QByteArray unsignedToken(const QByteArray &algorithm)
{
    return toBase64Url(R"({"alg":")" + algorithm + R"("})") + '.' + toBase64Url(claims(60));
}

} // namespace

//! Everybody whom the ShareData dialect does not let in, or lets go, is told so in its way, and operators find the
//! rule.
class TestShareDataRefusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_backend.start()); }
    void init() { m_backend.reset(); }
    void cleanup() { m_gateway.reset(); }

    void brokenTokenIsRefused_data();
    void brokenTokenIsRefused();
    void tokenThatEndsClosesTheConnection();
    void tokenThatIsTakenOutClosesTheConnection();
    void sessionThatEndsClosesTheConnection();
    void foreignOriginIsRefused();
    void askingForUnknownDocumentsIsThrottled();
    void doubtfulIdentityIsRefused_data();
    void doubtfulIdentityIsRefused();
    void doubtfulAccessIsDenied_data();
    void doubtfulAccessIsDenied();
    void unknownDocumentsCanBeHidden();
    void tooManyUndecidedFramesPauseTheLink();

private:
    using MakeToken = std::function<QByteArray(const Issuer &issuer)>;

    bool start(const QStringList &more = {});
    QString at(const char *path) { return m_backend.url() + QLatin1StringView(path); }
    QByteArray upgrade(const QByteArray &query, const QByteArray &headers = {})
    {
        return Realtime::upgrade(*m_gateway, "/realtime" + query, headers);
    }

    QTemporaryDir m_folder;
    BackendProcess m_backend;
    std::unique_ptr<GatewayProcess> m_gateway;
};

bool TestShareDataRefusals::start(const QStringList &more)
{
    m_gateway = std::make_unique<GatewayProcess>();
    const QStringList args{QStringLiteral("--sharedata-enabled=true"),
                           QStringLiteral("--http-rate-max=0"),
                           QStringLiteral("--io-threads=1"),
                           QStringLiteral("--sharedata-auth-timeout=700ms"),
                           QStringLiteral("--sharedata-functions=set=accept-any,ask=http=") + at("/decide"),
                           QStringLiteral("--sharedata-documents=*=set ask")};
    if (!m_gateway->start(args + more,
                          {{QStringLiteral("TIDEGATE_SHAREDATA_TOKENS"), QStringLiteral("tg-user=ann")},
                           {QStringLiteral("TIDEGATE_SHAREDATA_ADMIN_TOKEN"), QStringLiteral("tg-admin")}}))
        return false;
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    return admin.send("PUT", QStringLiteral("/admin/sharedata/d"), "0", {{"x-admin-token", "tg-admin"}}).status == 200;
}

void TestShareDataRefusals::brokenTokenIsRefused_data()
{
    QTest::addColumn<MakeToken>("make");
    const auto row = [](const char *name, const MakeToken &make) { QTest::newRow(name) << make; };
    row("no signature", [](const Issuer &) { return unsignedToken("none") + '.'; });
    row("algorithm none over a sound signature", [](const Issuer &issuer) { return issuer.token("none", claims(60)); });
    row("HMAC, as if the public key were a secret", [](const Issuer &) {
        const QByteArray text = unsignedToken("HS256");
        return text + '.' + toBase64Url(hmac(HmacHash::Sha256, "https://id.example", text));
    });
    row("key of somebody else", [](const Issuer &) { return Issuer().token("ES256", claims(60)); });
    row("other audience",
        [](const Issuer &issuer) { return issuer.token("ES256", claims(60, -60, R"("OTHERDATA")")); });
    row("no audience", [](const Issuer &issuer) { return issuer.token("ES256", claims(60, -60, "null")); });
    row("expired", [](const Issuer &issuer) { return issuer.token("ES256", claims(-1)); });
    row("not valid yet", [](const Issuer &issuer) { return issuer.token("ES256", claims(3600, 1800)); });
    row("issuer nobody knows", [](const Issuer &issuer) {
        return issuer.token("ES256", claims(60).replace("id.example", "elsewhere.example"));
    });
    row("cut short", [](const Issuer &issuer) { return issuer.token("ES256", claims(60)).chopped(1); });
    row("without its signature", [](const Issuer &issuer) {
        const QByteArray token = issuer.token("ES256", claims(60));
        return token.first(token.lastIndexOf('.'));
    });
    row("other claims under the signature", [](const Issuer &issuer) {
        const QByteArray token = issuer.token("ES256", claims(60));
        return token.first(token.indexOf('.') + 1) + toBase64Url(claims(3600)) + token.sliced(token.lastIndexOf('.'));
    });
    row("something critical that nobody understands",
        [](const Issuer &issuer) { return issuer.token("ES256", claims(60), R"(,"crit":["x"])"); });
    row("longer than tokens may be", [](const Issuer &issuer) {
        return issuer.token("ES256",
                            claims(60).replace("\"sub\"", "\"x\":\"" + QByteArray(16'000, 'x') + "\",\"sub\""));
    });
    row("no token at all", [](const Issuer &) { return QByteArray("guess"); });
}

void TestShareDataRefusals::brokenTokenIsRefused()
{
    QFETCH(MakeToken, make);
    const Issuer issuer;
    const QString key = m_folder.filePath(QStringLiteral("key.pem"));
    QVERIFY(issuer.publish(key));
    QVERIFY(start(
        {QStringLiteral("--sharedata-issuers=https://id.example=") + key, QStringLiteral("--http-head-limit=64KiB")}));
    const QByteArray sound = issuer.token("ES256", claims(60));
    QVERIFY(upgrade("?token=" + sound).startsWith("HTTP/1.1 101 "));
    Operator console(*m_gateway);
    QCOMPARE(console.decided(TokenRule), 0);
    const QByteArray token = make(issuer);
    QVERIFY(upgrade("?token=" + token).startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    QVERIFY(upgrade("", "Authorization: Bearer " + token + "\r\n").startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    QTRY_COMPARE(console.decided(TokenRule), 2);
    VERIFY_HAS(console.decision(TokenRule), R"({"kind":"denied","code":"401","subject":"/realtime"})");
    QVERIFY(!compact(console.decision(TokenRule)).contains(token));
}

void TestShareDataRefusals::tokenThatEndsClosesTheConnection()
{
    const Issuer issuer;
    const QString key = m_folder.filePath(QStringLiteral("key.pem"));
    QVERIFY(issuer.publish(key));
    QVERIFY(start({QStringLiteral("--sharedata-issuers=https://id.example=") + key}));
    const QByteArray token = issuer.token("ES256", claims(3));
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway, token));
    VERIFY_HAS(client.subscribe("d"), R"({"currentState":0})");
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4002);
    Operator console(*m_gateway);
    QTRY_COMPARE(console.decided("sharedata.end_with_token"), 1);
    VERIFY_HAS(console.decision("sharedata.end_with_token"), R"({"kind":"closed","code":"4002","user":"ann"})");
    QVERIFY(upgrade("?token=" + token).startsWith("HTTP/1.1 401 "));
    QTRY_COMPARE(console.decided(TokenRule), 1);
}

void TestShareDataRefusals::tokenThatIsTakenOutClosesTheConnection()
{
    const QString path = m_folder.filePath(QStringLiteral("reload.toml"));
    const auto configure = [&path](const QByteArray &tokens) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) &&
               file.write("[sharedata]\nenabled = true\ntokens = {" + tokens + "}\n") > 0;
    };
    QVERIFY(configure("stays = 'ann', goes = 'bob'"));
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start({QStringLiteral("--config"), path}));
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway, "goes"));
    QVERIFY(configure("stays = 'ann'"));
    m_gateway->sendSignal(SIGHUP);
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4002);
    Operator console(*m_gateway);
    QTRY_COMPARE(console.decided("sharedata-token-withdrawn"), 1);
    VERIFY_HAS(console.decision("sharedata-token-withdrawn"), R"({"code":"4002","user":"bob"})");
}

void TestShareDataRefusals::sessionThatEndsClosesTheConnection()
{
    QVERIFY(start());
    HttpClient http(m_gateway->url(QStringLiteral("/")));
    const QJsonObject account =
        json(R"({"name":"Dora","email":"dora@example.com","password":"correct horse battery"})");
    const HttpAnswer registered = http.post(QStringLiteral("/auth/register"), account);
    QVERIFY2(registered.status == 201, registered.body.constData());
    const QByteArray user = textAt(registered.json(), "user.id");
    const QByteArray token = textAt(registered.json(), "accessToken");
    const QByteArray second = textAt(http.post(QStringLiteral("/auth/login"), account).json(), "accessToken");
    http.forgetCookies();
    const HttpClient::Headers bearer{{"Authorization", "Bearer " + token}};
    const QByteArray ticket =
        textAt(http.send("POST", QStringLiteral("/realtime/ticket"), {}, bearer).json(), "ticket");
    RealtimeClient client;
    RealtimeClient other;
    QVERIFY(client.open(*m_gateway, token));
    QVERIFY(other.open(*m_gateway, second));
    QCOMPARE(http.send("POST", QStringLiteral("/auth/logout"), {}, bearer).status, 200);
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(client.ws.closeCode(), 4002);
    Operator console(*m_gateway);
    QTRY_COMPARE(console.decided("sharedata-session-ended"), 1);
    VERIFY_HAS(console.decision("sharedata-session-ended"), R"({"kind":"closed","code":"4002"})");
    QCOMPARE(textAt(console.decision("sharedata-session-ended"), "user"), user);
    QVERIFY(upgrade("?token=" + token).startsWith("HTTP/1.1 401 "));
    QVERIFY(upgrade("?ticket=" + ticket).startsWith("HTTP/1.1 401 "));
    QVERIFY(other.settle()); // another session of the same account
}

void TestShareDataRefusals::foreignOriginIsRefused()
{
    QVERIFY(start());
    Operator console(*m_gateway);
    const QByteArray answer = upgrade("?token=tg-user", "Origin: https://elsewhere.example\r\n");
    QVERIFY2(answer.startsWith("HTTP/1.1 403 "), answer.constData());
    QTRY_COMPARE(console.decided("origins.allowed"), 1);
    const QJsonObject decision = console.decision("origins.allowed");
    VERIFY_HAS(decision, R"({"kind":"denied","code":"403","user":"ann","subject":"/realtime"})");
    QVERIFY2(textAt(decision, "detail").contains("https://elsewhere.example"), compact(decision).constData());
    // Whoever has no token learns nothing of origins.
    QVERIFY(upgrade("", "Origin: https://elsewhere.example\r\n").startsWith("HTTP/1.1 401 "));
}

void TestShareDataRefusals::askingForUnknownDocumentsIsThrottled()
{
    QVERIFY(start({QStringLiteral("--sharedata-unknown-max=3"), QStringLiteral("--sharedata-unknown-window=3s")}));
    Operator console(*m_gateway);
    for (int i = 0; i < 3; ++i) {
        RealtimeClient client;
        QVERIFY(client.open(*m_gateway));
        client.ws.send(Realtime::subscribe("no-such"));
        QVERIFY(client.ws.waitForClose());
        QCOMPARE(client.ws.closeCode(), 4003);
    }
    const QByteArray answer = upgrade("?token=tg-user");
    QVERIFY2(answer.startsWith("HTTP/1.1 429 "), answer.constData());
    QVERIFY(answer.contains("\r\nRetry-After: "));
    QTRY_COMPARE(console.decided("sharedata.unknown_max"), 1);
    VERIFY_HAS(console.decision("sharedata.unknown_max"), R"({"kind":"denied","code":"429"})");
    QTRY_COMPARE(console.rows(QStringLiteral("limits"), QStringLiteral("who:eq:127.0.0.1")).size(), 1);
    QCOMPARE(console.decided("sharedata-unknown-document"), 3);
    QTRY_VERIFY_WITH_TIMEOUT(upgrade("?token=tg-user").startsWith("HTTP/1.1 101 "), WaitMs); // not for ever
}

void TestShareDataRefusals::doubtfulIdentityIsRefused_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    QTest::newRow("500") << QByteArray(R"({"httpStatus":500,"json":{"subject":"bob"}})");
    QTest::newRow("redirect") << QByteArray(R"({"httpStatus":302,"json":{"subject":"bob"}})");
    QTest::newRow("garbage") << QByteArray(R"({"raw":"{\"subject\":\"bob\""})");
    QTest::newRow("without end") << QByteArray(R"({"hugeBytes":10000000})");
    QTest::newRow("never") << QByteArray(R"({"hang":true})");
    QTest::newRow("cut off") << QByteArray(R"({"close":"inside"})");
    QTest::newRow("expired since 1970") << QByteArray(R"({"json":{"subject":"bob","expiresAt":1000}})");
    QTest::newRow("subject of a number") << QByteArray(R"({"json":{"subject":7}})");
}

void TestShareDataRefusals::doubtfulIdentityIsRefused()
{
    QFETCH(QByteArray, behaviour);
    m_backend.setBehaviour(QStringLiteral("/who"), json(behaviour));
    QVERIFY(start({QStringLiteral("--sharedata-auth-url=") + at("/who")}));
    Operator console(*m_gateway);
    QVERIFY(upgrade("?token=theirs").startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    QTRY_COMPARE(console.decided(TokenRule), 1);
    m_backend.setBehaviour(QStringLiteral("/who"), json(R"({"json":{"subject":"bob"}})"));
    QVERIFY(upgrade("?token=theirs").startsWith("HTTP/1.1 101 "));
}

void TestShareDataRefusals::doubtfulAccessIsDenied_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    QTest::newRow("no") << QByteArray(R"({"json":{"allowed":false}})");
    QTest::newRow("an error") << QByteArray(R"({"httpStatus":503,"json":{"allowed":true}})");
    QTest::newRow("garbage") << QByteArray(R"({"raw":"{\"allowed\":true"})");
    QTest::newRow("yes in a list") << QByteArray(R"({"raw":"[{\"allowed\":true}]"})");
    QTest::newRow("without end") << QByteArray(R"({"hugeBytes":10000000})");
    QTest::newRow("never") << QByteArray(R"({"hang":true})");
    QTest::newRow("cut off") << QByteArray(R"({"close":"inside"})");
}

void TestShareDataRefusals::doubtfulAccessIsDenied()
{
    QFETCH(QByteArray, behaviour);
    m_backend.setBehaviour(QStringLiteral("/may"), json(behaviour));
    QVERIFY(start({QStringLiteral("--sharedata-access-url=") + at("/may")}));
    Operator console(*m_gateway);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.ws.ask(Realtime::subscribe("d"), QStringLiteral("error")),
               R"({"code":"unauthorized-subscribe"})");
    VERIFY_HAS(client.propose("d", "set", "1"), R"({"error":"unauthorized-propose: not allowed to invoke set on d"})");
    QTRY_COMPARE(console.decided("sharedata.access_url"), 2);
    VERIFY_HAS(console.decision("sharedata.access_url"), R"({"kind":"denied","user":"ann","subject":"d"})");
}

void TestShareDataRefusals::unknownDocumentsCanBeHidden()
{
    QVERIFY(start({QStringLiteral("--sharedata-hide-unknown=true")}));
    Operator console(*m_gateway);
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    VERIFY_HAS(client.ws.ask(Realtime::subscribe("no-such"), QStringLiteral("error")),
               R"({"code":"unauthorized-subscribe","message":"not authorized to subscribe to no-such"})");
    VERIFY_HAS(client.propose("no-such", "set", "1"),
               R"({"error":"unauthorized-propose: not allowed to invoke set on no-such"})");
    QTRY_COMPARE(console.decided("sharedata.hide_unknown"), 2);
    QVERIFY(client.ws.isOpen());
}

void TestShareDataRefusals::tooManyUndecidedFramesPauseTheLink()
{
    m_backend.setBehaviour(QStringLiteral("/decide"), json(R"({"hang":true})"));
    QVERIFY(start({QStringLiteral("--sharedata-function-timeout=1m")}));
    Operator console(*m_gateway);
    RealtimeClient many;
    QVERIFY(many.open(*m_gateway));
    for (int i = 0; i < 300; ++i)
        many.ws.send(Realtime::propose("d", "ask", "1", "c"));
    QTRY_COMPARE(console.decided("sharedata-frames-in-flight"), 1);
    // One link may have about as much undecided as one document, so the second finds it full.
    RealtimeClient heavy;
    RealtimeClient late;
    for (RealtimeClient *client : {&heavy, &late}) {
        const qint64 paused = console.decided("sharedata-frames-in-flight");
        QCOMPARE(console.decided("sharedata-document-full"), 0);
        QVERIFY(client->open(*m_gateway));
        for (int i = 0; i < 10; ++i)
            client->ws.send(Realtime::propose("d", "ask", '"' + QByteArray(700'000, 'x') + '"', "c"));
        QTRY_COMPARE(console.decided("sharedata-frames-in-flight"), paused + 1);
    }
    QTRY_COMPARE(console.decided("sharedata-document-full"), 1);
    VERIFY_HAS(console.decision("sharedata-document-full"), R"({"kind":"delayed","user":"ann","subject":"d"})");
}

QTEST_GUILESS_MAIN(TestShareDataRefusals)
#include "tst_sharedata_refusals.moc"
