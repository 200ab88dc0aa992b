// SPDX-License-Identifier: MIT
// The loopback door as a web page and as an attacker meet it: real sockets, a real gateway.

#include "app/embedding.h"
#include "app/gateway.h"
#include "base/rng.h"
#include "desktop/bridge/localendpoint.h"
#include "support/wsclient.h"

#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

class TestLocalEndpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void clientGetsInAsTheWindowAndWritesIntents();
    void eventStreamWorksAndMayBeReadByThePage();
    void strangersAreTurnedAway_data();
    void strangersAreTurnedAway();
    void cookieOfTheClientDoesNotCount();
    void closedWindowLetsNobodyInAnyMore();
    void everyLaunchHasAnotherSecretAndPort();

private:
    QByteArray get(const QByteArray &path, const QByteArray &headers) const;
    QUrl socketUrl() const { return QUrl(m_urls["ws"_L1].toString() + u"?role=leader&subprotocol=1.0.0"_s); }

    QTemporaryDir m_directory;
    SystemRng m_rng;
    LocalEndpoint m_endpoint{m_rng};
    std::unique_ptr<Gateway> m_gateway;
    QByteArray m_token;
    QJsonObject m_urls;
};

void TestLocalEndpoint::initTestCase()
{
    GatewayConfig config = embeddedConfig(m_directory.path());
    LocalEndpoint::listenOn(config);
    m_gateway = std::make_unique<Gateway>(config);
    m_gateway->setRequestGuard(m_endpoint.guard());
    QVERIFY(m_gateway->start());
    const QByteArray session = m_gateway->issueToken({"staff-1", Role::Staff, {}, {}, 0}, std::chrono::minutes(5));
    m_token = m_endpoint.admit(session, "tidegate://app");
    m_urls = m_endpoint.urls(m_gateway->ports().value(0), m_token);
}

QByteArray TestLocalEndpoint::get(const QByteArray &path, const QByteArray &headers) const
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, m_gateway->ports().value(0));
    socket.write("GET " + path + " HTTP/1.1\r\n" + headers + "\r\n");
    QByteArray received;
    connect(&socket, &QTcpSocket::readyRead, &socket, [&] { received += socket.readAll(); });
    [&] { QTRY_VERIFY(received.contains("\r\n\r\n")); }();
    return received;
}

void TestLocalEndpoint::clientGetsInAsTheWindowAndWritesIntents()
{
    WsClient client;
    WsClient::Options options;
    options.origin = "tidegate://app";
    QVERIFY(client.open(socketUrl(), options));
    QCOMPARE(client.next(u"hello"_s)["type"_L1].toString(), u"hello"_s);
    const QJsonObject subscribe{{u"type"_s, u"channel.subscribe"_s}, {u"channel"_s, u"ops.audit"_s}};
    QCOMPARE(client.ask(subscribe, u"channel.ack"_s)["type"_L1].toString(), u"channel.ack"_s);
}

void TestLocalEndpoint::eventStreamWorksAndMayBeReadByThePage()
{
    const QByteArray path = QUrl(m_urls["sse"_L1].toString()).path().toLatin1();
    const QByteArray answer = get(path, "Host: 127.0.0.1\r\nOrigin: tidegate://app\r\n");
    QVERIFY2(answer.startsWith("HTTP/1.1 200"), answer.constData());
    QVERIFY2(answer.contains("Access-Control-Allow-Origin: tidegate://app\r\n"), answer.constData());
}

void TestLocalEndpoint::strangersAreTurnedAway_data()
{
    const QByteArray path = QUrl(m_urls["sse"_L1].toString()).path().toLatin1();
    const QByteArray secret = path.split('/').at(1);
    const QByteArray ours = "Host: 127.0.0.1:1\r\nOrigin: tidegate://app\r\n";
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    QTest::newRow("without secret") << QByteArray("/optimistic/events") << ours << 404;
    QTest::newRow("with a wrong secret") << QByteArray("/x/" + m_token + "/optimistic/events") << ours << 404;
    QTest::newRow("with a wrong token") << QByteArray('/' + secret + "/x/optimistic/events") << ours << 404;
    QTest::newRow("with an empty token") << QByteArray('/' + secret + "//optimistic/events") << ours << 404;
    QTest::newRow("with the secret alone") << QByteArray('/' + secret) << ours << 404;
    QTest::newRow("another site's page") << path << QByteArray("Host: 127.0.0.1\r\nOrigin: https://evil.example\r\n")
                                         << 403;
    QTest::newRow("a page without origin") << path << QByteArray("Host: 127.0.0.1\r\nOrigin: null\r\n") << 403;
    QTest::newRow("no page at all") << path << QByteArray("Host: 127.0.0.1\r\n") << 403;
    QTest::newRow("a host name led here (rebinding)")
        << path << QByteArray("Host: evil.example\r\nOrigin: tidegate://app\r\n") << 403;
    QTest::newRow("a host name that begins like ours")
        << path << QByteArray("Host: 127.0.0.1.evil.example\r\nOrigin: tidegate://app\r\n") << 403;
    QTest::newRow("anything else the gateway serves") << QByteArray("/health") << ours << 404;
}

void TestLocalEndpoint::strangersAreTurnedAway()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, headers);
    QFETCH(int, status);
    const QByteArray answer = get(path, headers);
    QVERIFY2(answer.startsWith("HTTP/1.1 " + QByteArray::number(status)), answer.constData());
    QVERIFY2(!answer.contains("Access-Control"), answer.constData());
}

void TestLocalEndpoint::cookieOfTheClientDoesNotCount()
{
    // A guest's window stays a guest, whoever's cookie the browser sends along.
    const QByteArray token = m_endpoint.admit(
        m_gateway->issueToken({"user-1", Role::User, {}, {}, 0}, std::chrono::minutes(5)), "tidegate://app");
    WsClient client;
    WsClient::Options options;
    options.origin = "tidegate://app";
    options.token = m_gateway->issueToken({"root", Role::Admin, {}, {}, 0}, std::chrono::minutes(5));
    const QString url = m_endpoint.urls(m_gateway->ports().value(0), token)["ws"_L1].toString();
    QVERIFY(client.open(QUrl(url + u"?role=leader&subprotocol=1.0.0"_s), options));
    const QJsonObject subscribe{{u"type"_s, u"channel.subscribe"_s}, {u"channel"_s, u"ops.audit"_s}};
    client.send(subscribe);
    QVERIFY(!client.waitFor([](const QJsonObject &frame) { return frame["code"_L1].isString(); }).isEmpty());
}

void TestLocalEndpoint::closedWindowLetsNobodyInAnyMore()
{
    const QByteArray token = m_endpoint.admit(
        m_gateway->issueToken({"user-1", Role::User, {}, {}, 0}, std::chrono::minutes(5)), "tidegate://app");
    const QByteArray path =
        QUrl(m_endpoint.urls(m_gateway->ports().value(0), token)["sse"_L1].toString()).path().toLatin1();
    const QByteArray headers = "Host: localhost\r\nOrigin: tidegate://app\r\n";
    QVERIFY(get(path, headers).startsWith("HTTP/1.1 200"));
    m_endpoint.forget(token);
    QVERIFY(get(path, headers).startsWith("HTTP/1.1 404"));
}

void TestLocalEndpoint::everyLaunchHasAnotherSecretAndPort()
{
    LocalEndpoint other(m_rng);
    QVERIFY(other.urls(1, "t")["ws"_L1].toString() != m_endpoint.urls(1, "t")["ws"_L1].toString());
    QVERIFY(m_gateway->ports().value(0) != 0);
    QCOMPARE(m_gateway->ports().size(), 1);
}

QTEST_GUILESS_MAIN(TestLocalEndpoint)
#include "tst_localendpoint.moc"
