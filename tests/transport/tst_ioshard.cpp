// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"
#include "transport/socketio.h"

#include <QSignalSpy>
#include <QTest>

#include <set>

#include <sys/resource.h>
#include <unistd.h>

using namespace Tidegate;

namespace {

std::atomic<int> s_outOfDescriptors = 0;

void countWarnings(QtMsgType, const QMessageLogContext &, const QString &text)
{
    if (text.contains(u"out of descriptors"))
        ++s_outOfDescriptors;
}

} // namespace

class TestIoShard : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hundredsOfConnectionsAreServedAtOnce();
    void aPlaceIsReusedUnderANewKey();
    void closeAllTellsEverySession();
    void destructionTellsEverySession();
    void shutdownIsForcedAfterItsGrace();
    void shutdownWithoutConnectionsIsDoneAtOnce();
    void nobodyIsAcceptedAfterStopListening();
    void changedLimitsCountForNewConnections();
    void outOfDescriptorsIsSurvived();
    void inProcessIdsNeverMeetSocketIds();
    void takenPortsAreRefused();
    void badAddressesAreRefused();
};

void TestIoShard::hundredsOfConnectionsAreServedAtOnce()
{
    ShardFixture shard;
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 300; ++i) {
        peers.push_back(std::make_unique<RawPeer>());
        QVERIFY(peers.back()->connectTo(shard.port()));
        QVERIFY(peers.back()->upgrade("/ws"));
    }
    shard.sendToAll("to everybody");
    for (size_t i = 0; i < peers.size(); ++i) {
        QCOMPARE(peers[i]->takeFrame()->payload, QByteArray("to everybody"));
        peers[i]->send(textFrame(QByteArray::number(int(i))));
    }
    for (size_t i = 0; i < peers.size(); ++i)
        QCOMPARE(peers[i]->takeFrame()->payload, QByteArray::number(int(i)));
    qsizetype count = 0;
    shard.run([&](IoShard &each) { count = each.connectionCount(); });
    QCOMPARE(count, 300);
}

void TestIoShard::aPlaceIsReusedUnderANewKey()
{
    ShardFixture shard;
    std::set<quint64> keys;
    for (int i = 0; i < 20; ++i) {
        RawPeer peer;
        QVERIFY(peer.connectTo(shard.port()));
        QTRY_COMPARE(shard.counters.connectionsOpen.value(), 1);
        shard.run([&](IoShard &each) {
            for (quint64 generation = 0; generation < 64; ++generation) {
                if (each.connection(generation << 32))
                    keys.insert(generation << 32);
            }
        });
        peer.abort();
        QTRY_COMPARE(shard.counters.connectionsOpen.value(), 0);
        shard.run([&](IoShard &each) {
            for (quint64 key : keys)
                QVERIFY(!each.connection(key));
        });
    }
    QCOMPARE(keys.size(), size_t(20)); // one place, never the same key
}

void TestIoShard::closeAllTellsEverySession()
{
    ShardFixture shard;
    RawPeer socket;
    RawPeer stream;
    RawPeer http;
    QVERIFY(socket.connectTo(shard.port()) && stream.connectTo(shard.port()) && http.connectTo(shard.port()));
    QVERIFY(socket.upgrade("/ws"));
    stream.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    QVERIFY(stream.waitForText("retry"));
    http.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(shard.http.heldCount(), 1);
    shard.run([](IoShard &each) { each.closeAll(); });
    QCOMPARE(shard.journal.count("closed " + QByteArray::number(int(CloseReason::ShuttingDown))), 2);
    QVERIFY(socket.waitForEnd() && stream.waitForEnd() && http.waitForEnd());
    shard.http.release();
    QTRY_COMPARE(shard.counters.connectionsOpen.value(), 0);
}

void TestIoShard::destructionTellsEverySession()
{
    auto shard = std::make_unique<ShardFixture>();
    RawPeer peer;
    QVERIFY(peer.connectTo(shard->port()));
    QVERIFY(peer.upgrade("/ws"));
    shard.reset();
    QVERIFY(peer.waitForEnd());
}

void TestIoShard::shutdownIsForcedAfterItsGrace()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws"));
    std::atomic<int> done = 0;
    shard.run([&](IoShard &each) { each.shutDownConnections(50, [&] { ++done; }); });
    QCOMPARE(peer.takeFrame()->closeCode(), 1001); // and is not answered
    QTRY_COMPARE(done.load(), 1);
    QVERIFY(peer.waitForEnd());
    QCOMPARE(shard.counters.connectionsOpen.value(), 0);
}

void TestIoShard::shutdownWithoutConnectionsIsDoneAtOnce()
{
    ShardFixture shard;
    int done = 0;
    shard.run([&](IoShard &each) { each.shutDownConnections(60'000, [&] { ++done; }); });
    QCOMPARE(done, 1);
}

void TestIoShard::nobodyIsAcceptedAfterStopListening()
{
    ShardFixture shard;
    RawPeer before;
    QVERIFY(before.connectTo(shard.port()));
    QTRY_COMPARE(shard.counters.connectionsOpen.value(), 1);
    shard.run([](IoShard &each) { each.stopListening(); });
    QTcpSocket after;
    QSignalSpy refused(&after, &QTcpSocket::errorOccurred);
    after.connectToHost(QStringLiteral("127.0.0.1"), shard.port());
    QTRY_COMPARE(refused.size(), 1);
    QCOMPARE(after.error(), QAbstractSocket::ConnectionRefusedError);
    before.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nstill");
    QCOMPARE(before.takeResponse()->body, QByteArray("still"));
}

void TestIoShard::changedLimitsCountForNewConnections()
{
    ShardFixture shard;
    shard.run([](IoShard &each) {
        LinkLimits limits;
        limits.wsMessageBytes = 10;
        each.setLimits(limits);
    });
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QVERIFY(peer.upgrade("/ws"));
    peer.send(textFrame("0123456789a"));
    QCOMPARE(peer.takeCloseCode(), 1009);
}

void TestIoShard::outOfDescriptorsIsSurvived()
{
    ShardFixture shard;
    RawPeer early;
    QVERIFY(early.connectTo(shard.port()));
    QVERIFY(early.upgrade("/ws"));
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 8; ++i)
        peers.push_back(std::make_unique<RawPeer>());
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit low{256, before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &low), 0);
    s_outOfDescriptors = 0;
    const QtMessageHandler usual = qInstallMessageHandler(countWarnings);
    std::vector<int> wasted;
    for (int copy = ::dup(0); copy >= 0; copy = ::dup(0))
        wasted.push_back(copy);
    size_t connected = 0;
    for (; connected < peers.size(); ++connected) {
        // One descriptor for the client; the server finds none for its end, unless it is the faster one to take this.
        ::close(wasted.back());
        wasted.pop_back();
        if (!peers[connected]->connectTo(shard.port()))
            break;
    }
    const bool hasNoticed = QTest::qWaitFor([] { return s_outOfDescriptors > 0; }, 10'000);
    early.send(textFrame("others are served meanwhile"));
    const auto echo = early.takeFrame();
    for (const int each : wasted)
        ::close(each);
    ::setrlimit(RLIMIT_NOFILE, &before);
    qInstallMessageHandler(usual);
    QVERIFY(hasNoticed);
    QVERIFY(echo && echo->payload == "others are served meanwhile");
    QVERIFY(connected > 0);
    for (size_t i = 0; i < connected; ++i) {
        QVERIFY(peers[i]->isOpen());
        QVERIFY(peers[i]->upgrade("/ws"));
    }
}

void TestIoShard::inProcessIdsNeverMeetSocketIds()
{
    ShardFixture shard;
    RawPeer peer;
    QVERIFY(peer.connectTo(shard.port()));
    QTRY_COMPARE(shard.counters.connectionsOpen.value(), 1);
    std::set<quint64> ids;
    shard.run([&](IoShard &each) {
        for (int i = 0; i < 100; ++i) {
            const LinkId id = each.nextInProcessId();
            QCOMPARE(id.shard(), 0);
            QVERIFY(!each.connection(id.value));
            ids.insert(id.value);
        }
    });
    QCOMPARE(ids.size(), size_t(100));
}

void TestIoShard::takenPortsAreRefused()
{
    ShardFixture shard;
    const auto taken = SocketIo::listenOn({"127.0.0.1", shard.port()}, SocketIo::Sharing::First);
    QVERIFY(!taken);
    QVERIFY2(taken.error().text.contains(QString::number(shard.port())), qPrintable(taken.error().text));
    const auto joined = SocketIo::listenOn({"127.0.0.1", shard.port()}, SocketIo::Sharing::Joins);
    QVERIFY(joined);
    QCOMPARE(SocketIo::boundPort(*joined), shard.port());
    ::close(*joined);
}

void TestIoShard::badAddressesAreRefused()
{
    for (const char *host : {"", "example.invalid", "1.2.3", "256.1.1.1", "::g"}) {
        const auto refused = SocketIo::listenOn({host, 0}, SocketIo::Sharing::First);
        QVERIFY2(!refused, host);
    }
    for (const char *host : {"localhost", "127.0.0.1", "::1"}) {
        const auto listening = SocketIo::listenOn({host, 0}, SocketIo::Sharing::First);
        if (!listening && QByteArray(host) == "::1")
            continue; // machines without IPv6
        QVERIFY2(listening, host);
        QVERIFY(SocketIo::boundPort(*listening) != 0);
        ::close(*listening);
    }
}

QTEST_GUILESS_MAIN(TestIoShard)
#include "tst_ioshard.moc"
