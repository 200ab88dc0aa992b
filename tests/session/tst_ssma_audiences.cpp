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

QByteArray bytesOf(const AudienceSpec &audience, const Publication &publication)
{
    QByteArray bytes;
    audience.encoder(publication, bytes);
    return bytes;
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
    void framingDecidesTheEnvelope();
    void bytesAreAppended();
};

void TestSsmaAudiences::variantsDifferWhereBytesDo_data()
{
    QTest::addColumn<int>("one");
    QTest::addColumn<int>("other");
    for (int one = 0; one < 6; ++one) {
        for (int other = one + 1; other < 6; ++other)
            QTest::addRow("%d and %d", one, other) << one << other;
    }
}

void TestSsmaAudiences::variantsDifferWhereBytesDo()
{
    QFETCH(int, one);
    QFETCH(int, other);
    const auto audience = [](int which) {
        const auto mode = FilterMode::PayloadFields;
        const Framing text = Framing::WebSocketText;
        switch (which) {
        case 0:
            return channelAudience(text, {"c", "{}"}, mode, {});
        case 1:
            return channelAudience(text, {"c", R"({"a":1})"}, mode, {});
        case 2:
            return channelAudience(text, {"c", "{}"}, mode, R"({"a":1})");
        case 3:
            return channelAudience(Framing::Raw, {"c", "{}"}, mode, {});
        case 4:
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
    const auto make = [] {
        return channelAudience(Framing::WebSocketText, {"c", R"({"a":1})"}, FilterMode::PayloadFields, R"({"b":2})");
    };
    QCOMPARE(make().variant, make().variant);
}

void TestSsmaAudiences::ignoredFiltersShareAVariant()
{
    const SubscriptionKey key{"c", "{}"};
    const auto with = [&](FilterMode mode, const QByteArray &filter) {
        return channelAudience(Framing::WebSocketText, key, mode, filter).variant;
    };
    QCOMPARE(with(FilterMode::Ignored, R"({"a":1})"), with(FilterMode::Ignored, {}));
    QCOMPARE(with(FilterMode::PayloadFields, "{}"), with(FilterMode::PayloadFields, {}));
}

void TestSsmaAudiences::filterLeavesOutRows()
{
    const AudienceSpec audience = channelAudience(Framing::Raw, {"c", "{}"}, FilterMode::PayloadFields, R"({"a":1})");
    const QByteArray bytes = bytesOf(audience, rows({rowEvent(1, R"({"a":1})"), rowEvent(2, R"({"a":2})")}));
    QVERIFY(bytes.contains(R"([{"payload":{"a":1}}])"));
    QVERIFY(bytes.contains(R"("cursor":2)")); // the client has seen everything up to here
}

void TestSsmaAudiences::publicationWithoutAVisibleRowHasNoBytes()
{
    const Publication publication = rows({rowEvent(1, R"({"a":2})", Role::Staff)});
    QCOMPARE(bytesOf(channelAudience(Framing::Raw, {"c", "{}"}, FilterMode::PayloadFields, R"({"a":1})"), publication),
             QByteArray());
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
    QVERIFY(isSent(islandAudience(Framing::Raw, Role::User, {})));
    QVERIFY(!isSent(islandAudience(Framing::Raw, Role::Guest, {})));
    QVERIFY(isSent(islandAudience(Framing::Raw, Role::Staff, "shop")));
    QVERIFY(!isSent(islandAudience(Framing::Raw, Role::Staff, "elsewhere")));
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

void TestSsmaAudiences::framingDecidesTheEnvelope()
{
    const auto framed = [](Framing framing) {
        QByteArray bytes;
        appendMessage(bytes, framing, "{}");
        return bytes;
    };
    QCOMPARE(framed(Framing::WebSocketText), QByteArray("\x81\x02{}"));
    QCOMPARE(framed(Framing::EventStream), QByteArray("{}"));
    QCOMPARE(framed(Framing::Raw), QByteArray("{}\n"));
}

void TestSsmaAudiences::bytesAreAppended()
{
    QByteArray bytes = "before";
    streamRowsAudience(Role::Guest).encoder(rows({rowEvent(1, "1")}), bytes);
    QVERIFY(bytes.startsWith("beforeevent: "));
}

QTEST_GUILESS_MAIN(TestSsmaAudiences)
#include "tst_ssma_audiences.moc"
