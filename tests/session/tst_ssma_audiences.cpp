// SPDX-License-Identifier: MIT
#include "session/ssma/audiences.h"
#include "session/ssma/streams.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

namespace {

EventPtr rowEvent(Offset offset, const QByteArray &payload, Role minRole = Role::Guest)
{
    auto made = std::make_shared<Event>();
    made->offset = offset;
    made->minRole = minRole;
    made->key = "island-" + QByteArray::number(offset);
    made->payload = "{\"payload\":" + payload + '}';
    made->annex = "{\"sse\":" + payload + '}';
    made->match = payload;
    return made;
}

Publication rows(std::vector<EventPtr> events)
{
    Publication publication;
    publication.stream = "s";
    publication.kind = KindInvalidate;
    publication.reason = "intent-flush";
    publication.site = "shop";
    publication.cursor = events.back()->offset;
    publication.events = std::move(events);
    return publication;
}

const ChannelRule Filtering{Role::Guest, FilterMode::PayloadFields};

QByteArray bytesOf(const AudienceSpec &audience, const Publication &publication)
{
    return audience.encode(publication);
}

} // namespace

class TestSsmaAudiences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void variantsDifferWhereBytesDo_data();
    void variantsDifferWhereBytesDo();
    void equalSubscriptionsShareAVariant();
    void ignoredFiltersShareAVariant();
    void filterLeavesOutRows();
    void publicationWithoutAVisibleRowHasNoBytes();
    void streamRowsAreLimitedByRole();
    void streamEventsCarryTheCursorAsId();
    void islandsAreLimitedByRoleSiteAndName();
    void connectionsAreForStaff();
    void policiesDoNotShareAVariant();
    void rowsAreConflatedByThePayloadField();
    void aLossOfRowsIsToldAsAGapWithThePositionBeforeIt();
};

void TestSsmaAudiences::variantsDifferWhereBytesDo_data()
{
    QTest::addColumn<int>("one");
    QTest::addColumn<int>("other");
    for (int one = 0; one < 5; ++one) {
        for (int other = one + 1; other < 5; ++other)
            QTest::addRow("%d and %d", one, other) << one << other;
    }
}

void TestSsmaAudiences::variantsDifferWhereBytesDo()
{
    QFETCH(int, one);
    QFETCH(int, other);
    const auto audience = [](int which) {
        switch (which) {
        case 0:
            return channelAudience({"c", "{}"}, Filtering, {});
        case 1:
            return channelAudience({"c", R"({"a":1})"}, Filtering, {});
        case 2:
            return channelAudience({"c", "{}"}, Filtering, R"({"a":1})");
        case 3:
            return streamRowsAudience(Role::Guest);
        default:
            return streamRowsAudience(Role::Staff);
        }
    };
    const Publication publication = rows({rowEvent(1, R"({"a":1})"), rowEvent(2, R"({"a":2})", Role::Staff)});
    const AudienceSpec first = audience(one);
    const AudienceSpec second = audience(other);
    QCOMPARE(first.variant != second.variant, bytesOf(first, publication) != bytesOf(second, publication));
}

void TestSsmaAudiences::equalSubscriptionsShareAVariant()
{
    const auto make = [] { return channelAudience({"c", R"({"a":1})"}, Filtering, R"({"b":2})"); };
    QCOMPARE(make().variant, make().variant);
}

void TestSsmaAudiences::ignoredFiltersShareAVariant()
{
    const SubscriptionKey key{"c", "{}"};
    const auto with = [&](const ChannelRule &rule, const QByteArray &filter) {
        return channelAudience(key, rule, filter).variant;
    };
    QCOMPARE(with({}, R"({"a":1})"), with({}, {}));
    QCOMPARE(with(Filtering, "{}"), with(Filtering, {}));
}

void TestSsmaAudiences::filterLeavesOutRows()
{
    const AudienceSpec audience = channelAudience({"c", "{}"}, Filtering, R"({"a":1})");
    const QByteArray bytes = bytesOf(audience, rows({rowEvent(1, R"({"a":1})"), rowEvent(2, R"({"a":2})")}));
    QVERIFY(bytes.contains(R"([{"payload":{"a":1}}])"));
    QVERIFY(bytes.contains(R"("cursor":2)")); // the client has seen everything up to here
}

void TestSsmaAudiences::publicationWithoutAVisibleRowHasNoBytes()
{
    const Publication publication = rows({rowEvent(1, R"({"a":2})", Role::Staff)});
    QCOMPARE(bytesOf(channelAudience({"c", "{}"}, Filtering, R"({"a":1})"), publication), QByteArray());
    QCOMPARE(bytesOf(streamRowsAudience(Role::User), publication), QByteArray());
}

void TestSsmaAudiences::streamRowsAreLimitedByRole()
{
    const Publication publication = rows({rowEvent(1, "1"), rowEvent(2, "2", Role::Staff)});
    QVERIFY(!bytesOf(streamRowsAudience(Role::User), publication).contains(R"("payload":2)"));
    QVERIFY(bytesOf(streamRowsAudience(Role::Staff), publication).contains(R"("payload":2)"));
}

void TestSsmaAudiences::streamEventsCarryTheCursorAsId()
{
    const QByteArray bytes = bytesOf(streamRowsAudience(Role::Guest), rows({rowEvent(41, "1"), rowEvent(42, "2")}));
    QVERIFY2(bytes.contains("id: 42\n"), bytes.constData());
    QVERIFY2(bytes.contains("event: invalidate\n"), bytes.constData());
    QVERIFY(bytes.endsWith("\n\n"));
}

void TestSsmaAudiences::islandsAreLimitedByRoleSiteAndName()
{
    const Publication publication = rows({rowEvent(1, "1", Role::User)});
    const auto isSent = [&](const AudienceSpec &audience) { return !bytesOf(audience, publication).isEmpty(); };
    QVERIFY(isSent(islandAudience(Role::User, {}, LagPolicy::Close)));
    QVERIFY(!isSent(islandAudience(Role::Guest, {}, LagPolicy::Close)));
    QVERIFY(isSent(islandAudience(Role::Staff, "shop", LagPolicy::Close)));
    QVERIFY(!isSent(islandAudience(Role::Staff, "elsewhere", LagPolicy::Close)));
    QVERIFY(isSent(streamIslandsAudience(Role::User, {}, {})));
    QVERIFY(isSent(streamIslandsAudience(Role::User, {"island-1", "x"}, {})));
    QVERIFY(!isSent(streamIslandsAudience(Role::User, {"x"}, {})));
    QVERIFY(!isSent(streamIslandsAudience(Role::Guest, {}, {})));
    QVERIFY(!isSent(streamIslandsAudience(Role::User, {}, "elsewhere")));
}

void TestSsmaAudiences::connectionsAreForStaff()
{
    Publication publication;
    publication.kind = KindConnectionClosed;
    publication.body = R"({"connectionId":"c"})";
    QCOMPARE(bytesOf(streamConnectionsAudience(Role::User), publication), QByteArray());
    QVERIFY(bytesOf(streamConnectionsAudience(Role::Staff), publication).contains("event: connection:closed\n"));
}

void TestSsmaAudiences::policiesDoNotShareAVariant()
{
    const auto variant = [](LagPolicy overflow, const QByteArray &field) {
        return channelAudience({"c", "{}"}, {Role::Guest, FilterMode::Ignored, overflow, field}, {}).variant;
    };
    QVERIFY(variant(LagPolicy::Close, "id") != variant(LagPolicy::DropOldest, "id"));
    QVERIFY(variant(LagPolicy::Conflate, "id") != variant(LagPolicy::Conflate, "sku"));
}

void TestSsmaAudiences::rowsAreConflatedByThePayloadField()
{
    const AudienceSpec audience =
        channelAudience({"c", "{}"}, {Role::Guest, FilterMode::Ignored, LagPolicy::Conflate, "sku"}, {});
    const auto key = [&](const QByteArray &payload) { return audience.conflationKey(*rowEvent(1, payload)); };
    QCOMPARE(key(R"({"sku":"a","price":1})"), key(R"({"price":2,"sku":"a"})"));
    QVERIFY(key(R"({"sku":"a"})") != key(R"({"sku":"b"})"));
    QVERIFY(key(R"({"sku":"1"})") != key(R"({"sku":1})"));
    QVERIFY(!key(R"({"sku":null})").isEmpty());
    QCOMPARE(key(R"({"price":1})"), QByteArray());
    QCOMPARE(key(R"("text")"), QByteArray());
}

void TestSsmaAudiences::aLossOfRowsIsToldAsAGapWithThePositionBeforeIt()
{
    const AudienceSpec audience =
        channelAudience({"c", "{}"}, {Role::Guest, FilterMode::Ignored, LagPolicy::DropOldest}, {});
    const QByteArray frame = audience.encodeLoss({41, 45, 3});
    for (const char *part : {R"("type":"channel.replay")", R"("reason":"overflow")", R"("cursor":41)", R"("gap")"})
        QVERIFY2(frame.contains(part), frame.constData());
}

QTEST_GUILESS_MAIN(TestSsmaAudiences)
#include "tst_ssma_audiences.moc"
