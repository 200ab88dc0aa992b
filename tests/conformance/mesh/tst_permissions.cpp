// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"

#include <QJsonArray>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

namespace {

QJsonArray list(const char *commaSeparated)
{
    QJsonArray items;
    for (const QByteArray &item : QByteArray(commaSeparated).split(',')) {
        if (!item.isEmpty())
            items.append(QString::fromUtf8(item));
    }
    return items;
}

QByteArray tokenFor(const char *permissions, const char *allowed = "", const char *denied = "")
{
    return MeshClient::token({{QStringLiteral("permissions"), list(permissions)},
                              {QStringLiteral("allowed_subjects"), list(allowed)},
                              {QStringLiteral("deny_subjects"), list(denied)}});
}

} // namespace

//! MottoMesh spec section 5, with rows 1, 2 and 4 of section 14 in place of the original's holes.
class TestMeshPermissions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void eachOperationNeedsItsPermission();
    void permissionNamesIgnoreCaseAndUnknownOnes();
    void denialsHaveTheirOwnAnswers();
    void publishing_data();
    void publishing();
    void subscribing_data();
    void subscribing();
    void deliveriesAreFilteredByWhatIsDenied();
    void repliesAndTheBrokersSubjectsAreClosed();
    void repliesAndTheBrokersSubjectsOpenByName();
    void whatGatewaysSayToEachOtherIsNeverOpen();
    void invalidSubjectsAreRefused_data();
    void invalidSubjectsAreRefused();
    void invalidSubjectsHarmNobodyElse();

private:
    MeshGateway m_gateway;
};

void TestMeshPermissions::initTestCase()
{
    QVERIFY(m_gateway.start());
}

void TestMeshPermissions::eachOperationNeedsItsPermission()
{
    const char *names[] = {"publish", "subscribe", "request"};
    for (int granted = 0; granted < 3; ++granted) {
        MeshClient client;
        QVERIFY(client.join(m_gateway.url(), tokenFor(names[granted])));
        client.send(Publish{"p", {}});
        client.send(Subscribe{"s", 1});
        client.send(Request{"r", {}, 100, 1});
        QVERIFY(
            client.waitFor([](const ServerMessage &packet) { return std::holds_alternative<RequestError>(packet); }));
        QVERIFY(client.settle());
        QCOMPARE(client.unread<ServerError>(), granted == 0 ? 0 : 1);
        QCOMPARE(client.unread<SubscribeOk>(), granted == 1 ? 1 : 0);
        QCOMPARE(client.unread<SubscribeError>(), granted == 1 ? 0 : 1);
    }
}

void TestMeshPermissions::permissionNamesIgnoreCaseAndUnknownOnes()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), tokenFor("Subscribe,PUBLISH,fly")));
    QVERIFY(client.subscribe("a", 1));
    client.send(Publish{"a", {}});
    QVERIFY(client.next<Message>());
}

void TestMeshPermissions::denialsHaveTheirOwnAnswers()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), tokenFor("")));
    const auto subscribe = client.ask<SubscribeError>(Subscribe{"a", 77});
    QVERIFY(subscribe && subscribe->id == 77 && subscribe->reason == QByteArrayView("Permission denied"));
    const auto publish = client.ask<ServerError>(Publish{"dock.7", {}});
    QVERIFY(publish && publish->code == 403);
    QCOMPARE(publish->message, QByteArrayView("Permission denied: dock.7"));
    const auto request = client.ask<RequestError>(Request{"a", {}, 100, 78});
    QVERIFY(request && request->requestId == 78 && request->reason == QByteArrayView("Permission denied"));
}

void TestMeshPermissions::publishing_data()
{
    QTest::addColumn<QByteArray>("allowed");
    QTest::addColumn<QByteArray>("denied");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<bool>("may");
    const auto row = [](const char *allowed, const char *denied, const char *subject, bool may) {
        QTest::addRow("%s allow [%s] deny [%s]", subject, allowed, denied)
            << QByteArray(allowed) << QByteArray(denied) << QByteArray(subject) << may;
    };
    row("", "", "a.b", true);
    row("a.*", "", "a.b", true);
    row("a.*", "", "a.b.c", false);
    row("a.>", "", "a.b.c", true);
    row("a.>", "", "a", false);
    row("a", "", "A", false);
    row("", "a.secret", "a.secret", false);
    row("", "a.secret", "a.open", true);
    row("a.>", "a.*", "a.b", false);
    row("a.secret", "a.>", "a.secret", false);
    row("a.>.z", "", "a.b", true);
    row("x,a.b", "", "a.b", true);
}

void TestMeshPermissions::publishing()
{
    QFETCH(QByteArray, allowed);
    QFETCH(QByteArray, denied);
    QFETCH(QByteArray, subject);
    QFETCH(bool, may);
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), tokenFor("publish,request", allowed.constData(), denied.constData())));
    client.send(Publish{subject, {}});
    const auto request = client.ask<RequestError>(Request{subject, {}, 50, 1});
    QVERIFY(client.settle());
    QCOMPARE(client.unread<ServerError>(), may ? 0 : 1);
    QCOMPARE(request->reason == QByteArrayView("Permission denied"), !may);
}

void TestMeshPermissions::subscribing_data()
{
    QTest::addColumn<QByteArray>("allowed");
    QTest::addColumn<QByteArray>("denied");
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<bool>("may");
    const auto row = [](const char *allowed, const char *denied, const char *pattern, bool may) {
        QTest::addRow("%s allow [%s] deny [%s]", pattern, allowed, denied)
            << QByteArray(allowed) << QByteArray(denied) << QByteArray(pattern) << may;
    };
    row("", "", ">", true);
    row("a.*", "", "a.b", true);
    row("a.*", "", "a.*", true);
    row("a.*", "", "a.>", false); // the original lets this through
    row("a.*", "", "*.b", false);
    row("a.>", "", "a.>", true);
    row("a.>", "", "a.*.c", true);
    row("a.>", "", ">", false);
    row("a.>", "", "a", false);
    row("", "a.secret", "a.secret", false);
    row("", "a.secret", "a.*", true); // without what is denied: deliveriesAreFilteredByWhatIsDenied
    row("", "a.>", "a.b", false);
    row("", "a.>", "a.*", false);
    row("", "a.*", "a.>", false); // as text, "*" covers ">"
    row("a.>", "a.b.>", "a.b.c", false);
}

void TestMeshPermissions::subscribing()
{
    QFETCH(QByteArray, allowed);
    QFETCH(QByteArray, denied);
    QFETCH(QByteArray, pattern);
    QFETCH(bool, may);
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), tokenFor("subscribe", allowed.constData(), denied.constData())));
    client.send(Subscribe{pattern, 9});
    QVERIFY(client.settle());
    QCOMPARE(client.unread<SubscribeOk>(), may ? 1 : 0);
    QCOMPARE(client.unread<SubscribeError>(), may ? 0 : 1);
}

void TestMeshPermissions::deliveriesAreFilteredByWhatIsDenied()
{
    MeshClient watcher;
    MeshClient all;
    MeshClient publisher;
    QVERIFY(watcher.join(m_gateway.url(), tokenFor("subscribe", "", "filter.secret,filter.*.secret.>")));
    QVERIFY(all.join(m_gateway.url()) && publisher.join(m_gateway.url()));
    QVERIFY(watcher.subscribe("filter.>", 1) && all.subscribe("filter.>", 1));
    for (const char *subject : {"filter.secret", "filter.a.secret.x", "filter.a.secret", "filter.open"})
        publisher.send(Publish{subject, {}});
    for (const char *subject : {"filter.a.secret", "filter.open"})
        QCOMPARE(watcher.next<Message>()->subject, QByteArrayView(subject));
    for (int i = 0; i < 4; ++i)
        QVERIFY(all.next<Message>());
    QVERIFY(watcher.settle());
    QCOMPARE(watcher.unread<Message>(), 0);
}

void TestMeshPermissions::repliesAndTheBrokersSubjectsAreClosed()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe(">", 1));
    for (const char *pattern : {"_INBOX.>", "_INBOX.*.*", "$SYS.>", "$JS.>", "$JS.API.INFO", "$KV.>", "tidegate.>"})
        QVERIFY(client.ask<SubscribeError>(Subscribe{pattern, 2}));
    QCOMPARE(client.ask<ServerError>(Publish{"_INBOX.guess", {}})->code, 403u);
    QCOMPARE(client.ask<RequestError>(Request{"$SYS.REQ", {}, 100, 1})->reason, QByteArrayView("Permission denied"));
    MeshClient trusted;
    QVERIFY(trusted.join(m_gateway.url(), tokenFor("publish", "_INBOX.>,after")));
    trusted.send(Publish{"_INBOX.somebody", "reply"});
    trusted.send(Publish{"after", {}});
    QCOMPARE(client.next<Message>()->subject, QByteArrayView("after"));
}

void TestMeshPermissions::repliesAndTheBrokersSubjectsOpenByName()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), tokenFor("publish,subscribe", "_INBOX.mine.>")));
    QVERIFY(client.subscribe("_INBOX.mine.*", 1));
    client.send(Publish{"_INBOX.mine.a", {}});
    QVERIFY(client.next<Message>());
    QVERIFY(client.ask<SubscribeError>(Subscribe{"_INBOX.>", 2}));
}

//! Who could write there could speak for a gateway, so not even a token that names it opens it.
void TestMeshPermissions::whatGatewaysSayToEachOtherIsNeverOpen()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url(), tokenFor("publish,subscribe,request", "tidegate.>,after")));
    for (const char *pattern : {"tidegate.>", "tidegate.shop.log", "tidegate.*.documents.log.>"})
        QVERIFY(client.ask<SubscribeError>(Subscribe{pattern, 2}));
    QCOMPARE(client.ask<ServerError>(Publish{"tidegate.shop.log", {}})->code, 403u);
    QCOMPARE(client.ask<RequestError>(Request{"tidegate.shop.lead", {}, 100, 1})->reason,
             QByteArrayView("Permission denied"));
}

void TestMeshPermissions::invalidSubjectsAreRefused_data()
{
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<bool>("isPattern");
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("a space") << QByteArray("a b") << false;
    QTest::newRow("a tab") << QByteArray("a\tb") << false;
    QTest::newRow("a line break and a command") << QByteArray("a 1\r\nPUB victim 0\r\n") << false;
    QTest::newRow("an empty token") << QByteArray("a..b") << false;
    QTest::newRow("a dot first") << QByteArray(".a") << false;
    QTest::newRow("a dot last") << QByteArray("a.") << false;
    QTest::newRow("a tail that is not last") << QByteArray("a.>.b") << false;
    QTest::newRow("very long") << QByteArray(5000, 'a') << false;
    QTest::newRow("a star") << QByteArray("a.*") << true;
    QTest::newRow("a tail") << QByteArray("a.>") << true;
}

void TestMeshPermissions::invalidSubjectsAreRefused()
{
    QFETCH(QByteArray, subject);
    QFETCH(bool, isPattern);
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    const auto publish = client.ask<ServerError>(Publish{subject, {}});
    QVERIFY(publish && publish->code == 400 && publish->message.startsWith(QByteArrayView("Invalid subject")));
    const auto request = client.ask<RequestError>(Request{subject, {}, 100, 1});
    QCOMPARE(request->reason, QByteArrayView("Invalid subject"));
    if (isPattern) {
        QVERIFY(client.subscribe(subject, 1));
    } else {
        const auto refused = client.ask<SubscribeError>(Subscribe{subject, 1});
        QVERIFY(refused && refused->reason == QByteArrayView("Invalid subject"));
    }
}

void TestMeshPermissions::invalidSubjectsHarmNobodyElse()
{
    MeshClient bystander;
    MeshClient hostile;
    QVERIFY(bystander.join(m_gateway.url()) && bystander.subscribe("calm", 1) && hostile.join(m_gateway.url()));
    for (const char *subject : {"", " ", "\r\n", "a\nb", "calm\r\nPUB calm 1\r\nx"}) {
        hostile.send(Publish{subject, "x"});
        hostile.send(Subscribe{subject, 5});
    }
    QVERIFY(hostile.settle());
    bystander.send(Publish{"calm", "sea"});
    QCOMPARE(bystander.next<Message>()->payload, QByteArrayView("sea"));
    QVERIFY(bystander.settle());
    QCOMPARE(bystander.unread<Message>(), 0);
}

QTEST_GUILESS_MAIN(TestMeshPermissions)
#include "tst_permissions.moc"
