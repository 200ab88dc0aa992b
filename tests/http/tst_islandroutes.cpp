// SPDX-License-Identifier: MIT
#include "http/httpfixture.h"

#include "http/islanddemodata.h"

#include <QJsonArray>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;

// SSMA spec section 5: demo islands, and the page at "/".
class TestIslandRoutes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void withoutTheDemoTheRoutesAre404_data();
    void withoutTheDemoTheRoutesAre404();
    void inventoryListsProducts();
    void guestsCannotWrite_data();
    void guestsCannotWrite();
    void quantityIsSetAndPublished();
    void badQuantityIs400_data();
    void badQuantityIs400();
    void reviewIsStoredAndPublished();
    void badReviewIs400();
    void commentIsStoredAndPublished();
    void badCommentIs400();
    void argumentsAreDecodedOnce();
    void hostileArgumentsAre404_data();
    void hostileArgumentsAre404();
    void disabledIslandIsSkipped();
    void killSwitchSkipsAll();
    void tablesAreBounded();
    void rootNamesTheService();
    void devModeServesTheDemoPage();
};

void TestIslandRoutes::withoutTheDemoTheRoutesAre404_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("inventory") << QByteArray("/islands/inventory");
    QTest::newRow("reviews") << QByteArray("/islands/reviews/rope");
    QTest::newRow("comments") << QByteArray("/islands/blog/first/comments");
}

void TestIslandRoutes::withoutTheDemoTheRoutesAre404()
{
    QFETCH(QByteArray, path);
    HttpFixture closed;
    QCOMPARE(closed.get(path).status, 404);
    HttpFixture open({.islandsDemo = true});
    QCOMPARE(open.get(path).status, 200);
}

void TestIslandRoutes::inventoryListsProducts()
{
    HttpFixture http({.islandsDemo = true});
    const QJsonObject answer = HttpFixture::object(http.get("/islands/inventory"));
    QVERIFY(answer.value(QLatin1StringView("updatedAt")).isDouble());
    const QJsonObject product = answer.value(QLatin1StringView("products")).toArray().first().toObject();
    for (const auto name : {QLatin1StringView("productId"), QLatin1StringView("quantity"), QLatin1StringView("title"),
                            QLatin1StringView("updatedAt")})
        QVERIFY(product.contains(name));
}

void TestIslandRoutes::guestsCannotWrite_data()
{
    withoutTheDemoTheRoutesAre404_data();
}

void TestIslandRoutes::guestsCannotWrite()
{
    QFETCH(QByteArray, path);
    HttpFixture http({.islandsDemo = true});
    if (path.endsWith("inventory"))
        path += "/rope";
    const HttpResponse response = http.post(path, R"({"quantity":1})");
    QCOMPARE(response.status, 403);
    QCOMPARE(response.body, QByteArray("{\"error\":\"FORBIDDEN\",\"requiredRole\":\"user\"}"));
}

void TestIslandRoutes::quantityIsSetAndPublished()
{
    HttpFixture http({.islandsDemo = true});
    const HttpResponse response =
        http.ask(http.as(Role::User, http.request("POST", "/islands/inventory/rope", R"({"quantity":3})")));
    QCOMPARE(response.status, 200);
    const QJsonObject product = HttpFixture::object(response).value(QLatin1StringView("product")).toObject();
    QCOMPARE(product.value(QLatin1StringView("quantity")).toInt(), 3);
    const Ssma::IslandInvalidation sent = http.optimistic.calls().first().invalidation;
    QCOMPARE(sent.islandId, QByteArray("product-inventory"));
    QCOMPARE(sent.dataContract, QByteArray("INVENTORY_INQUIRY"));
    QCOMPARE(sent.reason, QByteArray("manual-update"));
    QCOMPARE(sent.parameters, QByteArray("{\"productId\":\"rope\"}"));
    QVERIFY(http.recordedEvents().contains("INVENTORY_UPDATED"));
}

void TestIslandRoutes::badQuantityIs400_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << QByteArray("{}");
    QTest::newRow("negative") << QByteArray(R"({"quantity":-1})");
    QTest::newRow("text") << QByteArray(R"({"quantity":"3"})");
    QTest::newRow("null") << QByteArray(R"({"quantity":null})");
}

void TestIslandRoutes::badQuantityIs400()
{
    QFETCH(QByteArray, body);
    HttpFixture http({.islandsDemo = true});
    const HttpResponse response = http.ask(http.as(Role::User, http.request("POST", "/islands/inventory/rope", body)));
    QCOMPARE(response.status, 400);
    QCOMPARE(response.body, QByteArray("{\"error\":\"INVALID_QUANTITY\"}"));
    QVERIFY(http.optimistic.calls().isEmpty());
}

void TestIslandRoutes::reviewIsStoredAndPublished()
{
    HttpFixture http({.islandsDemo = true});
    const QByteArray body = R"({"rating":4,"headline":"Good","body":"Holds.","reason":"because"})";
    const HttpResponse response = http.ask(http.as(Role::User, http.request("POST", "/islands/reviews/rope", body)));
    QCOMPARE(response.status, 201);
    const QJsonObject review = HttpFixture::object(response).value(QLatin1StringView("review")).toObject();
    QVERIFY(!review.value(QLatin1StringView("id")).toString().isEmpty());
    QVERIFY(!review.value(QLatin1StringView("author")).toString().isEmpty());
    QCOMPARE(http.optimistic.calls().first().invalidation.dataContract, QByteArray("PRODUCT_REVIEWS_REQUESTED"));
    QCOMPARE(http.optimistic.calls().first().invalidation.reason, QByteArray("because"));
    const QJsonArray stored =
        HttpFixture::object(http.get("/islands/reviews/rope")).value(QLatin1StringView("reviews")).toArray();
    QCOMPARE(stored, QJsonArray{review});
}

void TestIslandRoutes::badReviewIs400()
{
    HttpFixture http({.islandsDemo = true});
    HttpRequest request = http.as(Role::User, http.request("POST", "/islands/reviews/rope"));
    for (const char *body : {"{}", R"({"rating":6,"headline":"h","body":"b"})",
                             R"({"rating":1,"headline":"","body":"b"})", R"({"rating":1,"headline":"h"})"}) {
        request.body = body;
        QCOMPARE(http.ask(request).status, 400);
    }
}

void TestIslandRoutes::commentIsStoredAndPublished()
{
    HttpFixture http({.islandsDemo = true});
    const HttpResponse response =
        http.ask(http.as(Role::User, http.request("POST", "/islands/blog/first/comments", R"({"body":"Hello"})")));
    QCOMPARE(response.status, 201);
    const QJsonObject comment = HttpFixture::object(response).value(QLatin1StringView("comment")).toObject();
    QCOMPARE(comment.value(QLatin1StringView("postId")).toString(), QStringLiteral("first"));
    QCOMPARE(http.optimistic.calls().first().invalidation.islandId, QByteArray("blog-comments"));
    QCOMPARE(http.optimistic.calls().first().invalidation.reason, QByteArray("comment-api"));
    const QJsonArray stored =
        HttpFixture::object(http.get("/islands/blog/first/comments")).value(QLatin1StringView("comments")).toArray();
    QCOMPARE(stored, QJsonArray{comment});
}

void TestIslandRoutes::badCommentIs400()
{
    HttpFixture http({.islandsDemo = true});
    const QByteArray tooLong = "{\"body\":\"" + QByteArray(2001, 'x') + "\"}";
    HttpRequest request = http.as(Role::User, http.request("POST", "/islands/blog/first/comments", tooLong));
    QCOMPARE(http.ask(request).status, 400);
    request.body = "{}";
    QCOMPARE(http.ask(request).status, 400);
}

void TestIslandRoutes::argumentsAreDecodedOnce()
{
    HttpFixture http({.islandsDemo = true});
    const HttpRequest request = http.request("POST", "/islands/inventory/a%2Fb%2525%C3%A4", R"({"quantity":1})");
    const HttpResponse response = http.ask(http.as(Role::User, request));
    const QJsonObject product = HttpFixture::object(response).value(QLatin1StringView("product")).toObject();
    QCOMPARE(product.value(QLatin1StringView("productId")).toString(), QStringLiteral("a/b%25ä"));
}

void TestIslandRoutes::hostileArgumentsAre404_data()
{
    QTest::addColumn<QByteArray>("argument");
    QTest::newRow("NUL") << QByteArray("%00");
    QTest::newRow("line break") << QByteArray("a%0D%0Ab");
    QTest::newRow("invalid UTF-8") << QByteArray("%FF%FE");
    QTest::newRow("overlong slash") << QByteArray("%C0%AF");
    QTest::newRow("129 characters") << QByteArray(129, 'a');
    QTest::newRow("two segments") << QByteArray("a/b");
}

void TestIslandRoutes::hostileArgumentsAre404()
{
    QFETCH(QByteArray, argument);
    HttpFixture http({.islandsDemo = true});
    QCOMPARE(http.get("/islands/reviews/" + argument).status, 404);
}

void TestIslandRoutes::disabledIslandIsSkipped()
{
    HttpFixture http({.islandsDemo = true, .disabledIslands = {"product-reviews"}});
    const HttpResponse response = http.get("/islands/reviews/rope");
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body, QByteArray(R"({"islandId":"product-reviews","reason":"feature-disabled","skipped":true})"));
    QVERIFY(HttpFixture::object(http.get("/islands/inventory")).contains(QLatin1StringView("products")));
}

void TestIslandRoutes::killSwitchSkipsAll()
{
    HttpFixture http({.islandsDemo = true, .islandsEnabled = false});
    const HttpResponse response =
        http.ask(http.as(Role::User, http.request("POST", "/islands/inventory/rope", R"({"quantity":3})")));
    QVERIFY(HttpFixture::object(response).value(QLatin1StringView("skipped")).toBool());
    QVERIFY(http.optimistic.calls().isEmpty());
}

void TestIslandRoutes::tablesAreBounded()
{
    IslandDemoData data(0);
    for (int i = 0; i < 1000; ++i) {
        const QString key = QString::number(i);
        (void)data.setQuantity(key, 1, i);
        data.addReview(key, {});
        data.addComment(QStringLiteral("one"), {{QStringLiteral("n"), i}});
    }
    QCOMPARE(data.products().size(), IslandDemoData::MaxKeys);
    QVERIFY(data.reviews(QStringLiteral("199")).size() == 1);
    QVERIFY(data.reviews(QStringLiteral("200")).isEmpty());
    const QJsonArray comments = data.comments(QStringLiteral("one"));
    QCOMPARE(comments.size(), IslandDemoData::MaxPerKey);
    QCOMPARE(comments.last().toObject().value(QLatin1StringView("n")).toInt(), 999);
    QVERIFY(data.setQuantity(QStringLiteral("rope"), 5, 0).has_value());
}

void TestIslandRoutes::rootNamesTheService()
{
    HttpFixture http;
    const QJsonObject answer = HttpFixture::object(http.get("/"));
    QCOMPARE(answer.value(QLatin1StringView("service")).toString(), QStringLiteral("tidegate"));
    QVERIFY(!answer.value(QLatin1StringView("version")).toString().isEmpty());
    QVERIFY(answer.contains(QLatin1StringView("docs")));
    QCOMPARE(http.get("/index.html").status, 404);
}

void TestIslandRoutes::devModeServesTheDemoPage()
{
    HttpFixture http({.devMode = true});
    const HttpResponse response = http.get("/");
    QCOMPARE(response.status, 200);
    QCOMPARE(headerValue(response.headers, "Content-Type"), QByteArray("text/html; charset=utf-8"));
    QVERIFY(headerValue(response.headers, "Content-Security-Policy").startsWith("default-src 'self'; connect-src"));
    QVERIFY(!headerValue(response.headers, "Content-Security-Policy").contains("unsafe"));
    QCOMPARE(headerValue(response.headers, "X-Content-Type-Options"), QByteArray("nosniff"));
    QCOMPARE(headerValue(response.headers, "Cache-Control"), QByteArray("no-cache"));
    QVERIFY(response.body.contains("<!doctype html>"));
    QVERIFY2(!response.body.contains("<script>"), "the page's own policy would block it");
}

QTEST_GUILESS_MAIN(TestIslandRoutes)
#include "tst_islandroutes.moc"
