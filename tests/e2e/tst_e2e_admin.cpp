// SPDX-License-Identifier: MIT
// Operators at the real program: over HTTP, and with `tidegate admin`.

#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/wsclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;
using namespace Qt::StringLiterals;

class TestE2eAdmin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pagesOverHttp();
    void commandsOverHttp();
    void refusalsOverHttp_data();
    void refusalsOverHttp();
    void theDescriptionNamesEveryResource();
    void theCommandLineListsAndShows();
    void theCommandLineActsOnlyWhenItIsSure();
    void refusalsAreFoundWithTheirReason_data();
    void refusalsAreFoundWithTheirReason();
    void theCommandLineSaysWhy();
    void theCommandLineMarks();

private:
    GatewayProcess::Finished admin(QStringList args)
    {
        args.prepend(u"admin"_s);
        return m_gateway.run(args + QStringList{u"--url"_s, m_gateway.url().toString()});
    }
    HttpClient::Headers bearer(const QByteArray &role)
    {
        return {{"Authorization", "Bearer " + m_gateway.mintToken(role)}};
    }

    GatewayProcess m_gateway;
    HttpClient m_http;
    WsClient m_client;
};

void TestE2eAdmin::initTestCase()
{
    QVERIFY2(m_gateway.start(GatewayProcess::withoutLimits()), m_gateway.errorText().constData());
    m_http.setBase(m_gateway.url());
    QVERIFY(m_client.join(m_gateway.webSocketUrl()));
}

void TestE2eAdmin::pagesOverHttp()
{
    const auto answer = m_http.get(u"/admin/v1/links?filter=dialect:eq:ssma&sort=openedAt&limit=5"_s, bearer("staff"));
    QCOMPARE(answer.status, 200);
    const QJsonArray rows = answer.json()[u"rows"_s].toArray();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0].toObject()[u"connection"_s].toString(), m_client.connectionId());
    const auto one = m_http.get(u"/admin/v1/links?key="_s + rows[0].toObject()[u"id"_s].toString(), bearer("staff"));
    QCOMPARE(one.json()[u"connection"_s].toString(), m_client.connectionId());
    QCOMPARE(m_http.get(u"/admin/v1/history"_s, bearer("staff")).status, 200);
}

void TestE2eAdmin::commandsOverHttp()
{
    const QJsonObject body{{u"command"_s, u"kick"_s}, {u"keys"_s, QJsonArray{u"abcdef"_s}}, {u"dryRun"_s, true}};
    const auto answer = m_http.post(u"/admin/v1/links"_s, body, bearer("admin"));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.json()[u"errors"_s].toObject().contains(u"abcdef"_s));
    QCOMPARE(m_http.post(u"/admin/v1/links"_s, body, bearer("staff")).status, 403);
    const auto explained = m_http.post(
        u"/admin/v1/explain"_s, {{u"action"_s, u"subscribe"_s}, {u"channel"_s, u"ops.audit"_s}, {u"role"_s, u"user"_s}},
        bearer("staff"));
    QCOMPARE(explained.json()[u"allowed"_s], false);
}

void TestE2eAdmin::refusalsOverHttp_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<int>("status");
    QTest::newRow("nobody") << u"/admin/v1/links"_s << QByteArray() << 401;
    QTest::newRow("no operator") << u"/admin/v1/links"_s << QByteArray("user") << 403;
    QTest::newRow("nobody learns what there is not") << u"/admin/v1/ships"_s << QByteArray() << 401;
    QTest::newRow("nor may anybody else") << u"/admin/v1/ships"_s << QByteArray("user") << 403;
    QTest::newRow("the description is for operators") << u"/admin/v1/openapi.json"_s << QByteArray() << 401;
    QTest::newRow("and its history") << u"/admin/v1/history"_s << QByteArray("user") << 403;
    QTest::newRow("no such resource") << u"/admin/v1/ships"_s << QByteArray("staff") << 404;
    QTest::newRow("no such row") << u"/admin/v1/links?key=fff"_s << QByteArray("staff") << 404;
    QTest::newRow("no such column") << u"/admin/v1/links?sort=colour"_s << QByteArray("staff") << 400;
    QTest::newRow("a limit that is none") << u"/admin/v1/links?limit=many"_s << QByteArray("staff") << 400;
    QTest::newRow("a filter that is none") << u"/admin/v1/links?filter=site"_s << QByteArray("staff") << 400;
}

void TestE2eAdmin::refusalsOverHttp()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, role);
    const auto answer = m_http.get(path, role.isEmpty() ? HttpClient::Headers() : bearer(role));
    QTEST(answer.status, "status");
    QVERIFY(!answer.json()[u"text"_s].toString().isEmpty());
}

void TestE2eAdmin::theDescriptionNamesEveryResource()
{
    const QJsonObject json = m_http.get(u"/admin/v1/openapi.json"_s, bearer("staff")).json();
    QCOMPARE(json[u"openapi"_s], u"3.1.0"_s);
    const QJsonObject paths = json[u"paths"_s].toObject();
    for (const QString &resource :
         {u"links"_s, u"streams"_s, u"intents"_s, u"log"_s, u"audit"_s, u"config"_s, u"decisions"_s, u"limits"_s})
        QVERIFY2(paths.contains(u"/admin/v1/"_s + resource), qPrintable(resource));
    QVERIFY(paths[u"/admin/v1/links"_s].toObject().contains(u"post"_s));
}

void TestE2eAdmin::theCommandLineListsAndShows()
{
    const auto table = admin({u"links"_s, u"list"_s});
    QVERIFY2(table.output.contains(m_client.connectionId().toUtf8()), table.error.constData());
    const auto csv = admin({u"config"_s, u"list"_s, u"--format"_s, u"csv"_s, u"--filter"_s, u"key=server.listen"_s});
    QCOMPARE(csv.output.count('\n'), 2);
    QVERIFY(csv.output.startsWith("key,value,default,origin,"));
    const auto json = admin({u"config"_s, u"show"_s, u"auth.secret"_s, u"--format"_s, u"json"_s});
    QCOMPARE(QJsonDocument::fromJson(json.output).object()[u"isSecret"_s], true);
    const auto statistics = admin({u"statistics"_s});
    QVERIFY(statistics.output.contains("links.total"));
    const auto wrong = admin({u"links"_s, u"list"_s, u"--filter"_s, u"colour=red"_s});
    QCOMPARE(wrong.exitCode, 2);
    QVERIFY(wrong.error.contains("Columns: id"));
}

void TestE2eAdmin::theCommandLineActsOnlyWhenItIsSure()
{
    const auto listed = admin({u"links"_s, u"list"_s, u"--format"_s, u"json"_s});
    const QString key = QJsonDocument::fromJson(listed.output).array().first().toObject()[u"id"_s].toString();
    QVERIFY(!key.isEmpty());
    const auto asked = admin({u"links"_s, u"kick"_s, key});
    QCOMPARE(asked.exitCode, 0);
    QVERIFY2(asked.output.contains("would be"), asked.output.constData());
    QVERIFY(m_client.isOpen());
    QCOMPARE(admin({u"links"_s, u"kick"_s, key, u"--yes"_s, u"--reason"_s, u"enough"_s}).exitCode, 0);
    QVERIFY(m_client.waitForClose());
    QCOMPARE(m_client.closeCode(), 1008);
    QCOMPARE(m_client.closeReason(), u"enough"_s);
    const auto audit = admin({u"audit"_s, u"list"_s, u"--format"_s, u"csv"_s});
    QVERIFY2(audit.output.contains("links.kick"), audit.output.constData());
}

void TestE2eAdmin::refusalsAreFoundWithTheirReason_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("kind");
    for (const auto &[rule, kind] :
         {std::pair(u"origins.allowed"_s, u"denied"_s), std::pair(u"token"_s, u"denied"_s),
          std::pair(u"route-role"_s, u"denied"_s), std::pair(u"admin.view_role"_s, u"denied"_s),
          std::pair(u"http-body"_s, u"denied"_s), std::pair(u"backend.internal_token"_s, u"denied"_s),
          std::pair(u"no-endpoint"_s, u"denied"_s), std::pair(u"unknown-channel"_s, u"denied"_s),
          std::pair(u"frame-contract"_s, u"denied"_s), std::pair(u"websocket-protocol"_s, u"closed"_s)})
        QTest::newRow(qPrintable(rule)) << rule << kind;
}

void TestE2eAdmin::refusalsAreFoundWithTheirReason()
{
    QFETCH(QString, rule);
    static bool isProvoked = false;
    if (!std::exchange(isProvoked, true)) {
        WsClient client;
        WsClient::Options foreign;
        foreign.origin = "https://evil.example";
        QVERIFY(!client.open(m_gateway.webSocketUrl(), foreign));
        QVERIFY(client.join(m_gateway.webSocketUrl(), "no.good.token"));
        client.send({{u"type"_s, u"channel.subscribe"_s}, {u"channel"_s, u"nowhere"_s}});
        QVERIFY(!client.next(u"channel.ack"_s).isEmpty());
        client.send({{u"type"_s, u"sing"_s}});
        QVERIFY(!client.next(u"error"_s).isEmpty());
        m_http.post(u"/optimistic/rework"_s, {});
        m_http.get(u"/admin/v1/links"_s);
        m_http.send("POST", u"/optimistic/undo"_s, "{", {{"Content-Type", "application/json"}});
        m_http.post(u"/internal/backend/events"_s, {}, {{"X-Forwarded-For", "192.0.2.7"}});
        rawExchange(m_gateway.port(), "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: "
                                      "websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                      "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        rawExchange(m_gateway.port(), "GET /optimistic/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: "
                                      "websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                      "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x05hello");
    }
    const auto ask = [&] {
        return m_http.get(u"/admin/v1/decisions?filter=rule:eq:"_s + rule, bearer("staff"))
            .json()[u"rows"_s]
            .toArray()
            .first()
            .toObject();
    };
    QTRY_VERIFY(!ask().isEmpty());
    const QJsonObject row = ask();
    QTEST(row[u"kind"_s].toString(), "kind");
    QVERIFY(!row[u"text"_s].toString().isEmpty());
    const QString key = QString::number(row[u"number"_s].toInteger());
    QVERIFY(!m_http.get(u"/admin/v1/decisions?key="_s + key, bearer("staff")).json()[u"fix"_s].toString().isEmpty());
}

void TestE2eAdmin::theCommandLineSaysWhy()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), m_gateway.mintToken("user", "curious")));
    client.send({{u"type"_s, u"channel.subscribe"_s}, {u"channel"_s, u"ops.audit"_s}});
    QVERIFY(!client.next(u"channel.ack"_s).isEmpty());
    const auto list = [this] {
        return admin({u"decisions"_s, u"list"_s, u"--filter"_s, u"user=curious"_s, u"--format"_s, u"json"_s}).output;
    };
    QTRY_VERIFY(!QJsonDocument::fromJson(list()).array().isEmpty());
    const QJsonObject row = QJsonDocument::fromJson(list()).array().first().toObject();
    QCOMPARE(row[u"rule"_s], u"ssma.channels"_s);
    QCOMPARE(row[u"subject"_s], u"ops.audit"_s);
    const auto shown = admin({u"decisions"_s, u"show"_s, QString::number(row[u"number"_s].toInteger())});
    QVERIFY2(shown.output.contains("Lower its access in ssma.channels"), shown.output.constData());
    QCOMPARE(admin({u"limits"_s, u"list"_s}).exitCode, 0);
}

void TestE2eAdmin::theCommandLineMarks()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    client.send({{u"type"_s, u"intent.batch"_s},
                 {u"intents"_s, QJsonArray{QJsonObject{{u"id"_s, u"to-be-marked"_s},
                                                       {u"intent"_s, u"ADD"_s},
                                                       {u"payload"_s, QJsonObject()},
                                                       {u"meta"_s, QJsonObject{{u"clock"_s, 1}}}}}}});
    QVERIFY(!client.next(u"ack"_s).isEmpty());
    const auto marked = admin({u"intents"_s, u"mark"_s, u"default/to-be-marked"_s, u"--note"_s, u"looked at"_s,
                               u"--handled"_s, u"true"_s, u"--colour"_s, u"green"_s});
    QVERIFY2(marked.exitCode == 0, marked.error.constData());
    const auto shown = admin({u"intents"_s, u"show"_s, u"default/to-be-marked"_s});
    QVERIFY2(shown.output.contains("looked at"), shown.output.constData());
}

QTEST_GUILESS_MAIN(TestE2eAdmin)
#include "tst_e2e_admin.moc"
