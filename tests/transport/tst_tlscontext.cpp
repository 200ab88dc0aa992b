// SPDX-License-Identifier: MIT
#include "transport/certificate.h"
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"

#include <QFile>
#include <QSslCertificate>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

//! TLS beneath the front door: the same bytes, encrypted.
class TestTlsContext : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void httpIsServed();
    void bigBodiesCrossInBothDirections();
    void webSocketsEcho();
    void aSlowReaderGetsEverything();
    void pausedReadingLosesNothing();
    void plainTextIsNoHandshake();
    void aPeerThatNeverShakesHandsTimesOut();
    void aPeerThatDropsInTheHandshakeIsForgotten();
    void aNewCertificateServesNewConnections();
    void unreadableFilesAreNamed_data();
    void unreadableFilesAreNamed();
    void aKeyOfAnotherCertificateIsRefused();
    void oldProtocolsAreRefused();

private:
    std::unique_ptr<Certificate> m_certificate;
    std::shared_ptr<TlsContext> m_tls;
    std::unique_ptr<ShardFixture> m_shard;
    std::unique_ptr<RawPeer> m_peer;
};

void TestTlsContext::initTestCase()
{
    m_certificate = std::make_unique<Certificate>();
    QVERIFY2(m_certificate->isValid(), "the openssl program could not make a certificate");
    auto loaded = TlsContext::load(m_certificate->certificateFile(), m_certificate->keyFile());
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().text));
    m_tls = *loaded;
}

void TestTlsContext::init()
{
    m_shard = std::make_unique<ShardFixture>(LinkLimits(), m_tls);
    m_peer = std::make_unique<RawPeer>();
}

void TestTlsContext::cleanup()
{
    m_peer.reset();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
    m_shard.reset();
}

void TestTlsContext::httpIsServed()
{
    QVERIFY(m_peer->connectTls(m_shard->port()));
    for (int i = 0; i < 3; ++i) {
        m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        QCOMPARE(m_peer->takeResponse()->body, QByteArray("hello"));
    }
    QVERIFY(m_shard->http.requests().at(0).peer.isTls);
    m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbye");
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("bye"));
    QVERIFY(m_peer->waitForEnd());
}

void TestTlsContext::bigBodiesCrossInBothDirections()
{
    QVERIFY(m_peer->connectTls(m_shard->port()));
    QByteArray body(1'000'000, Qt::Uninitialized);
    for (qsizetype i = 0; i < body.size(); ++i)
        body[i] = char(i * 31 >> 3);
    m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + body);
    const auto response = m_peer->takeResponse();
    QVERIFY(response);
    QVERIFY(response->body == body);
    m_peer->send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    QCOMPARE(m_peer->takeResponse()->body.size(), ScriptedHttp::BigBytes);
}

void TestTlsContext::webSocketsEcho()
{
    QVERIFY(m_peer->connectTls(m_shard->port()));
    QVERIFY(m_peer->upgrade("/ws"));
    for (int i = 0; i < 1'000; ++i)
        m_peer->send(textFrame(QByteArray::number(i)));
    for (int i = 0; i < 1'000; ++i)
        QCOMPARE(m_peer->takeFrame()->payload, QByteArray::number(i));
    const QByteArray large(900'000, 'x');
    m_peer->send(textFrame(large));
    QVERIFY(m_peer->takeFrame()->payload == large);
    m_peer->send(clientFrame(OpClose, QByteArray("\x03\xe8", 2)));
    QCOMPARE(m_peer->takeCloseCode(), 1000);
    QVERIFY(m_peer->waitForEnd());
}

void TestTlsContext::aSlowReaderGetsEverything()
{
    QVERIFY(m_peer->connectTls(m_shard->port()));
    QVERIFY(m_peer->upgrade("/ws"));
    m_peer->socket().setReadBufferSize(64 * 1024);
    m_shard->sendToAll(QByteArray(8'000'000, 'r'), SendKind::Solicited);
    m_shard->sendToAll("after", SendKind::Solicited);
    QCOMPARE(m_peer->takeFrame()->payload.size(), 8'000'000);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("after"));
}

void TestTlsContext::pausedReadingLosesNothing()
{
    QVERIFY(m_peer->connectTls(m_shard->port()));
    QVERIFY(m_peer->upgrade("/ws"));
    QTRY_VERIFY(m_shard->journal.contains("opened"));
    m_shard->setReadingPausedForAll(true);
    m_peer->send(textFrame("first") + textFrame(QByteArray(100'000, 'x')) + textFrame("last"));
    m_peer->socket().flush();
    m_shard->run([](IoShard &) {});
    QCOMPARE(m_shard->journal.count("text"), 0);
    for (int round = 0; round < 20; ++round)
        m_shard->setReadingPausedForAll(round % 2 == 0);
    m_shard->setReadingPausedForAll(false);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("first"));
    QCOMPARE(m_peer->takeFrame()->payload.size(), 100'000);
    QCOMPARE(m_peer->takeFrame()->payload, QByteArray("last"));
}

void TestTlsContext::plainTextIsNoHandshake()
{
    QVERIFY(m_peer->connectTo(m_shard->port()));
    m_peer->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(!m_peer->received().contains("HTTP/1.1"));
    QVERIFY(m_shard->http.requests().empty());
}

void TestTlsContext::aPeerThatNeverShakesHandsTimesOut()
{
    QVERIFY(m_peer->connectTo(m_shard->port()));
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 1);
    m_shard->advance(LinkLimits().headTimeoutMs + 200);
    QVERIFY(m_peer->waitForEnd());
}

void TestTlsContext::aPeerThatDropsInTheHandshakeIsForgotten()
{
    QVERIFY(m_peer->connectTo(m_shard->port()));
    m_peer->send(QByteArray("\x16\x03\x01\x00\xff\x01\x00", 7));
    m_peer->socket().flush();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 1);
    m_peer->abort();
    QTRY_COMPARE(m_shard->counters.connectionsOpen.value(), 0);
}

void TestTlsContext::aNewCertificateServesNewConnections()
{
    QVERIFY(m_peer->connectTls(m_shard->port()));
    const QByteArray before = m_peer->socket().peerCertificate().digest();
    Certificate renewed;
    QVERIFY(renewed.isValid());
    auto loaded = TlsContext::load(renewed.certificateFile(), renewed.keyFile());
    QVERIFY(loaded);
    m_shard->run([&](IoShard &shard) { shard.setTls(*loaded, shard.front()); });
    RawPeer other;
    QVERIFY(other.connectTls(m_shard->port()));
    QVERIFY(other.socket().peerCertificate().digest() != before);
    m_peer->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nstill"); // the old context lives on
    QCOMPARE(m_peer->takeResponse()->body, QByteArray("still"));
}

void TestTlsContext::unreadableFilesAreNamed_data()
{
    QTest::addColumn<bool>("isCertificateBad");
    QTest::addColumn<bool>("isMissing");
    QTest::newRow("no certificate file") << true << true;
    QTest::newRow("certificate file of nonsense") << true << false;
    QTest::newRow("no key file") << false << true;
    QTest::newRow("key file of nonsense") << false << false;
}

void TestTlsContext::unreadableFilesAreNamed()
{
    QFETCH(bool, isCertificateBad);
    QFETCH(bool, isMissing);
    QTemporaryDir dir;
    const QString bad = dir.filePath(QStringLiteral("bad.pem"));
    if (!isMissing) {
        QFile file(bad);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("nonsense\n");
    }
    const auto loaded = TlsContext::load(isCertificateBad ? bad : m_certificate->certificateFile(),
                                         isCertificateBad ? m_certificate->keyFile() : bad);
    QVERIFY(!loaded);
    QVERIFY2(loaded.error().text.contains(bad), qPrintable(loaded.error().text));
}

void TestTlsContext::aKeyOfAnotherCertificateIsRefused()
{
    Certificate other;
    QVERIFY(other.isValid());
    const auto loaded = TlsContext::load(m_certificate->certificateFile(), other.keyFile());
    QVERIFY(!loaded);
    QVERIFY2(loaded.error().text.contains(other.keyFile()), qPrintable(loaded.error().text));
}

void TestTlsContext::oldProtocolsAreRefused()
{
    // A ClientHello that offers TLS 1.1 and nothing newer.
    QByteArray hello = QByteArray::fromHex("0302") + QByteArray(32, 'r') +
                       QByteArray::fromHex("00"
                                           "0002c013"
                                           "0100");
    hello = QByteArray::fromHex("010000") + char(hello.size()) + hello;
    m_peer->connectTo(m_shard->port());
    m_peer->send(QByteArray::fromHex("16030100") + char(hello.size()) + hello);
    QVERIFY(m_peer->waitForEnd());
    QVERIFY(!m_peer->received().startsWith("\x16")); // an alert, no ServerHello
}

QTEST_GUILESS_MAIN(TestTlsContext)
#include "tst_tlscontext.moc"
