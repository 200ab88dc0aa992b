// SPDX-License-Identifier: MIT
#include "ssma/errorcodes.h"
#include "ssma/query.h"

#include <QSet>
#include <QtTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

class TestQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectQuery_data();
    void connectQuery();
    void cursor_data();
    void cursor();
    void siteIsCutAndValidUtf8();
    void onlyLeaderMayWrite();
    void subprotocol_data();
    void subprotocol();
    void everyErrorHasAWireCode();
};

void TestQuery::connectQuery_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<QByteArray>("site");
    QTest::addColumn<QByteArray>("subprotocol");
    const auto row = [](const char *name, const char *query, const char *role, const char *site,
                        const char *subprotocol) {
        QTest::newRow(name) << QByteArray(query) << QByteArray(role) << QByteArray(site) << QByteArray(subprotocol);
    };
    row("nothing given", "", "follower", "default", "");
    row("everything given", "role=leader&site=shop&subprotocol=1.2.3&cursor=4", "leader", "shop", "1.2.3");
    row("empty values", "role=&site=&subprotocol=", "follower", "default", "");
    row("role in capitals", "role=LEADER", "leader", "default", "");
    row("role nobody knows", "role=boss", "boss", "default", "");
    row("encoded site", "site=a%20b+c%26d", "follower", "a b c&d", "");
    row("first of equal names counts", "site=a&site=b", "follower", "a", "");
}

void TestQuery::connectQuery()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, role);
    QFETCH(QByteArray, site);
    QFETCH(QByteArray, subprotocol);
    const ConnectQuery parsed = ConnectQuery::parse(query);
    QCOMPARE_EQ(parsed.role, role);
    QCOMPARE_EQ(parsed.site, site);
    QCOMPARE_EQ(parsed.subprotocol, subprotocol);
}

void TestQuery::cursor_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<quint64>("cursor");
    QTest::addColumn<bool>("isGiven");
    QTest::newRow("not given") << QByteArray("role=leader") << quint64(0) << false;
    QTest::newRow("empty") << QByteArray("cursor=") << quint64(0) << false;
    QTest::newRow("garbage") << QByteArray("cursor=12x") << quint64(0) << false;
    QTest::newRow("not a number") << QByteArray("cursor=NaN") << quint64(0) << false;
    QTest::newRow("infinity") << QByteArray("cursor=inf") << quint64(0) << false;
    QTest::newRow("zero") << QByteArray("cursor=0") << quint64(0) << true;
    QTest::newRow("number") << QByteArray("cursor=17") << quint64(17) << true;
    QTest::newRow("fraction is dropped") << QByteArray("cursor=17.9") << quint64(17) << true;
    QTest::newRow("under zero") << QByteArray("cursor=-5") << quint64(0) << true;
    QTest::newRow("newest 64-bit number") << QByteArray("cursor=18446744073709551615") << ~quint64(0) << true;
    QTest::newRow("beyond 64 bits") << QByteArray("cursor=1e30") << ~quint64(0) << true;
}

void TestQuery::cursor()
{
    QFETCH(QByteArray, query);
    QFETCH(quint64, cursor);
    QFETCH(bool, isGiven);
    QCOMPARE_EQ(ConnectQuery::parse(query).cursor, cursor);
    QCOMPARE_EQ(ConnectQuery::parse(query).hasCursor, isGiven);
}

void TestQuery::siteIsCutAndValidUtf8()
{
    QCOMPARE_EQ(ConnectQuery::parse("site=" + QByteArray("s").repeated(1000)).site, QByteArray("s").repeated(64));
    QCOMPARE_EQ(ConnectQuery::parse("site=%ff%41").site, QByteArray("\xef\xbf\xbd\x41"));
}

void TestQuery::onlyLeaderMayWrite()
{
    QVERIFY(ConnectQuery::parse("role=Leader").isLeader());
    QVERIFY(!ConnectQuery::parse("").isLeader());
    QVERIFY(!ConnectQuery::parse("role=staff").isLeader());
}

void TestQuery::subprotocol_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<bool>("isCompatible");
    QTest::newRow("not given") << QByteArray() << true;
    QTest::newRow("same") << QByteArray("1.0.0") << true;
    QTest::newRow("newer minor") << QByteArray("1.9") << true;
    QTest::newRow("only the major") << QByteArray("1") << true;
    QTest::newRow("other major") << QByteArray("2.0.0") << false;
    QTest::newRow("longer major") << QByteArray("10.0.0") << false;
    QTest::newRow("not a number") << QByteArray("abc") << false;
    QTest::newRow("number with a letter") << QByteArray("1a.0") << false;
    QTest::newRow("letter first") << QByteArray("v1.0.0") << false;
    QTest::newRow("dot first") << QByteArray(".1") << false;
    QTest::newRow("negative") << QByteArray("-1.0") << false;
}

void TestQuery::subprotocol()
{
    QFETCH(QByteArray, asked);
    QFETCH(bool, isCompatible);
    QCOMPARE_EQ(isCompatibleSubprotocol(asked, "1.0.0"), isCompatible);
}

void TestQuery::everyErrorHasAWireCode()
{
    QSet<QByteArray> codes;
    for (int code = 0; code <= int(ErrorCode::Internal); ++code) {
        const QByteArray text = wireCode(ErrorCode(code)).toByteArray();
        QVERIFY(!text.isEmpty());
        codes.insert(text);
    }
    QCOMPARE_EQ(wireCode(ErrorCode::InvalidSyntax), QByteArrayView("INVALID_JSON"));
    QCOMPARE_EQ(wireCode(ErrorCode::RateLimited), QByteArrayView("RATE_LIMITED"));
    QCOMPARE_EQ(wireCode(ErrorCode::Internal), QByteArrayView("SERVER_ERROR"));
    // Only our own failures share a code; a client must be able to tell all others apart.
    QCOMPARE_EQ(codes.size(), int(ErrorCode::Internal) + 1 - 2);
}

QTEST_GUILESS_MAIN(TestQuery)
#include "tst_query.moc"
