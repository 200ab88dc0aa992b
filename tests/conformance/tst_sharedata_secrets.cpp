// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"
#include "support/issuer.h"

#include <QDirIterator>
#include <QTest>

using namespace Tidegate;

//! Tokens and tickets that stand in a URL appear nowhere else: no log, record of a decision, metric, file or column of
//! the console has one, whatever became of the request.
class TestShareDataSecrets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void nothingTellsAToken_data();
    void nothingTellsAToken();

private:
    //! Everything that could have one, by where it stands.
    void gatherEvidence();
    void askInEveryWay(const QByteArray &query);

    GatewayProcess m_gateway;
    QByteArrayList m_secrets;
    QMap<QString, QByteArray> m_evidence;
};

void TestShareDataSecrets::initTestCase()
{
    const Issuer issuer;
    const QTemporaryDir folder;
    const QString key = folder.filePath(QStringLiteral("key.pem"));
    QVERIFY(issuer.publish(key));
    QVERIFY(m_gateway.start(
        {QStringLiteral("--sharedata-enabled=true"), QStringLiteral("--io-threads=1"),
         QStringLiteral("--log-exporter=file"), QStringLiteral("--http-rate-max=60"),
         QStringLiteral("--http-rate-window=3s"), QStringLiteral("--sharedata-issuers=https://id.example=") + key,
         QStringLiteral("--sharedata-unknown-max=200"), QStringLiteral("--sharedata-functions=set=accept-any"),
         QStringLiteral("--sharedata-documents=*=set")},
        {{QStringLiteral("TIDEGATE_SHAREDATA_TOKENS"), QStringLiteral("goodT0kenInUrl=ann")},
         {QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("tidegate.*=true")}}));
    HttpClient http(m_gateway.url(QStringLiteral("/")));
    const auto ticket = [&http] {
        return textAt(
            http.send("POST", QStringLiteral("/realtime/ticket"), {}, {{"Authorization", "Bearer goodT0kenInUrl"}})
                .json(),
            "ticket");
    };
    const QByteArray session = m_gateway.mintToken("user", "dora");
    const QByteArray used = ticket();
    const QByteArray unused = ticket();
    QVERIFY(!unused.isEmpty());
    const QByteArray jwt = issuer.token("ES256", R"({"iss":"https://id.example","aud":"SHAREDATA","sub":"carol"})");
    const QByteArray forged = issuer.token("ES256", R"({"iss":"https://id.example","aud":"OTHER","sub":"carol"})");
    m_secrets = {"goodT0kenInUrl", "wrongT0kenInUrl", session, used, unused, jwt, forged};
    // With signatures alone nobody could do anything, but they have no business in a log either.
    for (const QByteArray &token : {session, jwt, forged})
        m_secrets.append(token.sliced(token.lastIndexOf('.') + 1));
    for (const QByteArray &token : {QByteArray("goodT0kenInUrl"), QByteArray("wrongT0kenInUrl"), session, jwt, forged})
        askInEveryWay("token=" + token);
    askInEveryWay("ticket=" + used);
    // Limits that are run into tell of it too.
    const QString nowhere = QStringLiteral("/nowhere?token=goodT0kenInUrl&ticket=") + QString::fromLatin1(unused);
    int asked = 0;
    while (http.get(nowhere).status != 429)
        QVERIFY(++asked < 5000);
    gatherEvidence();
}

void TestShareDataSecrets::askInEveryWay(const QByteArray &query)
{
    const QByteArray target = "/realtime?" + query;
    RealtimeClient client;
    if (client.ws.open(QUrl::fromEncoded("ws://127.0.0.1:" + QByteArray::number(m_gateway.port()) + target))) {
        client.propose("d", "set", "1");
        client.ws.send(Realtime::subscribe("d"));
        client.ws.send(Realtime::subscribe("no-such"));
        client.ws.waitForClose();
    }
    Realtime::upgrade(m_gateway, target, "Origin: https://elsewhere.example\r\n");
    Realtime::upgrade(m_gateway, "/realtime/deeper?" + query);
    Realtime::upgrade(m_gateway, "/optimistic/ws?" + query);
    rawExchange(m_gateway.port(), "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    rawExchange(m_gateway.port(), "POST " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    rawExchange(m_gateway.port(), "PUT /admin/sharedata/d?" + query +
                                      " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                                      "Connection: close\r\n\r\n1");
    rawExchange(m_gateway.port(),
                "POST /realtime/ticket?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    rawExchange(m_gateway.port(), "GET " + target + " HTTP/9.9\r\nHost: x\r\n\r\n");
    rawExchange(m_gateway.port(), "GET " + target + "&x=" + QByteArray(20'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n");
    rawExchange(m_gateway.port(), "GET " + target +
                                      " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                      "Upgrade: websocket\r\nSec-WebSocket-Version: 7\r\n\r\n");
}

void TestShareDataSecrets::gatherEvidence()
{
    Operator console(m_gateway);
    QTRY_COMPARE(console.get(QStringLiteral("openapi.json")).status, 200); // the limit has a new window
    QMap<QString, QByteArray> &found = m_evidence;
    found = {{QStringLiteral("standard error"), m_gateway.errorText()},
             {QStringLiteral("standard output"), m_gateway.outputText()}};
    const QJsonObject paths = valueAt(console.get(QStringLiteral("openapi.json")).json(), "paths").toObject();
    for (const QString &path : paths.keys()) {
        const QString name = path.section(u'/', -1);
        const QString filter = name == QLatin1StringView("events") ? QStringLiteral("stream:eq:doc.d") : QString();
        found.insert(path, console.get(name, filter).body);
    }
    found.insert(QStringLiteral("metrics"),
                 HttpClient(m_gateway.url(QStringLiteral("/"))).get(QStringLiteral("/optimistic/metrics")).body);
    QDirIterator files(m_gateway.dataDir(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly))
            found.insert(file.fileName(), file.readAll());
    }
}

void TestShareDataSecrets::nothingTellsAToken_data()
{
    QTest::addColumn<QByteArray>("secret");
    for (const QByteArray &secret : std::as_const(m_secrets))
        QTest::newRow(secret.left(60).constData()) << secret;
}

void TestShareDataSecrets::nothingTellsAToken()
{
    QFETCH(QByteArray, secret);
    QVERIFY(secret.size() > 10);
    const auto &all = m_evidence;
    QVERIFY(all.size() > 12);
    for (auto each = all.begin(); each != all.end(); ++each)
        QVERIFY2(!each->contains(secret), qPrintable(each.key()));
    // That there was something to tell.
    QVERIFY(all.value(QStringLiteral("/admin/v1/decisions")).contains("sharedata.tokens"));
    QVERIFY(all.value(QStringLiteral("/admin/v1/decisions")).contains("http.rate_max"));
    QVERIFY(all.value(QStringLiteral("standard error")).contains("origin refused"));
}

QTEST_GUILESS_MAIN(TestShareDataSecrets)
#include "tst_sharedata_secrets.moc"
