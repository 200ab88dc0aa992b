// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"

#include <QTest>

using namespace Tidegate;

//! ShareData spec section 13, row 17: what the dialect and the documents do is counted, as JSON and for Prometheus.
class TestShareDataMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void everyCounterIsOneOfPrometheus();
    void proposalsAreCountedByOutcome();
    void framesAndDeliveriesAreCounted();
    void subscribesAndReplaysAreCounted();
    void refusedUpgradesAreCountedByReason();
    void documentsAndTheirMemoryAreShown();
    void withoutDocumentsThereAreNone();

private:
    QByteArray text()
    {
        return HttpClient(m_gateway->url(QStringLiteral("/")))
            .get(QStringLiteral("/optimistic/metrics?format=prometheus"))
            .body;
    }
    //! The value on the line of \p name, labels and all; -1 if there is none.
    double valueOf(const QByteArray &name)
    {
        const QByteArray lines = text();
        const qsizetype at = lines.indexOf('\n' + name + ' ');
        if (at < 0)
            return -1;
        const qsizetype begin = at + name.size() + 2;
        return lines.sliced(begin, lines.indexOf('\n', begin) - begin).toDouble();
    }
    double proposals(const QByteArray &outcome)
    {
        return valueOf("tidegate_sharedata_proposals_total{outcome=\"" + outcome + "\"}");
    }

    std::unique_ptr<GatewayProcess> m_gateway = std::make_unique<GatewayProcess>();
};

void TestShareDataMetrics::initTestCase()
{
    QVERIFY(m_gateway->start(Realtime::fixtureArgs() + QStringList{QStringLiteral("--sharedata-unknown-max=3"),
                                                                   QStringLiteral("--sharedata-unknown-window=1h"),
                                                                   QStringLiteral("--io-threads=1")}));
}

void TestShareDataMetrics::everyCounterIsOneOfPrometheus()
{
    const QJsonObject metrics =
        HttpClient(m_gateway->url(QStringLiteral("/"))).get(QStringLiteral("/optimistic/metrics")).json();
    const auto lines = text().count("\ntidegate_sharedata_") + text().count("\ntidegate_document");
    // "proposals" is the sum of its outcomes.
    QCOMPARE(lines,
             valueAt(metrics, "sharedata").toObject().size() - 1 + valueAt(metrics, "documents").toObject().size());
}

void TestShareDataMetrics::proposalsAreCountedByOutcome()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    const double before = proposals("accepted");
    QVERIFY(!client.propose("tg-counter", "increment", R"({"count":1})").isEmpty());
    QVERIFY(!client.propose("tg-counter", "increment", R"({"count":7})").isEmpty());
    QVERIFY(!client.propose("tg-counter", "explode", "null").isEmpty());
    QVERIFY(!client.propose("tg-counter", "forbidden", "null").isEmpty());
    QVERIFY(!client.propose("no-such", "increment", "null").isEmpty());
    QJsonObject once = Realtime::propose("tg-blob", "set", "1", "once");
    once.insert(QStringLiteral("idempotencyKey"), QStringLiteral("k"));
    client.ws.send(once);
    client.ws.send(once);
    QVERIFY(client.settle()); // one more that finds no document
    QCOMPARE(proposals("accepted"), before + 2);
    QCOMPARE(proposals("rejected"), 1);
    QCOMPARE(proposals("failed"), 1);
    QCOMPARE(proposals("denied"), 1);
    QCOMPARE(proposals("unknown"), 2);
    QCOMPARE(proposals("repeated"), 1);
}

void TestShareDataMetrics::framesAndDeliveriesAreCounted()
{
    RealtimeClient client;
    RealtimeClient watcher;
    QVERIFY(client.open(*m_gateway));
    QVERIFY(watcher.open(*m_gateway));
    QCOMPARE(valueOf("tidegate_sharedata_links"), 2);
    client.subscribe("tg-blob");
    watcher.subscribe("tg-blob");
    const double in = valueOf("tidegate_sharedata_frames_total{direction=\"in\"}");
    const double out = valueOf("tidegate_sharedata_frames_total{direction=\"out\"}");
    const double delivered = valueOf("tidegate_sharedata_deliveries_total");
    QVERIFY(!client.propose("tg-blob", "set", "2").isEmpty());
    client.ws.send(json(R"({"v":1,"type":"ping","correlationId":"c"})"));
    QVERIFY(!client.ws.next(QStringLiteral("pong")).isEmpty());
    QCOMPARE(valueOf("tidegate_sharedata_frames_total{direction=\"in\"}"), in + 2);
    QCOMPARE(valueOf("tidegate_sharedata_frames_total{direction=\"out\"}"), out + 2);
    QCOMPARE(valueOf("tidegate_sharedata_deliveries_total"), delivered + 2);
    QCOMPARE(valueOf("tidegate_sharedata_subscriptions"), 2);
    client.ws.close();
    watcher.ws.close();
    QTRY_COMPARE(valueOf("tidegate_sharedata_links"), 0);
    QTRY_COMPARE(valueOf("tidegate_sharedata_subscriptions"), 0);
}

void TestShareDataMetrics::subscribesAndReplaysAreCounted()
{
    RealtimeClient client;
    QVERIFY(client.open(*m_gateway));
    const double subscribes = valueOf("tidegate_sharedata_subscribes_total");
    client.subscribe("tg-pristine", "0");
    client.subscribe("tg-pristine", "17");
    client.ws.send(Realtime::subscribe("tg-restricted"));
    QVERIFY(client.settle());
    QCOMPARE(valueOf("tidegate_sharedata_subscribes_total"), subscribes + 3);
    QCOMPARE(valueOf("tidegate_sharedata_replays_total{outcome=\"exact\"}"), 1);
    QCOMPARE(valueOf("tidegate_sharedata_replays_total{outcome=\"missed\"}"), 1);
    QCOMPARE(valueOf("tidegate_sharedata_subscribes_refused_total{reason=\"denied\"}"), 1);
    client.ws.sendText(QStringLiteral("no frame"));
    QVERIFY(client.ws.waitForClose());
    QCOMPARE(valueOf("tidegate_sharedata_invalid_total"), 1);
}

void TestShareDataMetrics::refusedUpgradesAreCountedByReason()
{
    const auto refused = [this](const QByteArray &reason) {
        return valueOf("tidegate_sharedata_upgrades_refused_total{reason=\"" + reason + "\"}");
    };
    Realtime::upgrade(*m_gateway, "/realtime?token=nobody");
    QCOMPARE(refused("token"), 1);
    Realtime::upgrade(*m_gateway, "/realtime?token=tg-user", "Origin: https://elsewhere.example\r\n");
    QCOMPARE(refused("origin"), 1);
    for (int i = 0; i < 3; ++i) {
        RealtimeClient client;
        QVERIFY(client.open(*m_gateway));
        client.ws.send(Realtime::subscribe("no-such"));
        QVERIFY(client.ws.waitForClose());
    }
    QCOMPARE(valueOf("tidegate_sharedata_subscribes_refused_total{reason=\"unknown\"}"), 3);
    Realtime::upgrade(*m_gateway, "/realtime?token=tg-user");
    QCOMPARE(refused("unknown_documents"), 1);
}

void TestShareDataMetrics::documentsAndTheirMemoryAreShown()
{
    QCOMPARE(valueOf("tidegate_documents"), 5);
    const double bytes = valueOf("tidegate_document_state_bytes");
    HttpClient admin(m_gateway->url(QStringLiteral("/")));
    const HttpClient::Headers token{{"x-admin-token", "tg-admin"}};
    QCOMPARE(admin.send("PUT", QStringLiteral("/admin/sharedata/m"), "12345678", token).status, 200);
    QCOMPARE(valueOf("tidegate_documents"), 6);
    QCOMPARE(valueOf("tidegate_document_state_bytes"), bytes + 8);
    QVERIFY(valueOf("tidegate_document_window_bytes") > 0);
    QCOMPARE(admin.send("PUT", QStringLiteral("/admin/sharedata/m"), "1", token).status, 200);
    QCOMPARE(admin.send("DELETE", QStringLiteral("/admin/sharedata/m"), {}, token).status, 200);
    QCOMPARE(valueOf("tidegate_document_state_bytes"), bytes);
    QCOMPARE(valueOf("tidegate_documents_replaced_total"), 1);
    QCOMPARE(valueOf("tidegate_documents_removed_total"), 1);
    QCOMPARE(valueOf("tidegate_document_inflight_bytes"), 0);
}

void TestShareDataMetrics::withoutDocumentsThereAreNone()
{
    m_gateway = std::make_unique<GatewayProcess>();
    QVERIFY(m_gateway->start());
    QVERIFY(!text().contains("tidegate_sharedata_"));
    QVERIFY(!text().contains("tidegate_document"));
}

QTEST_GUILESS_MAIN(TestShareDataMetrics)
#include "tst_sharedata_metrics.moc"
