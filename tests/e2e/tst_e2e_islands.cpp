// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/wsclient.h"

#include <QTest>

using namespace Tidegate;

namespace {

const QString Island = QStringLiteral("island.invalidate");
const QString Invalidate = QStringLiteral("/islands/invalidate");

} // namespace

//! SSMA spec section 10 and the island routes of section 5 against the real binary.
class TestE2eIslands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_http.setToken({}); }

    void eventHasTheDocumentedShapeOnBothDoors();
    void everyConnectionOfEverySiteGetsIt();
    void roleOfTheIslandDecides_data();
    void roleOfTheIslandDecides();
    void transportRoleInTheQueryUnlocksNothing();
    void streamsMayAskForSomeIslands();
    void noIslandIdReachesNobody();
    void disabledIslandIsSkipped();
    void killSwitchSkipsEverything();

    // Demo routes
    void demoIsOffByDefault();
    void inventoryIsListedAndChanged();
    void inventoryNeedsAQuantityAndASession();
    void reviewsAreListedAndAdded();
    void commentsAreListedAndAdded();

private:
    HttpAnswer invalidate(const QByteArray &body)
    {
        m_http.setToken(m_gateway.mintToken("staff"));
        return m_http.post(Invalidate, json(body));
    }

    GatewayProcess m_gateway;
    HttpClient m_http;
};

void TestE2eIslands::initTestCase()
{
    QVERIFY(m_gateway.start(
        GatewayProcess::withoutLimits() +
        QStringList{QStringLiteral("--ssma-islands-demo"), QStringLiteral("--ssma-disabled-islands=switched-off")}));
}

void TestE2eIslands::init()
{
    m_http.setBase(m_gateway.url());
}

void TestE2eIslands::eventHasTheDocumentedShapeOnBothDoors()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events"))));
    const QByteArray fields = R"({"islandId":"product-inventory","parameters":{"sku":"A1"},"reason":"stock",
                                  "site":"default","dataContract":"INVENTORY_INQUIRY","payload":{"q":1}})";
    const HttpAnswer answer = invalidate(R"({"islandId":"product-inventory","parameters":{"sku":"A1"},
        "reason":"stock","dataContract":"INVENTORY_INQUIRY","payload":{"q":1}})");
    QCOMPARE(answer.status, 202);
    QCOMPARE(textAt(answer.json(), "status"), "scheduled");
    VERIFY_HAS(valueAt(answer.json(), "event").toObject(), fields);
    const QJsonObject frame = client.next(Island);
    VERIFY_HAS(frame, fields);
    QVERIFY(!textAt(frame, "eventId").isEmpty());
    QVERIFY(numberAt(frame, "timestamp") > 1'600'000'000'000);
    QVERIFY(hasAt(frame, "cursor"));
    const QJsonObject data = stream.next("island.invalidate").json();
    VERIFY_HAS(data, fields);
    QCOMPARE(textAt(data, "eventId"), textAt(frame, "eventId"));
}

void TestE2eIslands::everyConnectionOfEverySiteGetsIt()
{
    WsClient other;
    QVERIFY(other.join(m_gateway.webSocketUrl(QStringLiteral("role=follower&site=elsewhere"))));
    invalidate(R"({"islandId":"anything"})");
    QCOMPARE(textAt(other.next(Island), "reason"), "manual-api");
}

void TestE2eIslands::roleOfTheIslandDecides_data()
{
    QTest::addColumn<QByteArray>("island");
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<bool>("isSeen");
    const auto row = [](const char *name, const char *island, const char *role, bool isSeen) {
        QTest::newRow(name) << QByteArray(island) << QByteArray(role) << isSeen;
    };
    row("inventory is for guests", "product-inventory", "guest", true);
    row("unlisted islands are for guests", "unlisted", "guest", true);
    row("reviews are not for guests", "product-reviews", "guest", false);
    row("reviews are for users", "product-reviews", "user", true);
    row("comments are for users", "blog-comments", "user", true);
    row("the dashboard is not for users", "ops.dashboard", "user", false);
    row("the dashboard is for staff", "ops.dashboard", "staff", true);
    row("and for those above", "ops.dashboard", "admin", true);
}

void TestE2eIslands::roleOfTheIslandDecides()
{
    QFETCH(QByteArray, island);
    QFETCH(QByteArray, role);
    QFETCH(bool, isSeen);
    const QByteArray token = role == "guest" ? QByteArray() : m_gateway.mintToken(role);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), token));
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events")), token));
    invalidate(R"({"islandId":")" + island + R"("})");
    invalidate(R"({"islandId":"fence"})");
    const auto isFence = [](const QJsonObject &frame) { return textAt(frame, "islandId") == "fence"; };
    QVERIFY(!client.waitFor(isFence).isEmpty());
    QVERIFY(!stream.waitFor([&](const auto &event) { return isFence(event.json()); }).isEmpty());
    QCOMPARE(client.unread(Island), int(isSeen));
    QCOMPARE(stream.unread("island.invalidate"), int(isSeen));
}

// spec 19 (1)
void TestE2eIslands::transportRoleInTheQueryUnlocksNothing()
{
    for (const QString &role : {QStringLiteral("staff"), QStringLiteral("admin"), QStringLiteral("system")}) {
        WsClient client;
        QVERIFY(client.join(m_gateway.webSocketUrl(QStringLiteral("role=") + role)));
        invalidate(R"({"islandId":"ops.dashboard"})");
        invalidate(R"({"islandId":"product-reviews"})");
        invalidate(R"({"islandId":"open"})");
        QCOMPARE(textAt(client.next(Island), "islandId"), "open");
    }
}

void TestE2eIslands::streamsMayAskForSomeIslands()
{
    SseClient stream;
    QVERIFY(stream.join(m_gateway.url(QStringLiteral("/optimistic/events?islands=one,%20two%20"))));
    for (const char *island : {"zero", "one", "three", "two"})
        invalidate(QByteArray(R"({"islandId":")") + island + R"("})");
    QCOMPARE(textAt(stream.next("island.invalidate").json(), "islandId"), "one");
    QCOMPARE(textAt(stream.next("island.invalidate").json(), "islandId"), "two");
}

void TestE2eIslands::noIslandIdReachesNobody()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    QCOMPARE(invalidate("{}").status, 400);
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Island), 0);
}

void TestE2eIslands::disabledIslandIsSkipped()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    const HttpAnswer answer = invalidate(R"({"islandId":"switched-off"})");
    QCOMPARE(answer.json(), json(R"({"skipped":true,"reason":"feature-disabled","islandId":"switched-off"})"));
    QVERIFY(client.settle());
    QCOMPARE(client.unread(Island), 0);
}

void TestE2eIslands::killSwitchSkipsEverything()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start({}, {{QStringLiteral("SSMA_STATIC_RENDER_ENABLED"), QStringLiteral("false")}}));
    HttpClient http(gateway.url());
    http.setToken(gateway.mintToken("staff"));
    QCOMPARE(textAt(http.post(Invalidate, json(R"({"islandId":"any"})")).json(), "reason"), "feature-disabled");
}

void TestE2eIslands::demoIsOffByDefault()
{
    GatewayProcess gateway;
    QVERIFY(gateway.start());
    HttpClient http(gateway.url());
    QCOMPARE(http.get(QStringLiteral("/islands/inventory")).status, 404);
    QCOMPARE(http.get(QStringLiteral("/")).status, 200);
}

void TestE2eIslands::inventoryIsListedAndChanged()
{
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl()));
    m_http.setToken(m_gateway.mintToken("user"));
    const HttpAnswer changed =
        m_http.post(QStringLiteral("/islands/inventory/sku-9"), json(R"({"quantity":7,"reason":"recount"})"));
    QCOMPARE(changed.status, 200);
    VERIFY_HAS(changed.json(), R"({"product":{"productId":"sku-9","quantity":7}})");
    VERIFY_HAS(client.next(Island), R"({"islandId":"product-inventory","reason":"recount",
        "dataContract":"INVENTORY_INQUIRY","parameters":{"productId":"sku-9"}})");
    const QJsonObject listed = m_http.get(QStringLiteral("/islands/inventory")).json();
    QVERIFY(column(arrayAt(listed, "products"), "productId").contains("sku-9"));
    for (const char *member : {"quantity", "title", "updatedAt"})
        QVERIFY2(hasAt(listed, QByteArray("products.0.") + member), member);
}

// spec 19 (8)
void TestE2eIslands::inventoryNeedsAQuantityAndASession()
{
    const QString path = QStringLiteral("/islands/inventory/sku-9");
    QCOMPARE(m_http.post(path, json(R"({"quantity":1})")).status, 403);
    m_http.setToken(m_gateway.mintToken("user"));
    for (const char *body : {"{}", R"({"quantity":-1})", R"({"quantity":"3"})"}) {
        const HttpAnswer answer = m_http.post(path, json(body));
        QCOMPARE(answer.status, 400);
        QCOMPARE(textAt(answer.json(), "error"), "INVALID_QUANTITY");
    }
}

void TestE2eIslands::reviewsAreListedAndAdded()
{
    const QString path = QStringLiteral("/islands/reviews/p1");
    const QJsonObject review = json(R"({"rating":4,"headline":"Fine","body":"Works"})");
    QCOMPARE(m_http.post(path, review).status, 403);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), m_gateway.mintToken("user")));
    m_http.setToken(m_gateway.mintToken("user", "ann"));
    const HttpAnswer answer = m_http.post(path, review);
    QCOMPARE(answer.status, 201);
    VERIFY_HAS(answer.json(),
               R"({"review":{"productId":"p1","rating":4,"headline":"Fine","body":"Works","author":"ann"}})");
    QVERIFY(hasAt(answer.json(), "review.id") && hasAt(answer.json(), "review.createdAt"));
    VERIFY_HAS(client.next(Island), R"({"islandId":"product-reviews","reason":"review-api",
        "dataContract":"PRODUCT_REVIEWS_REQUESTED"})");
    QCOMPARE(arrayAt(m_http.get(path).json(), "reviews").size(), 1);
}

void TestE2eIslands::commentsAreListedAndAdded()
{
    const QString path = QStringLiteral("/islands/blog/hello-world/comments");
    QCOMPARE(m_http.post(path, json(R"({"body":"First"})")).status, 403);
    WsClient client;
    QVERIFY(client.join(m_gateway.webSocketUrl(), m_gateway.mintToken("user")));
    m_http.setToken(m_gateway.mintToken("user", "ann"));
    const HttpAnswer answer = m_http.post(path, json(R"({"body":"First"})"));
    QCOMPARE(answer.status, 201);
    VERIFY_HAS(answer.json(), R"({"comment":{"postId":"hello-world","body":"First","author":"ann"}})");
    VERIFY_HAS(client.next(Island), R"({"islandId":"blog-comments","reason":"comment-api",
        "dataContract":"COMMENT_LIST_REQUESTED"})");
    QCOMPARE(arrayAt(m_http.get(path).json(), "comments").size(), 1);
}

QTEST_GUILESS_MAIN(TestE2eIslands)
#include "tst_e2e_islands.moc"
