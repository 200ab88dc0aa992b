// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/backendprocess.h"
#include "support/issuer.h"

#include <QDateTime>
#include <QTest>

#include <csignal>

using namespace Tidegate;

//! POST /realtime/ticket: no token needs to stand in a URL.
class TestShareDataTicketRoute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_backend.start()); }
    void cleanup() { m_gateway.reset(); }

    void ticketOpensOneConnection();
    void whoeverCouldConnectGetsOne();
    void nobodyElseGetsOne_data();
    void nobodyElseGetsOne();
    void ticketIsWorthNoMoreThanItsToken();
    void thereIsNoFallBackFromATicket();
    void unusedTicketsHaveABound();
    void anotherPageGetsNoneForTheVisitorsSession();
    void ticketsCanBeSwitchedOff();
    void queryTokensCanBeSwitchedOff();
    void settingsAreReloaded();

private:
    bool start(const QStringList &more = {});
    HttpAnswer ask(const HttpClient::Headers &headers, const QString &query = {})
    {
        HttpClient http(m_gateway->url(QStringLiteral("/")));
        return http.send("POST", QStringLiteral("/realtime/ticket") + query, {}, headers);
    }
    QByteArray ticketFor(const HttpClient::Headers &headers) { return textAt(ask(headers).json(), "ticket"); }
    QByteArray upgrade(const QByteArray &query) { return Realtime::upgrade(*m_gateway, "/realtime" + query); }
    bool open(RealtimeClient &client, const QByteArray &ticket)
    {
        return client.ws.open(QUrl::fromEncoded("ws://127.0.0.1:" + QByteArray::number(m_gateway->port()) +
                                                "/realtime?ticket=" + ticket));
    }
    bool isLetIn(const QByteArray &ticket) { return upgrade("?ticket=" + ticket).startsWith("HTTP/1.1 101 "); }

    BackendProcess m_backend;
    std::unique_ptr<GatewayProcess> m_gateway;
};

bool TestShareDataTicketRoute::start(const QStringList &more)
{
    m_gateway = std::make_unique<GatewayProcess>();
    const QStringList args{QStringLiteral("--sharedata-enabled=true"), QStringLiteral("--http-rate-max=0")};
    return m_gateway->start(args + more,
                            {{QStringLiteral("TIDEGATE_SHAREDATA_TOKENS"), QStringLiteral("tg-user=ann")}});
}

void TestShareDataTicketRoute::ticketOpensOneConnection()
{
    QVERIFY(start());
    const HttpAnswer answer = ask({{"Authorization", "Bearer tg-user"}});
    QCOMPARE(answer.status, 201);
    QCOMPARE(answer.header("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(numberAt(answer.json(), "expiresInMs"), 30'000);
    const QByteArray ticket = textAt(answer.json(), "ticket");
    QVERIFY(ticket.size() >= 43); // 256 bits
    RealtimeClient client;
    QVERIFY(open(client, ticket));
    Operator console(*m_gateway);
    QTRY_COMPARE(console.rows(QStringLiteral("links"), QStringLiteral("user:eq:ann")).size(), 1);
    QVERIFY(upgrade("?ticket=" + ticket).startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    QTRY_COMPARE(console.decided("sharedata.ticket_ttl"), 1);
    VERIFY_HAS(console.decision("sharedata.ticket_ttl"), R"({"kind":"denied","code":"401","subject":"/realtime"})");
    QVERIFY(!compact(console.decision("sharedata.ticket_ttl")).contains(ticket));
    QCOMPARE(console.decided("token"), 0); // the bearer is no session's, and is not taken for a bad one
    QVERIFY(client.settle());
}

void TestShareDataTicketRoute::whoeverCouldConnectGetsOne()
{
    const Issuer issuer;
    const QTemporaryDir folder;
    QVERIFY(issuer.publish(folder.filePath(QStringLiteral("key.pem"))));
    m_backend.setBehaviour(QStringLiteral("/who"), json(R"({"json":{"subject":"bob"}})"));
    QVERIFY(
        start({QStringLiteral("--sharedata-issuers=https://id.example=") + folder.filePath(QStringLiteral("key.pem")),
               QStringLiteral("--sharedata-auth-url=") + m_backend.url() + QStringLiteral("/who")}));
    const QByteArray jwt = issuer.token("ES256", R"({"iss":"https://id.example","aud":"SHAREDATA","sub":"carol"})");
    const QByteArray session = m_gateway->mintToken("user", "dora");
    const HttpClient::Headers all{{"Authorization", "Bearer tg-user"},
                                  {"Authorization", "bearer " + jwt},
                                  {"Authorization", "Bearer " + session},
                                  {"Authorization", "Bearer theirs"},
                                  {"Cookie", "ssma_session=" + session}};
    for (const auto &header : all) {
        const HttpAnswer answer = ask({header});
        QVERIFY2(answer.status == 201, answer.body.constData());
        QVERIFY(isLetIn(textAt(answer.json(), "ticket")));
    }
}

void TestShareDataTicketRoute::nobodyElseGetsOne_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("unknown token") << QByteArray("Bearer guess");
    QTest::newRow("other scheme") << QByteArray("Basic dGctdXNlcjo=");
    QTest::newRow("empty bearer") << QByteArray("Bearer ");
}

void TestShareDataTicketRoute::nobodyElseGetsOne()
{
    QFETCH(QByteArray, authorization);
    QVERIFY(start());
    const HttpClient::Headers headers =
        authorization.isEmpty() ? HttpClient::Headers() : HttpClient::Headers{{"Authorization", authorization}};
    // A token in the URL is what tickets are there to avoid.
    const HttpAnswer answer = ask(headers, QStringLiteral("?token=tg-user"));
    QCOMPARE(answer.status, 401);
    QVERIFY(!answer.body.contains("ticket\""));
    Operator console(*m_gateway);
    QTRY_COMPARE(console.decided("sharedata-ticket"), 1);
}

void TestShareDataTicketRoute::ticketIsWorthNoMoreThanItsToken()
{
    const Issuer issuer;
    const QTemporaryDir folder;
    QVERIFY(issuer.publish(folder.filePath(QStringLiteral("key.pem"))));
    QVERIFY(start(
        {QStringLiteral("--sharedata-issuers=https://id.example=") + folder.filePath(QStringLiteral("key.pem"))}));
    const double now = double(QDateTime::currentMSecsSinceEpoch()) / 1000;
    const QByteArray token =
        issuer.token("ES256", R"({"iss":"https://id.example","aud":"SHAREDATA","sub":"ann","exp":)" +
                                  QByteArray::number(now + 3, 'f', 3) + '}');
    const QByteArray first = ticketFor({{"Authorization", "Bearer " + token}});
    const QByteArray second = ticketFor({{"Authorization", "Bearer " + token}});
    QVERIFY(!second.isEmpty());
    RealtimeClient client;
    QVERIFY(open(client, first));
    QVERIFY(client.ws.waitForClose()); // when the token ends
    QCOMPARE(client.ws.closeCode(), 4002);
    QVERIFY(!isLetIn(second));
}

void TestShareDataTicketRoute::thereIsNoFallBackFromATicket()
{
    QVERIFY(start());
    QVERIFY(upgrade("?ticket=guess&token=tg-user").startsWith("HTTP/1.1 401 "));
    QVERIFY(upgrade("?ticket=&token=tg-user").startsWith("HTTP/1.1 101 "));
    const QByteArray ticket = ticketFor({{"Authorization", "Bearer tg-user"}});
    QVERIFY(Realtime::upgrade(*m_gateway, "/realtime?ticket=" + ticket, "Authorization: Bearer guess\r\n")
                .startsWith("HTTP/1.1 401 "));
    QVERIFY(isLetIn(ticket)); // a header comes first, so it was not used up
}

void TestShareDataTicketRoute::unusedTicketsHaveABound()
{
    constexpr int MostUnused = 64;
    QVERIFY(start());
    const HttpClient::Headers headers{{"Authorization", "Bearer tg-user"}};
    const QByteArray first = ticketFor(headers);
    for (int i = 1; i < MostUnused; ++i)
        QCOMPARE(ask(headers).status, 201);
    const HttpAnswer refused = ask(headers);
    QCOMPARE(refused.status, 429);
    QVERIFY(!refused.header("Retry-After").isEmpty());
    Operator console(*m_gateway);
    QTRY_COMPARE(console.decided("sharedata-tickets-unused"), 1);
    QVERIFY(isLetIn(first));
    QCOMPARE(ask(headers).status, 201);
}

void TestShareDataTicketRoute::anotherPageGetsNoneForTheVisitorsSession()
{
    QVERIFY(start());
    const QByteArray session = m_gateway->mintToken("user", "dora");
    QCOMPARE(ask({{"Cookie", "ssma_session=" + session}, {"Origin", "https://elsewhere.example"}}).status, 403);
}

void TestShareDataTicketRoute::ticketsCanBeSwitchedOff()
{
    QVERIFY(start({QStringLiteral("--sharedata-ticket-ttl=0")}));
    QCOMPARE(ask({{"Authorization", "Bearer tg-user"}}).status, 404);
    QVERIFY(!isLetIn("guess"));
}

void TestShareDataTicketRoute::queryTokensCanBeSwitchedOff()
{
    QVERIFY(start({QStringLiteral("--sharedata-query-tokens=false")}));
    QVERIFY(upgrade("?token=tg-user").startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    Operator console(*m_gateway);
    QTRY_COMPARE(console.decided("sharedata.query_tokens"), 1);
    QVERIFY(isLetIn(ticketFor({{"Authorization", "Bearer tg-user"}})));
    QVERIFY(
        Realtime::upgrade(*m_gateway, "/realtime", "Authorization: Bearer tg-user\r\n").startsWith("HTTP/1.1 101 "));
}

void TestShareDataTicketRoute::settingsAreReloaded()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("reload.toml"));
    const auto configure = [&path](const QByteArray &lines) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write("[sharedata]\nenabled = true\n" + lines) > 0;
    };
    QVERIFY(configure("tokens = {goes = 'bob', stays = 'ann'}\nticket_ttl = '1m'\n"));
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start({QStringLiteral("--config"), path}));
    const QByteArray gone = ticketFor({{"Authorization", "Bearer goes"}});
    const QByteArray kept = ticketFor({{"Authorization", "Bearer stays"}});
    QVERIFY(!gone.isEmpty() && !kept.isEmpty());
    QVERIFY(configure("tokens = {stays = 'ann'}\nticket_ttl = 0\n"));
    m_gateway->sendSignal(SIGHUP);
    QTRY_COMPARE(ask({{"Authorization", "Bearer stays"}}).status, 404);
    QTRY_VERIFY(upgrade("?token=goes").startsWith("HTTP/1.1 401 "));
    QVERIFY(!isLetIn(gone)); // its token is none any more
    QVERIFY(isLetIn(kept));
}

QTEST_GUILESS_MAIN(TestShareDataTicketRoute)
#include "tst_sharedata_ticketroute.moc"
