// SPDX-License-Identifier: MIT
#include "session/ssma/intents.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

class TestSsmaIntents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void draftHasTheReasonsOfTheServer_data();
    void draftHasTheReasonsOfTheServer();
    void actorIsTheConnectionUnlessGiven();
    void entryIsTakenOverAsItIs();
    void rowOfTheBackendGetsDefaults();
    void rowOfTheBackendKeepsItsOwn();
    void payloadOfEveryKindIsKept_data();
    void payloadOfEveryKindIsKept();
    void hostileRowsBecomeSomethingValid_data();
    void hostileRowsBecomeSomethingValid();
    void contextNamesTheClient();

private:
    static IntentEntry someEntry()
    {
        IntentEntry entry;
        entry.id = "it-00000001";
        entry.name = "TODO_CREATE";
        entry.payload = "[1]";
        entry.meta = R"({"clock":3})";
        entry.channels = {"global"};
        return entry;
    }
    static QJsonObject object(const QByteArray &text) { return QJsonDocument::fromJson(text).object(); }
};

void TestSsmaIntents::draftHasTheReasonsOfTheServer_data()
{
    QTest::addColumn<QByteArrayList>("given");
    QTest::addColumn<QByteArrayList>("channels");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::newRow("none given") << QByteArrayList() << QByteArrayList{"global"}
                                << QByteArrayList{"pending", "replay", "channel:global"};
    QTest::newRow("one reason per channel") << QByteArrayList() << QByteArrayList{"a", "b"}
                                            << QByteArrayList{"pending", "replay", "channel:a", "channel:b"};
    QTest::newRow("given ones come first")
        << QByteArrayList{"mine"} << QByteArrayList{"a"} << QByteArrayList{"mine", "pending", "replay", "channel:a"};
    QTest::newRow("none twice") << QByteArrayList{"replay", "channel:a"} << QByteArrayList{"a"}
                                << QByteArrayList{"replay", "channel:a", "pending"};
}

void TestSsmaIntents::draftHasTheReasonsOfTheServer()
{
    QFETCH(QByteArrayList, given);
    QFETCH(QByteArrayList, channels);
    QFETCH(QByteArrayList, expected);
    IntentEntry entry = someEntry();
    entry.reasons = given;
    entry.channels = channels;
    QCOMPARE(draftFromEntry(std::move(entry), "c1").reasons, expected);
}

void TestSsmaIntents::actorIsTheConnectionUnlessGiven()
{
    const auto actorOf = [](const QByteArray &given) {
        IntentEntry entry = someEntry();
        entry.actor = given;
        return object(draftFromEntry(std::move(entry), "c\"1").meta).value(u"actor").toString();
    };
    QCOMPARE(actorOf({}), QStringLiteral("c\"1"));
    QCOMPARE(actorOf("ann"), QStringLiteral("ann"));
}

void TestSsmaIntents::entryIsTakenOverAsItIs()
{
    const IntentDraft draft = draftFromEntry(someEntry(), "c1");
    QCOMPARE(draft.id, "it-00000001");
    QCOMPARE(draft.name, "TODO_CREATE");
    QCOMPARE(draft.payload, "[1]");
    QCOMPARE(draft.channels, QByteArrayList{"global"});
    QCOMPARE(object(draft.meta).value(u"clock").toInt(), 3);
}

void TestSsmaIntents::rowOfTheBackendGetsDefaults()
{
    const Intent intent = intentFromRow(R"({"intent":"A"})", "shop", 1'000);
    QCOMPARE(intent.site, "shop");
    QCOMPARE(intent.id, QByteArray());
    QCOMPARE(intent.payload, "{}");
    QCOMPARE(intent.channels, QByteArrayList{"global"});
    QCOMPARE(intent.reasons, QByteArrayList());
    QCOMPARE(intent.status, IntentStatus::Acked);
    QCOMPARE(intent.insertedAtMs, 1'000);
    QCOMPARE(object(intent.meta).value(u"clock").toInt(), 1'000);
    QCOMPARE(draftFromRow(R"({"intent":"A"})", 1'000).reasons, (QByteArrayList{"pending", "replay", "channel:global"}));
}

void TestSsmaIntents::rowOfTheBackendKeepsItsOwn()
{
    const Intent intent = intentFromRow(R"({"id":"x-0000001","intent":"A","insertedAt":5,"site":"ignored",
        "meta":{"clock":2,"own":[1],"channels":["a","a",7,"b"],"reasons":["r"]}})",
                                        "shop", 1'000);
    QCOMPARE(intent.id, "x-0000001");
    QCOMPARE(intent.site, "shop");
    QCOMPARE(intent.insertedAtMs, 5);
    QCOMPARE(intent.channels, (QByteArrayList{"a", "b"}));
    QCOMPARE(intent.reasons, QByteArrayList{"r"});
    QCOMPARE(object(intent.meta), object(R"({"clock":2,"own":[1]})"));
}

void TestSsmaIntents::payloadOfEveryKindIsKept_data()
{
    QTest::addColumn<QByteArray>("payload");
    for (const char *payload : {"null", "true", "-1.5", R"("a\"b\n")", "[1,[]]", R"({"a":{}})"})
        QTest::newRow(payload) << QByteArray(payload);
}

void TestSsmaIntents::payloadOfEveryKindIsKept()
{
    QFETCH(QByteArray, payload);
    QCOMPARE(intentFromRow(R"({"payload":)" + payload + '}', "s", 1).payload, payload);
}

void TestSsmaIntents::hostileRowsBecomeSomethingValid_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("an array") << QByteArray("[]");
    QTest::newRow("wrong types") << QByteArray(R"({"id":1,"intent":[],"meta":"x","insertedAt":"y"})");
    QTest::newRow("channels that are none") << QByteArray(R"({"meta":{"channels":{"a":1},"reasons":7}})");
    QTest::newRow("line breaks in texts") << QByteArray("{\"payload\":{\"a\":\n\"b\\nc\"}}");
}

void TestSsmaIntents::hostileRowsBecomeSomethingValid()
{
    QFETCH(QByteArray, row);
    const Intent intent = intentFromRow(row, "s", 1);
    QCOMPARE(intent.channels, QByteArrayList{"global"});
    QVERIFY(QJsonDocument::fromJson(intent.meta).isObject());
    QVERIFY(!intent.payload.isEmpty());
    QVERIFY(!intent.payload.contains('\n'));
    QVERIFY(!intent.meta.contains('\n'));
}

void TestSsmaIntents::contextNamesTheClient()
{
    ClientInfo client;
    client.site = "shop";
    client.connectionId = "c1";
    client.ip = "10.0.0.1";
    client.userAgent = "browser";
    client.principal.subjectId = "ann";
    client.principal.role = Role::Staff;
    const BackendContext context = contextOf(client);
    QCOMPARE(context.site, "shop");
    QCOMPARE(context.connectionId, "c1");
    QCOMPARE(context.ip, "10.0.0.1");
    QCOMPARE(context.userAgent, "browser");
    QCOMPARE(context.userId, "ann");
}

QTEST_GUILESS_MAIN(TestSsmaIntents)
#include "tst_ssma_intents.moc"
