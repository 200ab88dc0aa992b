// SPDX-License-Identifier: MIT
#include "auth/proxytrust.h"

#include <QTest>

using namespace Tidegate;

namespace {

ProxyTrust trust()
{
    return ProxyTrust::parse({"10.0.0.0/8", " 192.168.1.5 ", "::1", "2001:db8::/32"}).value_or(ProxyTrust());
}

} // namespace

class TestProxyTrust : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theClientIsTheLastHopNobodyTrusts_data();
    void theClientIsTheLastHopNobodyTrusts();
    void byDefaultNoHeaderIsBelieved();
    void subnetsThatAreNoneAreNamed_data();
    void subnetsThatAreNoneAreNamed();
    void encryptionIsBelievedOfTrustedProxiesOnly();
};

void TestProxyTrust::theClientIsTheLastHopNobodyTrusts_data()
{
    QTest::addColumn<QByteArray>("socketAddress");
    QTest::addColumn<QByteArray>("forwardedFor");
    QTest::addColumn<QByteArray>("client");
    QTest::newRow("no header") << QByteArray("10.1.2.3") << QByteArray() << QByteArray("10.1.2.3");
    QTest::newRow("one hop") << QByteArray("10.1.2.3") << QByteArray("203.0.113.7") << QByteArray("203.0.113.7");
    QTest::newRow("through two of ours") << QByteArray("10.1.2.3") << QByteArray("203.0.113.7, 192.168.1.5")
                                         << QByteArray("203.0.113.7");
    QTest::newRow("only ours") << QByteArray("10.1.2.3") << QByteArray("10.9.9.9, 10.8.8.8") << QByteArray("10.9.9.9");
    QTest::newRow("IPv6 client") << QByteArray("::1") << QByteArray("2001:DB9::7") << QByteArray("2001:db9::7");
    QTest::newRow("IPv6 proxy by subnet")
        << QByteArray("2001:db8::9") << QByteArray("203.0.113.7") << QByteArray("203.0.113.7");
    QTest::newRow("dual-stack spelling of a proxy")
        << QByteArray("::ffff:10.1.2.3") << QByteArray("203.0.113.7") << QByteArray("203.0.113.7");
    QTest::newRow("dual-stack spelling of a client")
        << QByteArray("::ffff:203.0.113.9") << QByteArray() << QByteArray("203.0.113.9");
    QTest::newRow("hop with a port") << QByteArray("10.1.2.3") << QByteArray("203.0.113.7:4711")
                                     << QByteArray("203.0.113.7");
    QTest::newRow("IPv6 hop with a port")
        << QByteArray("10.1.2.3") << QByteArray("[2001:db9::7]:4711") << QByteArray("2001:db9::7");

    QTest::newRow("hostile: stranger names a hop")
        << QByteArray("203.0.113.9") << QByteArray("127.0.0.1") << QByteArray("203.0.113.9");
    QTest::newRow("hostile: client wrote a hop of its own")
        << QByteArray("10.1.2.3") << QByteArray("1.1.1.1, 203.0.113.7") << QByteArray("203.0.113.7");
    QTest::newRow("hostile: client names one of ours")
        << QByteArray("10.1.2.3") << QByteArray("10.0.0.1, 203.0.113.7, 10.4.4.4") << QByteArray("203.0.113.7");
    QTest::newRow("hostile: last hop is rubbish")
        << QByteArray("10.1.2.3") << QByteArray("203.0.113.7, unknown") << QByteArray("10.1.2.3");
    QTest::newRow("hostile: short address") << QByteArray("10.1.2.3") << QByteArray("7") << QByteArray("10.1.2.3");
    QTest::newRow("hostile: open bracket") << QByteArray("10.1.2.3") << QByteArray("[::1") << QByteArray("10.1.2.3");
    QTest::newRow("hostile: only commas") << QByteArray("10.1.2.3") << QByteArray(1000, ',') << QByteArray("10.1.2.3");
    QTest::newRow("hostile: endless hops")
        << QByteArray("10.1.2.3") << "203.0.113.7" + QByteArray(", 10.1.1.1").repeated(500) << QByteArray("10.1.1.1");
    QTest::newRow("the socket has no address")
        << QByteArray("local") << QByteArray("203.0.113.7") << QByteArray("local");
}

void TestProxyTrust::theClientIsTheLastHopNobodyTrusts()
{
    QFETCH(QByteArray, socketAddress);
    QFETCH(QByteArray, forwardedFor);
    QFETCH(QByteArray, client);
    QCOMPARE(trust().clientAddress(socketAddress, forwardedFor), client);
}

void TestProxyTrust::byDefaultNoHeaderIsBelieved()
{
    QCOMPARE(ProxyTrust().clientAddress("127.0.0.1", "203.0.113.7"), "127.0.0.1");
    QVERIFY(!ProxyTrust().clientIsTls("127.0.0.1", false, "https"));
}

void TestProxyTrust::subnetsThatAreNoneAreNamed_data()
{
    QTest::addColumn<QByteArray>("subnet");
    for (const char *text : {"", "proxy.example", "10.0.0.0/33", "10", "10.0.0.0/", "::1/129", "10.0.0.1/x", "/8"})
        QTest::newRow(qPrintable(QStringLiteral("'%1'").arg(QLatin1String(text)))) << QByteArray(text);
}

void TestProxyTrust::subnetsThatAreNoneAreNamed()
{
    QFETCH(QByteArray, subnet);
    const auto parsed = ProxyTrust::parse({"10.0.0.0/8", subnet});
    QVERIFY(!parsed);
    QVERIFY(parsed.error().code == ErrorCode::InvalidSyntax);
    QVERIFY(parsed.error().text.contains(QString::fromLatin1(subnet)));
}

void TestProxyTrust::encryptionIsBelievedOfTrustedProxiesOnly()
{
    QVERIFY(trust().clientIsTls("10.1.2.3", false, "https"));
    QVERIFY(!trust().clientIsTls("10.1.2.3", true, "http"));
    QVERIFY(trust().clientIsTls("10.1.2.3", true, ""));
    QVERIFY(!trust().clientIsTls("203.0.113.9", false, "https"));
    QVERIFY(trust().clientIsTls("203.0.113.9", true, "http"));
    QVERIFY(!trust().clientIsTls("10.1.2.3", false, "https, http"));
}

QTEST_GUILESS_MAIN(TestProxyTrust)
#include "tst_proxytrust.moc"
