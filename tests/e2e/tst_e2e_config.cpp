// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Tidegate;

//! SSMA spec section 2: variables of an existing deployment take effect in the real binary. Those of limits, logs,
//! monitor and origins have their tests beside what they limit.
class TestE2eConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void portAndHost();
    void listensOnLoopbackByDefault();
    void protocolVersion();
    void deprecatedProtocolVersionWarns();
    void sessionKeyAndItsLife();
    void cookieNameAndSecure_data();
    void cookieNameAndSecure();
    void userStoreIsImported();
    void storePlaceAndSize();
    void protectedChannels();
    void sseRetry();
    void backendUrlAndTimeout();
    void slowConsumersAreClosedWith4002();
    void badNumbersFallBackWithAWarning();
    void unknownNamesWarn();
    void dotEnvIsRead();
    void environmentWinsOverDotEnv();
    void flagsWinOverTheEnvironment();
    void ownNamesWork();
    void badOwnValueEndsWithCode2();

private:
    static QString name(const char *text) { return QString::fromLatin1(text); }
    static GatewayProcess::Environment with(const char *variable, const QString &value)
    {
        return {{name(variable), value}};
    }
    static bool write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    static QByteArray helloMember(const GatewayProcess &gateway, const QByteArray &member)
    {
        WsClient client;
        return client.open(gateway.webSocketUrl()) ? textAt(client.next(QStringLiteral("hello")), member)
                                                   : QByteArray();
    }
};

void TestE2eConfig::portAndHost()
{
    QTcpServer server; // asks the system for a free port; a second gateway may hardly take it in between
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    server.close();
    GatewayProcess gateway;
    gateway.setListen({});
    QVERIFY(gateway.start({}, {{name("SSMA_PORT"), QString::number(port)}, {name("SSMA_HOST"), name("127.0.0.1")}}));
    QCOMPARE(gateway.port(), port);
    HttpClient http(gateway.url());
    QCOMPARE(http.get(QStringLiteral("/health")).status, 200);
}

void TestE2eConfig::listensOnLoopbackByDefault()
{
    GatewayProcess gateway;
    gateway.setListen({});
    QVERIFY(gateway.start({}, with("SSMA_PORT", QStringLiteral("0"))));
    QCOMPARE(gateway.url().host(), QStringLiteral("127.0.0.1"));
}

void TestE2eConfig::protocolVersion()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, with("SSMA_PROTOCOL_SUBPROTOCOL", QStringLiteral("2.3.0"))));
    QCOMPARE(helloMember(gateway, "subprotocol"), "2.3.0");
    WsClient old;
    old.open(gateway.webSocketUrl(QStringLiteral("subprotocol=1.0.0")));
    QCOMPARE(textAt(old.next(QStringLiteral("error")), "expected"), "2.3.0");
}

void TestE2eConfig::deprecatedProtocolVersionWarns()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, with("SSMA_OPTIMISTIC_SUBPROTOCOL", QStringLiteral("1.9.0"))));
    QCOMPARE(helloMember(gateway, "subprotocol"), "1.9.0");
    QVERIFY(gateway.waitForErrorText("deprecated"));
}

void TestE2eConfig::sessionKeyAndItsLife()
{
    const QString secret(48, u'k');
    GatewayProcess gateway;
    QVERIFY(
        gateway.start({}, {{name("SSMA_AUTH_JWT_SECRET"), secret}, {name("SSMA_AUTH_JWT_EXPIRES_IN"), name("2h")}}));
    HttpClient http(gateway.url());
    const HttpAnswer answer =
        http.post(QStringLiteral("/auth/register"), json(R"({"email":"a@example.com","password":"12345678"})"));
    QCOMPARE(answer.status, 201);
    const QByteArray token = http.cookie("ssma_session");
    const QJsonObject claims =
        QJsonDocument::fromJson(QByteArray::fromBase64(token.split('.').at(1), QByteArray::Base64UrlEncoding)).object();
    QCOMPARE(numberAt(claims, "exp") - numberAt(claims, "iat"), 7200);
    http.setToken(gateway.mintToken("staff")); // signed with the key of the variable
    QCOMPARE(http.get(QStringLiteral("/admin/optimistic/channels")).status, 200);
}

void TestE2eConfig::cookieNameAndSecure_data()
{
    QTest::addColumn<QString>("secure");
    QTest::addColumn<bool>("isSecure");
    QTest::newRow("false") << QStringLiteral("false") << false;
    QTest::newRow("true") << QStringLiteral("true") << true;
    QTest::newRow("anything else is on") << QStringLiteral("no") << true;
}

void TestE2eConfig::cookieNameAndSecure()
{
    QFETCH(QString, secure);
    QFETCH(bool, isSecure);
    GatewayProcess gateway;
    QVERIFY(
        gateway.start({}, {{name("SSMA_AUTH_COOKIE"), name("my_cookie")}, {name("SSMA_AUTH_COOKIE_SECURE"), secure}}));
    HttpClient http(gateway.url());
    const QByteArray cookie = http.post(QStringLiteral("/auth/logout")).header("Set-Cookie");
    QVERIFY2(cookie.startsWith("my_cookie="), cookie.constData());
    QCOMPARE(cookie.contains("Secure"), isSecure);
}

void TestE2eConfig::userStoreIsImported()
{
    GatewayProcess gateway;
    const QString path = gateway.workDir() + QStringLiteral("/users.json");
    QVERIFY(write(path, R"({"users":[{"id":"0a0a0a0a-0000-4000-8000-000000000001","email":"old@example.com",
        "name":"Old","role":"staff","status":"active","createdAt":"2024-01-01T00:00:00.000Z",
        "updatedAt":"2024-01-01T00:00:00.000Z","lastLoginAt":null,
        "passwordHash":"$argon2id$v=19$m=49152,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]})"));
    QVERIFY(gateway.start({}, with("SSMA_USER_STORE", path)));
    const auto listed = gateway.run({QStringLiteral("user"), QStringLiteral("list")});
    QVERIFY2(listed.output.contains("old@example.com\tstaff\tactive"), listed.output.constData());
}

void TestE2eConfig::storePlaceAndSize()
{
    GatewayProcess gateway;
    const QString folder = gateway.workDir() + QStringLiteral("/elsewhere");
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(gateway.start({}, {{name("SSMA_OPTIMISTIC_STORE"), folder + QStringLiteral("/optimistic-intents.json")},
                               {name("SSMA_OPTIMISTIC_MAX_ENTRIES"), name("3")}}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    for (int i = 0; i < 6; ++i)
        client.ask(batch({entry("max-0000" + QByteArray::number(i))}), QStringLiteral("ack"));
    WsClient reader;
    QVERIFY(reader.open(gateway.webSocketUrl()));
    QCOMPARE(arrayAt(reader.next(QStringLiteral("replay")), "intents").size(), 3);
    QVERIFY(QFile::exists(folder + QStringLiteral("/tidegate.sqlite")));
}

void TestE2eConfig::protectedChannels()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{name("SSMA_OPTIMISTIC_PROTECTED_CHANNELS"), name("secret, other")},
                               {name("SSMA_OPTIMISTIC_PROTECTED_CHANNEL_MIN_ROLE"), name("staff")}}));
    WsClient user;
    WsClient staff;
    QVERIFY(user.join(gateway.webSocketUrl(), gateway.mintToken("user")));
    QVERIFY(staff.join(gateway.webSocketUrl(), gateway.mintToken("staff")));
    const QJsonObject frame = channelFrame("channel.subscribe", "secret");
    QCOMPARE(textAt(user.ask(frame, QStringLiteral("channel.ack")), "code"), "ACCESS_DENIED");
    QCOMPARE(textAt(staff.ask(frame, QStringLiteral("channel.ack")), "status"), "ok");
}

void TestE2eConfig::sseRetry()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, with("SSMA_SSE_RETRY_MS", QStringLiteral("777"))));
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    QCOMPARE(stream.retryMs(), 777);
}

void TestE2eConfig::backendUrlAndTimeout()
{
    BackendProcess backend;
    QVERIFY(backend.start());
    GatewayProcess gateway;
    QVERIFY(gateway.start(
        {}, {{name("SSMA_BACKEND_URL"), backend.url() + u'/'}, {name("SSMA_BACKEND_TIMEOUT_MS"), name("150")}}));
    WsClient client;
    QVERIFY(client.join(gateway.webSocketUrl()));
    const QJsonObject ack = client.ask(batch({entry("tim-00001", "A_HANG")}), QStringLiteral("ack"));
    QCOMPARE(textAt(ack, "intents.0.status"), "failed");
    QCOMPARE(backend.timesSeen(QStringLiteral("tim-00001")), 1);
}

// spec 19 (26): a slow consumer is told why, after a grace; the others go on
void TestE2eConfig::slowConsumersAreClosedWith4002()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start(GatewayProcess::withoutLimits(), {{name("SSMA_WS_MAX_BUFFERED_BYTES"), name("65536")},
                                                            {name("SSMA_WS_SLOW_CONSUMER_CLOSE_MS"), name("200")}}));
    QTcpSocket slow;
    slow.setReadBufferSize(1024);
    slow.connectToHost(QHostAddress(QHostAddress::LocalHost), gateway.port());
    QVERIFY(slow.waitForConnected());
    slow.write("GET /optimistic/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    // A masked text frame (mask 0): {"type":"channel.subscribe","channel":"global"}
    const QByteArray subscribe = R"({"type":"channel.subscribe","channel":"global"})";
    slow.write(QByteArray("\x81", 1) + char(0x80 | subscribe.size()) + QByteArray(4, '\0') + subscribe);
    WsClient healthy;
    QVERIFY(healthy.join(gateway.webSocketUrl()));
    healthy.ask(channelFrame("channel.subscribe", "global"), QStringLiteral("channel.snapshot"));
    HttpClient http(gateway.url());
    const auto drops = [&] {
        return numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), "ws.slowConsumerDrops");
    };
    const auto subscriptions = [&] {
        return numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), "channelSubscriptions");
    };
    QTRY_COMPARE(subscriptions(), 2);
    const QByteArray big = '"' + QByteArray(200'000, 'x') + '"';
    int written = 0;
    while (drops() == 0 && written < 200)
        healthy.ask(batch({entry("slow-" + QByteArray::number(1000 + written++), "A", big)}), QStringLiteral("ack"));
    QCOMPARE(drops(), 1);
    QVERIFY(healthy.settle());
    QCOMPARE(healthy.unread(QStringLiteral("channel.invalidate")), written);
    slow.setReadBufferSize(0);
    QByteArray received;
    (void)QTest::qWaitFor(
        [&] {
            received += slow.readAll();
            return slow.state() == QAbstractSocket::UnconnectedState && slow.bytesAvailable() == 0;
        },
        WaitMs);
    QCOMPARE(slow.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(received.endsWith("\x88\x0f\x0f\xa2SLOW_CONSUMER")); // a close frame with code 4002
}

void TestE2eConfig::badNumbersFallBackWithAWarning()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, with("SSMA_SSE_RETRY_MS", QStringLiteral("soon"))));
    QVERIFY(gateway.waitForErrorText("\"soon\" is not a number"));
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    QCOMPARE(stream.retryMs(), 2500);
}

void TestE2eConfig::unknownNamesWarn()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, with("SSMA_BACKEND_ULR", QStringLiteral("x"))));
    QVERIFY(gateway.waitForErrorText("SSMA_BACKEND_ULR"));
    QVERIFY(gateway.errorText().contains("SSMA_BACKEND_URL"));
}

void TestE2eConfig::dotEnvIsRead()
{
    GatewayProcess gateway;
    QVERIFY(write(gateway.workDir() + QStringLiteral("/.env"),
                  "# a comment\nexport SSMA_SSE_RETRY_MS=\"1234\"\nSSMA_PROTOCOL_SUBPROTOCOL=1.4.0\n"));
    QVERIFY(gateway.start());
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    QCOMPARE(stream.retryMs(), 1234);
    QCOMPARE(helloMember(gateway, "subprotocol"), "1.4.0");
}

void TestE2eConfig::environmentWinsOverDotEnv()
{
    GatewayProcess gateway;
    QVERIFY(write(gateway.workDir() + QStringLiteral("/.env"), "SSMA_PROTOCOL_SUBPROTOCOL=1.4.0\n"));
    QVERIFY(gateway.start({}, with("SSMA_PROTOCOL_SUBPROTOCOL", QStringLiteral("1.5.0"))));
    QCOMPARE(helloMember(gateway, "subprotocol"), "1.5.0");
}

void TestE2eConfig::flagsWinOverTheEnvironment()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({QStringLiteral("--ssma-protocol-version=1.6.0")},
                          with("SSMA_PROTOCOL_SUBPROTOCOL", QStringLiteral("1.5.0"))));
    QCOMPARE(helloMember(gateway, "subprotocol"), "1.6.0");
}

void TestE2eConfig::ownNamesWork()
{
    GatewayProcess gateway;
    QVERIFY(write(gateway.workDir() + QStringLiteral("/tidegate.toml"), "[sse]\nretry = \"3s\"\n"));
    QVERIFY(gateway.start({}, with("TIDEGATE_SSMA_PROTOCOL_VERSION", QStringLiteral("1.7.0"))));
    QCOMPARE(helloMember(gateway, "subprotocol"), "1.7.0");
    SseClient stream;
    QVERIFY(stream.join(gateway.url(QStringLiteral("/optimistic/events"))));
    QCOMPARE(stream.retryMs(), 3000);
}

void TestE2eConfig::badOwnValueEndsWithCode2()
{
    GatewayProcess gateway;
    QVERIFY(!gateway.start({}, with("TIDEGATE_HTTP_RATE_MAX", QStringLiteral("many"))));
    QCOMPARE(gateway.waitForExit(), 2);
    QVERIFY(gateway.errorText().contains("TIDEGATE_HTTP_RATE_MAX"));
    QCOMPARE(gateway.outputText(), QByteArray());
}

QTEST_GUILESS_MAIN(TestE2eConfig)
#include "tst_e2e_config.moc"
