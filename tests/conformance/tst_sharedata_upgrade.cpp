// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"

#include <QTest>

using namespace Tidegate;

//! ShareData spec sections 1 and 14 (tokens).
class TestShareDataUpgrade : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_gateway.start(Realtime::fixtureArgs())); }

    void tokenIsTakenFromHeaderOrQuery_data();
    void tokenIsTakenFromHeaderOrQuery();
    void refusalIsAnHttpAnswerWithoutBody();
    void pathIsComparedAsAWhole_data();
    void pathIsComparedAsAWhole();
    void malformedUpgradeIsRefused_data();
    void malformedUpgradeIsRefused();
    void firstSubprotocolIsEchoedAndNoneIsMadeUp();
    void noExtensionIsAgreedTo();
    void foreignOriginIsRefused();
    void nothingIsSaidUntilAsked();

private:
    QByteArray upgrade(const QByteArray &target, const QByteArray &headers = {})
    {
        return Realtime::upgrade(m_gateway, target, headers);
    }

    GatewayProcess m_gateway;
};

void TestShareDataUpgrade::tokenIsTakenFromHeaderOrQuery_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<bool>("isIn");
    const QByteArray good = "?token=tg-user";
    const QByteArray bad = "?token=nobody";
    QTest::newRow("good query") << QByteArray() << good << true;
    QTest::newRow("bad query") << QByteArray() << bad << false;
    QTest::newRow("no token") << QByteArray() << QByteArray() << false;
    QTest::newRow("empty token") << QByteArray() << QByteArray("?token=") << false;
    QTest::newRow("good bearer, bad query") << QByteArray("Bearer tg-user") << bad << true;
    QTest::newRow("bad bearer, good query") << QByteArray("Bearer nobody") << good << false;
    QTest::newRow("other scheme, good query") << QByteArray("Basic dGc6dGc=") << good << true;
    QTest::newRow("empty bearer, good query") << QByteArray("Bearer  ") << good << true;
    QTest::newRow("bearer in lower case (ours)") << QByteArray("bearer tg-user") << QByteArray() << true;
    QTest::newRow("first token counts") << QByteArray() << QByteArray("?token=tg-user&token=nobody") << true;
    QTest::newRow("query decoded as a form")
        << QByteArray() << QByteArray("?x=1&token=tg-odd+%2B/%3D%26%25%C3%A9") << true;
    QTest::newRow("query decoded from percents")
        << QByteArray() << QByteArray("?token=tg-odd%20%2B%2F%3D%26%25%C3%A9") << true;
    QTest::newRow("query not decoded twice") << QByteArray() << QByteArray("?token=tg%252Duser") << false;
}

void TestShareDataUpgrade::tokenIsTakenFromHeaderOrQuery()
{
    QFETCH(QByteArray, authorization);
    QFETCH(QByteArray, query);
    QFETCH(bool, isIn);
    const QByteArray header = authorization.isEmpty() ? QByteArray() : "Authorization: " + authorization + "\r\n";
    const QByteArray answer = upgrade("/realtime" + query, header);
    QVERIFY2(answer.startsWith(isIn ? "HTTP/1.1 101 " : "HTTP/1.1 401 Unauthorized\r\n"), answer.constData());
}

void TestShareDataUpgrade::refusalIsAnHttpAnswerWithoutBody()
{
    const QByteArray answer = upgrade("/realtime");
    QVERIFY(answer.startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    QVERIFY(answer.contains("\r\nConnection: close\r\n"));
    QVERIFY(answer.endsWith("\r\n\r\n"));
}

void TestShareDataUpgrade::pathIsComparedAsAWhole_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("exact") << QByteArray("/realtime?token=tg-user") << QByteArray("101");
    QTest::newRow("other parameters") << QByteArray("/realtime?x&token=tg-user") << QByteArray("101");
    QTest::newRow("deeper") << QByteArray("/realtime/x?token=tg-user") << QByteArray("404");
    QTest::newRow("longer") << QByteArray("/realtimeXYZ?token=tg-user") << QByteArray("404");
    QTest::newRow("other") << QByteArray("/elsewhere?token=tg-user") << QByteArray("404");
}

void TestShareDataUpgrade::pathIsComparedAsAWhole()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, status);
    const QByteArray answer = upgrade(target);
    QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.constData());
}

void TestShareDataUpgrade::malformedUpgradeIsRefused_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("status");
    const QByteArray target =
        "/realtime?token=tg-user HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    QTest::newRow("no key") << "GET " + target + "Sec-WebSocket-Version: 13\r\n\r\n" << QByteArray("400");
    QTest::newRow("short key") << "GET " + target + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n"
                               << QByteArray("400");
    QTest::newRow("no token and no key") << QByteArray("GET /realtime HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n")
                                         << QByteArray("401");
}

void TestShareDataUpgrade::malformedUpgradeIsRefused()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, status);
    const QByteArray answer = rawExchange(m_gateway.port(), request);
    QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.constData());
}

void TestShareDataUpgrade::firstSubprotocolIsEchoedAndNoneIsMadeUp()
{
    QVERIFY(!upgrade("/realtime?token=tg-user").toLower().contains("sec-websocket-protocol"));
    QVERIFY(upgrade("/realtime?token=tg-user", "Sec-WebSocket-Protocol: one, two\r\n")
                .contains("Sec-WebSocket-Protocol: one\r\n"));
}

void TestShareDataUpgrade::noExtensionIsAgreedTo()
{
    const QByteArray answer = upgrade("/realtime?token=tg-user", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    QVERIFY(answer.startsWith("HTTP/1.1 101 "));
    QVERIFY2(!answer.toLower().contains("sec-websocket-extensions"), answer.constData());
}

void TestShareDataUpgrade::foreignOriginIsRefused()
{
    QVERIFY(upgrade("/realtime?token=tg-user", "Origin: https://elsewhere.example\r\n").startsWith("HTTP/1.1 403 "));
    QVERIFY(upgrade("/realtime?token=tg-user", "Origin: http://localhost:3000\r\n").startsWith("HTTP/1.1 101 "));
}

void TestShareDataUpgrade::nothingIsSaidUntilAsked()
{
    RealtimeClient client;
    QVERIFY(client.open(m_gateway));
    QVERIFY(client.settle());
    QCOMPARE(client.ws.types(), QStringList{QStringLiteral("proposal-result")});
}

QTEST_GUILESS_MAIN(TestShareDataUpgrade)
#include "tst_sharedata_upgrade.moc"
