// SPDX-License-Identifier: MIT
#include "support/httpclient.h"
#include "support/meshgateway.h"
#include "support/waiting.h"

#include <QJsonArray>
#include <QTest>

#include <functional>

using namespace Tidegate;
using namespace Tidegate::Mesh;
using namespace Qt::StringLiterals;

//! MottoMesh spec section 14, row 21: operators see why something did not get through, and how much did.
class TestMeshWhy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void everyNoIsRecorded_data();
    void everyNoIsRecorded();
    void aDecisionNamesUserSubjectAndWord();
    void aLinkShowsItsNewestRefusal();
    void whoRanIntoALimitIsListed();
    void whatIsFilteredIsCounted();
    void whatGoesWellIsNotRecorded();
    void subjectsAreCountedByTheirFirstToken();
    void theTextForScrapersHasThem();
    void healthNamesTheBroker();

private:
    using Act = std::function<bool(MeshClient &)>;

    QJsonArray rows(const QString &resource, const QString &filter = {})
    {
        const QString query = filter.isEmpty() ? QString() : u"?filter="_s + filter;
        return m_http.get(u"/admin/v1/"_s + resource + query, {{"Authorization", "Bearer " + m_token}})
            .json()[u"rows"_s]
            .toArray();
    }
    QJsonObject row(const QString &resource, const QString &filter) { return rows(resource, filter).at(0).toObject(); }

    //! As a user of its own, since one may have one session.
    bool join(MeshClient &client)
    {
        QJsonObject claims = MeshClient::everything();
        claims.insert(u"sub"_s, u"user-%1"_s.arg(++m_users));
        return client.join(m_gateway.url(), MeshClient::token(claims));
    }

    MeshGateway m_gateway;
    HttpClient m_http;
    QByteArray m_token;
    int m_users = 0;
};

void TestMeshWhy::initTestCase()
{
    QVERIFY(m_gateway.start({u"--mesh-max-payload=1000"_s, u"--mesh-user-sessions=1"_s,
                             u"--mesh-user-subscriptions=1"_s, u"--mesh-max-requests=1"_s,
                             u"--mesh-allowed-origins=https://harbour.example"_s, u"--mesh-bytes-per-second=20KiB"_s}));
    m_http.setBase(m_gateway.process().url());
    m_token = m_gateway.process().mintToken("admin");
}

void TestMeshWhy::everyNoIsRecorded_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<Act>("act");
    const auto add = [](const char *rule, Act act) { QTest::newRow(rule) << QString::fromLatin1(rule) << act; };
    add("mesh-packet", [](MeshClient &client) {
        client.sendBytes("nonsense");
        return true;
    });
    add("mesh-login", [this](MeshClient &) {
        MeshClient early;
        return early.open(m_gateway.url()) && early.ask<ServerError>(Publish{"a", {}})->code == 401;
    });
    add("mesh-token", [](MeshClient &client) { return bool(client.ask<AuthError>(Auth{"no token"})); });
    add("mesh-subject", [](MeshClient &client) { return bool(client.ask<SubscribeError>(Subscribe{"a..b", 1})); });
    add("mesh-permissions", [](MeshClient &client) { return bool(client.ask<ServerError>(Publish{"$SYS.a", {}})); });
    add("mesh.max_payload", [](MeshClient &client) {
        return bool(client.ask<ServerError>(Publish{"a", QByteArray(1001, 'x')}));
    });
    add("mesh.user_subscriptions", [](MeshClient &client) {
        return client.subscribe("a", 1) && client.ask<SubscribeError>(Subscribe{"b", 2});
    });
    add("mesh.user_sessions", [this](MeshClient &) {
        MeshClient second;
        QJsonObject claims = MeshClient::everything();
        claims.insert(u"sub"_s, u"user-%1"_s.arg(m_users));
        return second.open(m_gateway.url()) && second.ask<AuthError>(Auth{MeshClient::token(claims)});
    });
    add("mesh-no-responders", [](MeshClient &client) {
        return bool(client.ask<RequestError>(Request{"nobody", {}, 1000, 1}));
    });
    add("mesh-request-timeout", [](MeshClient &client) {
        return client.subscribe("silent", 1) && client.ask<RequestError>(Request{"silent", {}, 50, 1});
    });
    add("mesh.max_requests", [](MeshClient &client) {
        if (!client.subscribe("silent", 1))
            return false;
        client.send(Request{"silent", {}, 200, 1});
        return bool(client.ask<RequestError>(Request{"silent", {}, 200, 2}));
    });
    add("mesh.bytes_per_second", [](MeshClient &client) {
        for (int i = 0; i < 60; ++i)
            client.send(Publish{"a", QByteArray(1000, 'x')});
        return bool(client.next<ServerError>());
    });
    add("mesh.allowed_origins", [this](MeshClient &) {
        MeshClient foreign;
        return !foreign.open(m_gateway.url(), "https://elsewhere.example");
    });
}

void TestMeshWhy::everyNoIsRecorded()
{
    QFETCH(QString, rule);
    QFETCH(Act, act);
    QVERIFY2(rows(u"decisions"_s, u"rule:eq:"_s + rule).isEmpty(), "nothing before did it");
    MeshClient client;
    QVERIFY(join(client));
    QVERIFY(act(client));
    QTRY_COMPARE(rows(u"decisions"_s, u"rule:eq:"_s + rule).size(), 1);
    const QJsonObject decision = row(u"decisions"_s, u"rule:eq:"_s + rule);
    QVERIFY(!decision[u"text"_s].toString().isEmpty() && !decision[u"code"_s].toString().isEmpty());
}

void TestMeshWhy::aDecisionNamesUserSubjectAndWord()
{
    QJsonObject claims = MeshClient::everything();
    claims.insert(u"sub"_s, u"harbourmaster"_s);
    claims.insert(u"allowed_subjects"_s, QJsonArray{u"dock.>"_s});
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), MeshClient::token(claims)));
    QVERIFY(client.ask<SubscribeError>(Subscribe{"pier.*", 1}));
    QTRY_COMPARE(rows(u"decisions"_s, u"user:eq:harbourmaster"_s).size(), 1);
    const QJsonObject decision = row(u"decisions"_s, u"user:eq:harbourmaster"_s);
    QCOMPARE(decision[u"rule"_s].toString(), u"mesh-permissions"_s);
    QCOMPARE(decision[u"subject"_s].toString(), u"pier.*"_s);
    QCOMPARE(decision[u"code"_s].toString(), u"Permission denied"_s);
    QCOMPARE(decision[u"site"_s].toString(), u"mesh"_s);
    QVERIFY(!decision[u"link"_s].toString().isEmpty());
}

void TestMeshWhy::aLinkShowsItsNewestRefusal()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    const QString session = QString::fromUtf8(client.ask<AuthOk>(Auth{MeshClient::token()})->sessionId.toByteArray());
    QVERIFY(client.ask<SubscribeError>(Subscribe{"a..b", 1}));
    QTRY_COMPARE(row(u"links"_s, u"connection:eq:"_s + session)[u"lastRefusal"_s].toString(), u"Invalid subject"_s);
}

void TestMeshWhy::whoRanIntoALimitIsListed()
{
    QJsonObject claims = MeshClient::everything();
    claims.insert(u"sub"_s, u"eager"_s);
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), MeshClient::token(claims)));
    for (int i = 0; i < 60; ++i)
        client.send(Publish{"a", QByteArray(1000, 'x')});
    QVERIFY(client.next<ServerError>());
    const auto hits = [&] { return row(u"limits"_s, u"who:eq:eager"_s)[u"hits"_s].toInteger(); };
    QTRY_VERIFY(hits() > 0);
}

void TestMeshWhy::whatIsFilteredIsCounted()
{
    QJsonObject claims = MeshClient::everything();
    claims.insert(u"sub"_s, u"half blind"_s);
    claims.insert(u"deny_subjects"_s, QJsonArray{u"filter.secret"_s});
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), MeshClient::token(claims)) && client.subscribe("filter.*", 1));
    MeshClient publisher;
    QVERIFY(join(publisher));
    publisher.send(Publish{"filter.secret", {}});
    QTRY_COMPARE(row(u"decisions"_s, u"rule:eq:mesh-deny-subjects"_s)[u"subject"_s].toString(), u"filter.secret"_s);
}

void TestMeshWhy::whatGoesWellIsNotRecorded()
{
    QJsonObject claims = MeshClient::everything();
    claims.insert(u"sub"_s, u"good"_s);
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), MeshClient::token(claims)) && client.subscribe("well", 1));
    client.send(Publish{"well", "x"});
    QVERIFY(client.next<Message>());
    client.send(Unsubscribe{1});
    QVERIFY(client.settle());
    QVERIFY(rows(u"decisions"_s, u"user:eq:good"_s).isEmpty());
}

void TestMeshWhy::subjectsAreCountedByTheirFirstToken()
{
    MeshClient client;
    QVERIFY(join(client) && client.subscribe("count.>", 1));
    client.send(Publish{"count.a", "12345"});
    client.send(Publish{"count.b", "123"});
    QVERIFY(client.next<Message>() && client.next<Message>());
    QTRY_COMPARE(row(u"subjects"_s, u"prefix:eq:count"_s)[u"delivered"_s].toInteger(), 2);
    const QJsonObject counts = row(u"subjects"_s, u"prefix:eq:count"_s);
    QCOMPARE(counts[u"published"_s].toInteger(), 2);
    QCOMPARE(counts[u"publishedBytes"_s].toInteger(), 8);
    QCOMPARE(counts[u"deliveredBytes"_s].toInteger(), 8);
    QVERIFY(client.ask<ServerError>(Publish{"count.c", QByteArray(1001, 'x')}));
    QTRY_COMPARE(row(u"subjects"_s, u"prefix:eq:count"_s)[u"refused"_s].toInteger(), 1);
}

void TestMeshWhy::theTextForScrapersHasThem()
{
    MeshClient client;
    QVERIFY(join(client) && client.subscribe("scrape.>", 1));
    client.send(Publish{"scrape.a", "1234"});
    QVERIFY(client.next<Message>());
    QByteArray text;
    const auto contains = [&](const char *line) {
        text = m_http.get(u"/optimistic/metrics?format=prometheus"_s).body;
        return text.contains(line);
    };
    for (const char *line :
         {"\ntidegate_mesh_subject_published_total{prefix=\"scrape\"} 1\n",
          "\ntidegate_mesh_subject_delivered_bytes_total{prefix=\"scrape\"} 4\n", "\ntidegate_mesh_subscriptions 1\n",
          "\ntidegate_broker_lost 0\n", "\ntidegate_mesh_sessions 1\n"})
        QVERIFY2(QTest::qWaitFor([&] { return contains(line); }, WaitMs), text.constData()); // others may still leave
}

void TestMeshWhy::healthNamesTheBroker()
{
    QCOMPARE(m_http.get(u"/health"_s).json()[u"broker"_s].toString(), u"embedded"_s);
    GatewayProcess plain;
    QVERIFY(plain.start());
    QVERIFY(!HttpClient(plain.url()).get(u"/health"_s).json().contains(u"broker"_s));
}

QTEST_GUILESS_MAIN(TestMeshWhy)
#include "tst_why.moc"
