// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

//! SSMA spec section 7, step 3: what becomes of an intent on its way into the store, seen in replay rows.
class TestE2eNormalisation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void reasonsAreCutMergedAndCompleted();
    void channelsAreCutUniqueAndAtMostEight();
    void actorsAndReducersAreCut();
    void onlyKnownCrdtsWithAKeyAreKept_data();
    void onlyKnownCrdtsWithAKeyAreKept();
    void otherMetaFieldsStayAsTheyAre();
    void siteInMetaDoesNotMoveTheIntent();
    void payloadOfEveryJsonKindSurvives_data();
    void payloadOfEveryJsonKindSurvives();

private:
    QJsonObject ack(WsClient &client, const QJsonObject &frame) { return client.ask(frame, QStringLiteral("ack")); }
    QJsonObject ack(WsClient &client, std::initializer_list<QByteArray> entries) { return ack(client, batch(entries)); }
    bool join(WsClient &client, const char *site)
    {
        return client.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=%1").arg(QLatin1StringView(site))));
    }
    //! The row of \p id as a newcomer to \p site is shown it.
    QJsonObject row(const char *site, const QByteArray &id);

    GatewayProcess m_gateway;
};

void TestE2eNormalisation::initTestCase()
{
    QVERIFY(m_gateway.start(GatewayProcess::withoutLimits()));
}

QJsonObject TestE2eNormalisation::row(const char *site, const QByteArray &id)
{
    WsClient reader;
    const QString query = QStringLiteral("site=%1").arg(QLatin1StringView(site));
    if (!reader.open(m_gateway.webSocketUrl(query)))
        return {};
    for (const QJsonValue &each : arrayAt(reader.next(QStringLiteral("replay")), "intents")) {
        if (textAt(each.toObject(), "id") == id)
            return each.toObject();
    }
    return {};
}

void TestE2eNormalisation::reasonsAreCutMergedAndCompleted()
{
    WsClient client;
    QVERIFY(join(client, "reasons"));
    ack(client, {entry("rea-00001", "A", "1",
                       R"({"clock":1,"reasons":["mine","mine","replay"],"channels":["global","side"]})")});
    QCOMPARE(textAt(row("reasons", "rea-00001"), "meta.reasons"),
             R"(["mine","replay","channel:global","channel:side"])");
}

void TestE2eNormalisation::channelsAreCutUniqueAndAtMostEight()
{
    WsClient client;
    QVERIFY(join(client, "channels"));
    const QByteArray tooLong(80, 'x');
    ack(client, {entry("cha-00001", "A", "1", R"({"clock":1,"channels":["a","a",")" + tooLong + R"("]})"),
                 entry("cha-00002", "A", "1", R"({"clock":1,"channels":["1","2","3","4","5","6","7","8","9"]})"),
                 entry("cha-00003", "A", "1", R"({"clock":1,"channels":[]})")});
    QCOMPARE(arrayAt(row("channels", "cha-00001"), "meta.channels"),
             (QJsonArray{QStringLiteral("a"), QString(64, u'x')}));
    QCOMPARE(arrayAt(row("channels", "cha-00002"), "meta.channels").size(), 8);
    QCOMPARE(textAt(row("channels", "cha-00003"), "meta.channels"), R"(["global"])");
}

void TestE2eNormalisation::actorsAndReducersAreCut()
{
    WsClient client;
    QVERIFY(join(client, "actors"));
    const QByteArray longText(300, 'y');
    ack(client, {entry("act-00001", "A", "1",
                       R"({"clock":1,"actor":")" + longText + R"(","reducer":")" + longText + R"(","actionCreator":")" +
                           longText + R"("})")});
    const QJsonObject stored = row("actors", "act-00001");
    QCOMPARE(textAt(stored, "meta.actor").size(), 96);
    QCOMPARE(textAt(stored, "meta.reducer").size(), 160);
    QCOMPARE(textAt(stored, "meta.actionCreator").size(), 160);
}

void TestE2eNormalisation::onlyKnownCrdtsWithAKeyAreKept_data()
{
    QTest::addColumn<QByteArray>("crdt");
    QTest::addColumn<QByteArray>("kept");
    const auto line = [](const char *name, const char *crdt, const char *kept) {
        QTest::newRow(name) << QByteArray(crdt) << QByteArray(kept);
    };
    line("register; the clock is its time", R"({"type":"LWW-Register","key":"k","value":{"v":1},"field":"f"})",
         R"({"type":"lww-register","key":"k","timestamp":7,"value":{"v":1},"field":"f"})");
    line("counter", R"({"type":"g-counter","key":"k","delta":2,"timestamp":5,"value":9})",
         R"({"type":"g-counter","key":"k","timestamp":5,"delta":2})");
    line("both ways", R"({"type":"pn-counter","key":"k","delta":-2})", R"({"type":"pn-counter","delta":-2})");
    line("unknown type", R"({"type":"or-set","key":"k"})", "");
    line("no key", R"({"type":"g-counter","delta":2})", "");
    line("no object", R"("g-counter")", "");
}

void TestE2eNormalisation::onlyKnownCrdtsWithAKeyAreKept()
{
    QFETCH(QByteArray, crdt);
    QFETCH(QByteArray, kept);
    WsClient client;
    QVERIFY(join(client, "crdts"));
    ack(client, {entry("", "A", "1", R"({"clock":7,"crdt":)" + crdt + '}')});
    const QJsonObject answer = ack(client, {entry("", "A", "1", R"({"clock":7,"crdt":)" + crdt + '}')});
    const QJsonObject stored = row("crdts", textAt(answer, "intents.0.id"));
    QVERIFY(!stored.isEmpty());
    if (kept.isEmpty())
        QVERIFY2(!hasAt(stored, "meta.crdt"), compact(stored).constData());
    else
        VERIFY_HAS(valueAt(stored, "meta.crdt").toObject(), kept);
    QVERIFY(!hasAt(stored, "meta.crdt.type") ||
            !(hasAt(stored, "meta.crdt.value") && hasAt(stored, "meta.crdt.delta")));
}

void TestE2eNormalisation::otherMetaFieldsStayAsTheyAre()
{
    WsClient client;
    QVERIFY(join(client, "meta"));
    const QByteArray meta = R"({"clock":2.5,"undo":{"intent":"B","payload":{"z":1,"a":[null,true]}},"clientId":"c1",
                                "deep":{"x":[1,{"y":"ß€😀"}]}})";
    ack(client, {entry("met-00001", "A", "1", meta)});
    VERIFY_HAS(valueAt(row("meta", "met-00001"), "meta").toObject(), meta);
}

void TestE2eNormalisation::siteInMetaDoesNotMoveTheIntent()
{
    WsClient client;
    QVERIFY(join(client, "real-site"));
    const QJsonObject answer = ack(client, {entry("mov-00001", "A", "1", R"({"clock":1,"site":"elsewhere"})")});
    QCOMPARE(textAt(answer, "intents.0.site"), "real-site");
    QVERIFY(row("elsewhere", "mov-00001").isEmpty());
    const QJsonObject stored = row("real-site", "mov-00001");
    QCOMPARE(textAt(stored, "site"), "real-site");
    QCOMPARE(textAt(stored, "meta.site"), "elsewhere");
}

void TestE2eNormalisation::payloadOfEveryJsonKindSurvives_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("true") << QByteArray("true");
    QTest::newRow("number") << QByteArray("-12.5");
    QTest::newRow("string with every kind of escape") << QByteArray(R"("a\"\\\u0000\u001f\n€😀")");
    QTest::newRow("array") << QByteArray(R"([1,[],{}])");
    QTest::newRow("object") << QByteArray(R"({"":{"a.b":[null]}})");
}

void TestE2eNormalisation::payloadOfEveryJsonKindSurvives()
{
    QFETCH(QByteArray, payload);
    WsClient client;
    QVERIFY(join(client, "payloads"));
    const QJsonObject answer = ack(client, {entry("", "A", payload)});
    QCOMPARE(valueAt(row("payloads", textAt(answer, "intents.0.id")), "payload"),
             json("{\"p\":" + payload + '}').value(u"p"));
}

QTEST_GUILESS_MAIN(TestE2eNormalisation)
#include "tst_e2e_normalisation.moc"
