// SPDX-License-Identifier: MIT
#include "backend/backendevent.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Tidegate;

namespace {

QJsonObject object(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

class TestBackendEvent : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsEveryField();
    void missingFieldsStayEmpty();
    void fieldsOfTheWrongTypeStayEmpty_data();
    void fieldsOfTheWrongTypeStayEmpty();
    void jsonTextsAreCompact_data();
    void jsonTextsAreCompact();
    void intentsThatAreNotObjectsAreSkipped();
    void eventsAndEventAreBothHonoured();
    void entriesThatAreNotObjectsAreSkipped_data();
    void entriesThatAreNotObjectsAreSkipped();
};

void TestBackendEvent::readsEveryField()
{
    const BackendEvent event = backendEventFromJson(object(R"({"eventId":"e1","type":"island.invalidate",
        "reason":"stock","site":"shop","timestamp":1795225538078,"cursor":42,"islandId":"product-inventory",
        "parameters":{"sku":"A1"},"payload":{"n": 1},"dataContract":"INVENTORY_INQUIRY","intents":[{"id":"i1"}]})"));
    const BackendEvent expected{"e1",
                                "island.invalidate",
                                "stock",
                                "shop",
                                1795225538078,
                                42,
                                "product-inventory",
                                R"({"sku":"A1"})",
                                R"({"n":1})",
                                "INVENTORY_INQUIRY",
                                {R"({"id":"i1"})"}};
    QCOMPARE(event, expected);
}

void TestBackendEvent::missingFieldsStayEmpty()
{
    QCOMPARE(backendEventFromJson({}), BackendEvent{});
}

void TestBackendEvent::fieldsOfTheWrongTypeStayEmpty_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("texts as numbers") << QByteArray(R"({"eventId":1,"type":2,"reason":3,"site":4,"islandId":5})");
    QTest::newRow("nulls") << QByteArray(R"({"site":null,"cursor":null,"parameters":null,"payload":null})");
    QTest::newRow("numbers as texts") << QByteArray(R"({"timestamp":"1","cursor":"2"})");
    QTest::newRow("negative numbers") << QByteArray(R"({"timestamp":-1,"cursor":-2})");
    QTest::newRow("numbers beyond 64 bits") << QByteArray(R"({"timestamp":1e300,"cursor":9223372036854775808})");
    QTest::newRow("intents as object") << QByteArray(R"({"intents":{"id":"x"}})");
}

void TestBackendEvent::fieldsOfTheWrongTypeStayEmpty()
{
    QFETCH(const QByteArray, json);
    QCOMPARE(backendEventFromJson(object(json)), BackendEvent{});
}

void TestBackendEvent::jsonTextsAreCompact_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("object") << QByteArray(R"({"payload": { "a" : [1, 2] }})") << QByteArray(R"({"a":[1,2]})");
    QTest::newRow("array") << QByteArray(R"({"payload": [ 1 ]})") << QByteArray("[1]");
    QTest::newRow("text with quotes") << QByteArray(R"({"payload": "a\"b"})") << QByteArray(R"("a\"b")");
    QTest::newRow("large whole number") << QByteArray(R"({"payload": 9007199254740993})")
                                        << QByteArray("9007199254740993");
    QTest::newRow("false") << QByteArray(R"({"payload": false})") << QByteArray("false");
}

void TestBackendEvent::jsonTextsAreCompact()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArray, payload);
    QCOMPARE(backendEventFromJson(object(json)).payload, payload);
}

void TestBackendEvent::intentsThatAreNotObjectsAreSkipped()
{
    const BackendEvent event = backendEventFromJson(object(R"({"intents":[1,null,{"id":"a"},"x",[],{"id":"b"}]})"));
    const std::vector<QByteArray> expected{R"({"id":"a"})", R"({"id":"b"})"};
    QCOMPARE(event.intents, expected);
}

void TestBackendEvent::eventsAndEventAreBothHonoured()
{
    const std::vector<BackendEvent> events =
        parseBackendEvents(object(R"({"event":{"eventId":"c"},"events":[{"eventId":"a"},{"eventId":"b"}]})"));
    QCOMPARE(events.size(), size_t(3));
    QCOMPARE(events[0].eventId, "a");
    QCOMPARE(events[1].eventId, "b");
    QCOMPARE(events[2].eventId, "c");
}

void TestBackendEvent::entriesThatAreNotObjectsAreSkipped_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("count");
    QTest::newRow("neither field") << QByteArray("{}") << 0;
    QTest::newRow("events is an object") << QByteArray(R"({"events":{}})") << 0;
    QTest::newRow("event is a list") << QByteArray(R"({"event":[{}]})") << 0;
    QTest::newRow("mixed entries") << QByteArray(R"({"events":[null,{},3,"x",[{}]]})") << 1;
}

void TestBackendEvent::entriesThatAreNotObjectsAreSkipped()
{
    QFETCH(const QByteArray, json);
    QFETCH(const int, count);
    QCOMPARE(int(parseBackendEvents(object(json)).size()), count);
}

QTEST_GUILESS_MAIN(TestBackendEvent)
#include "tst_backendevent.moc"
