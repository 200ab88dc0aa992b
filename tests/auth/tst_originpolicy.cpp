// SPDX-License-Identifier: MIT
#include "auth/originpolicy.h"

#include <QMap>
#include <QTest>

using namespace Tidegate;

namespace {

QMap<QByteArray, QByteArray> corsMap(const OriginPolicy &policy, const QByteArray &origin,
                                     const QByteArray &requested = {})
{
    QMap<QByteArray, QByteArray> map;
    for (const auto &[name, value] : policy.corsHeaders(origin, "gateway.example:5050", false, requested))
        map.insert(name, value);
    return map;
}

} // namespace

class TestOriginPolicy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void byDefaultOwnAndLoopbackPagesAreAllowed_data();
    void byDefaultOwnAndLoopbackPagesAreAllowed();
    void aListAllowsExactlyItsOrigins_data();
    void aListAllowsExactlyItsOrigins();
    void theWildcardMustBeConfigured();
    void allowedOriginsAreEchoedWithCredentials();
    void refusedOriginsGetNoPermission();
    void requestsWithoutOriginNeedNoPermission();
    void requestedHeadersAreEchoedOnlyIfHarmless_data();
    void requestedHeadersAreEchoedOnlyIfHarmless();
};

void TestOriginPolicy::byDefaultOwnAndLoopbackPagesAreAllowed_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<bool>("isAllowed");
    const QByteArray own = "gateway.example:5050";
    QTest::newRow("no origin at all") << QByteArray() << own << false << true;
    QTest::newRow("our own") << QByteArray("http://gateway.example:5050") << own << false << true;
    QTest::newRow("our own in capitals") << QByteArray("HTTP://Gateway.Example:5050") << own << false << true;
    QTest::newRow("our own on the default port")
        << QByteArray("http://g.example") << QByteArray("g.example:80") << false << true;
    QTest::newRow("our own behind a proxy with TLS")
        << QByteArray("https://g.example") << QByteArray("g.example") << false << true;
    QTest::newRow("our own with TLS") << QByteArray("https://g.example:443") << QByteArray("g.example") << true << true;
    QTest::newRow("our own as an IPv6 address")
        << QByteArray("http://[2001:db8::1]:5050") << QByteArray("[2001:db8::1]:5050") << false << true;
    QTest::newRow("localhost on any port") << QByteArray("http://localhost:3000") << own << false << true;
    QTest::newRow("IPv4 loopback") << QByteArray("https://127.0.0.1:8443") << own << false << true;
    QTest::newRow("IPv6 loopback") << QByteArray("http://[::1]") << own << false << true;

    QTest::newRow("hostile: plain page against our TLS")
        << QByteArray("http://g.example") << QByteArray("g.example") << true << false;
    QTest::newRow("hostile: another host") << QByteArray("http://evil.example:5050") << own << false << false;
    QTest::newRow("hostile: another port") << QByteArray("http://gateway.example:5051") << own << false << false;
    QTest::newRow("hostile: we are the prefix")
        << QByteArray("http://gateway.example:5050.evil.example") << own << false << false;
    QTest::newRow("hostile: we are the suffix")
        << QByteArray("http://evilgateway.example:5050") << own << false << false;
    QTest::newRow("hostile: we are the user name")
        << QByteArray("http://gateway.example:5050@evil.example") << own << false << false;
    QTest::newRow("hostile: localhost is the prefix")
        << QByteArray("http://localhost.evil.example") << own << false << false;
    QTest::newRow("hostile: localhost with a path") << QByteArray("http://localhost/evil") << own << false << false;
    QTest::newRow("hostile: loopback with another scheme") << QByteArray("file://localhost") << own << false << false;
    QTest::newRow("hostile: the null origin") << QByteArray("null") << own << false << false;
    QTest::newRow("hostile: bad port") << QByteArray("http://localhost:99999") << own << false << false;
    QTest::newRow("hostile: signed port") << QByteArray("http://localhost:+80") << own << false << false;
    QTest::newRow("hostile: empty port") << QByteArray("http://localhost:") << own << false << false;
    QTest::newRow("hostile: open bracket") << QByteArray("http://[::1") << own << false << false;
    QTest::newRow("hostile: no host on either side") << QByteArray("http://") << QByteArray() << false << false;
    QTest::newRow("hostile: a null byte") << QByteArray("http://localhost\0", 17) << own << false << false;
    QTest::newRow("hostile: very long") << "http://" + QByteArray(100'000, 'a') << QByteArray(100'000, 'a') << false
                                        << false;
}

void TestOriginPolicy::byDefaultOwnAndLoopbackPagesAreAllowed()
{
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, host);
    QFETCH(bool, isTls);
    QFETCH(bool, isAllowed);
    QCOMPARE(OriginPolicy().isAllowed(origin, host, isTls), isAllowed);
}

void TestOriginPolicy::aListAllowsExactlyItsOrigins_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("listed") << QByteArray("https://app.example") << true;
    QTest::newRow("listed, default port spelled out") << QByteArray("https://app.example:443") << true;
    QTest::newRow("listed with a slash") << QByteArray("http://shop.example:8080") << true;
    QTest::newRow("listed of an unusual scheme") << QByteArray("app://desk") << true;
    QTest::newRow("no origin") << QByteArray() << true;
    QTest::newRow("other scheme") << QByteArray("http://app.example") << false;
    QTest::newRow("subdomain") << QByteArray("https://x.app.example") << false;
    QTest::newRow("loopback is not listed") << QByteArray("http://localhost:3000") << false;
    QTest::newRow("our own host is not listed") << QByteArray("http://gateway.example:5050") << false;
    QTest::newRow("a star is no origin") << QByteArray("*") << false;
}

void TestOriginPolicy::aListAllowsExactlyItsOrigins()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, isAllowed);
    const OriginPolicy policy({" https://App.example ", "http://shop.example:8080/", "app://desk", ""});
    QCOMPARE(policy.isAllowed(origin, "gateway.example:5050", false), isAllowed);
}

void TestOriginPolicy::theWildcardMustBeConfigured()
{
    QVERIFY(!OriginPolicy().allowsEveryOrigin());
    const OriginPolicy any({"*"});
    QVERIFY(any.allowsEveryOrigin());
    QVERIFY(any.isAllowed("https://anyone.example", "gateway.example", false));
    QCOMPARE(corsMap(any, "https://anyone.example").value("Access-Control-Allow-Origin"), "https://anyone.example");
}

void TestOriginPolicy::allowedOriginsAreEchoedWithCredentials()
{
    const auto headers = corsMap(OriginPolicy({"https://app.example"}), "https://app.example");
    QCOMPARE(headers.value("Access-Control-Allow-Origin"), "https://app.example");
    QCOMPARE(headers.value("Access-Control-Allow-Credentials"), "true");
    QCOMPARE(headers.value("Access-Control-Allow-Headers"), "Content-Type, Authorization");
    QCOMPARE(headers.value("Access-Control-Allow-Methods"), "GET,POST,PUT,PATCH,DELETE,OPTIONS");
    QCOMPARE(headers.value("Vary"), "Origin");
}

void TestOriginPolicy::refusedOriginsGetNoPermission()
{
    const auto headers = corsMap(OriginPolicy({"https://app.example"}), "https://evil.example", "x-a");
    QCOMPARE(headers, (QMap<QByteArray, QByteArray>{{"Vary", "Origin"}}));
}

void TestOriginPolicy::requestsWithoutOriginNeedNoPermission()
{
    QCOMPARE(corsMap(OriginPolicy(), "").size(), 1);
    QCOMPARE(corsMap(OriginPolicy({"*"}), "").value("Access-Control-Allow-Origin"), "*");
}

void TestOriginPolicy::requestedHeadersAreEchoedOnlyIfHarmless_data()
{
    QTest::addColumn<QByteArray>("requested");
    QTest::addColumn<bool>("isEchoed");
    QTest::newRow("names") << QByteArray("content-type, x-request-id") << true;
    QTest::newRow("hostile: line break") << QByteArray("x-a\r\nSet-Cookie: a=b") << false;
    QTest::newRow("hostile: null byte") << QByteArray("x-a\0", 4) << false;
    QTest::newRow("hostile: very long") << QByteArray(5000, 'x') << false;
}

void TestOriginPolicy::requestedHeadersAreEchoedOnlyIfHarmless()
{
    QFETCH(QByteArray, requested);
    QFETCH(bool, isEchoed);
    const auto headers = corsMap(OriginPolicy({"*"}), "https://app.example", requested);
    QCOMPARE(headers.value("Access-Control-Allow-Headers"), isEchoed ? requested : "Content-Type, Authorization");
}

QTEST_GUILESS_MAIN(TestOriginPolicy)
#include "tst_originpolicy.moc"
