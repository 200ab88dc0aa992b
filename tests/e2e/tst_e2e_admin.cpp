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
    const QJsonObject json = m_http.get(u"/admin/v1/openapi.json"_s).json();
    QCOMPARE(json[u"openapi"_s], u"3.1.0"_s);
    const QJsonObject paths = json[u"paths"_s].toObject();
    for (const QString &resource : {u"links"_s, u"streams"_s, u"intents"_s, u"log"_s, u"audit"_s, u"config"_s})
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

QTEST_GUILESS_MAIN(TestE2eAdmin)
#include "tst_e2e_admin.moc"
