// SPDX-License-Identifier: MIT
#include "transport/rawpeer.h"
#include "transport/shardfixture.h"
#include "transport/shedding.h"

#include <QTest>

using namespace Tidegate;

//! Who goes when all peers together are owed too much.
class TestShedding : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void withinTheLimitsNobodyGoes();
    void aShardTakesItsShareOfTheExcess();
    void anOverfullSitePaysForItself();
    void theLowestClassGoesFirstWithItsCloseCode();
    void anInProcessLinkOwesAndGoesLikeASocket();
    void whatAnInProcessClientHasTakenIsOwedNoMore();
    void anAnswerNobodyReadsGoesFirst();
    void whatIsNotCompleteIsOwedToo();
};

namespace {

constexpr qint64 MiB = 1024 * 1024;

HttpRequest request(const QByteArray &path)
{
    HttpRequest request;
    request.path = path;
    return request;
}

//! A client in the process that takes nothing by itself. Must outlive its shard's link.
struct InProcessEnd
{
    InProcessLink::Backlog backlog = std::make_shared<std::atomic<qsizetype>>(0);
    std::atomic<int> closeCode = 0;

    InProcessLink::Client client()
    {
        return {[](const QByteArray &) {}, [this](CloseReason, quint16 code, const QByteArray &) { closeCode = code; },
                backlog};
    }
};

} // namespace

void TestShedding::withinTheLimitsNobodyGoes()
{
    BudgetPool pool({10 * MiB, 10 * MiB, 10});
    const auto site = pool.site("a");
    site->charge(2 * MiB);
    QVERIFY(pool.isCalm());
    const OwingLink link{1, LinkClass::Guest, 2 * MiB, site.get()};
    QVERIFY(linksToShed(pool.owed(), {&link, 1}).empty());
    site->charge(-2 * MiB);
}

void TestShedding::aShardTakesItsShareOfTheExcess()
{
    BudgetPool pool({10 * MiB, 0, 10});
    const auto site = pool.site("a");
    site->charge(12 * MiB); // 4.5 MiB too much; this shard's links owe a third of it all
    QVERIFY(!pool.isCalm());
    std::vector<OwingLink> owing;
    for (quint64 key = 0; key < 4; ++key)
        owing.push_back({key, LinkClass::Guest, MiB, site.get()});
    QCOMPARE(linksToShed(pool.owed(), owing), (std::vector<quint64>{0, 1}));
    site->charge(-12 * MiB);
}

void TestShedding::anOverfullSitePaysForItself()
{
    BudgetPool pool({100 * MiB, 4 * MiB, 10});
    const auto full = pool.site("full");
    const auto other = pool.site("other");
    full->charge(4 * MiB);
    other->charge(3 * MiB);
    const std::vector<OwingLink> owing{{1, LinkClass::Guest, 3 * MiB, other.get()},
                                       {2, LinkClass::Guest, 2 * MiB, full.get()},
                                       {3, LinkClass::Staff, 2 * MiB, full.get()}};
    QCOMPARE(linksToShed(pool.owed(), owing), (std::vector<quint64>{2}));
    full->charge(-4 * MiB);
    other->charge(-3 * MiB);
}

void TestShedding::theLowestClassGoesFirstWithItsCloseCode()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    ShardFixture shard(limits, {}, true, {8 * MiB, 0, 10});
    shard.wsBudgetBytes = 100 * MiB; // no link is slow by itself
    RawPeer guest;
    RawPeer staff;
    QVERIFY(guest.connectTo(shard.port()) && guest.upgrade("/ws"));
    QVERIFY(staff.connectTo(shard.port()) && staff.upgrade("/ws?staff"));
    guest.socket().setReadBufferSize(1);
    staff.socket().setReadBufferSize(1);
    // Until more waits than the process may owe, the kernel's buffers apart.
    for (int i = 0; i < 1'000 && shard.budgets.owed().value() < 8 * MiB; ++i)
        shard.sendToAll(QByteArray(200'000, 's'));
    shard.advance(200);
    QTRY_COMPARE(shard.counters.shed.value(), 1);
    QTRY_VERIFY(shard.budgets.owed().value() < 8 * MiB);
    guest.socket().setReadBufferSize(0);
    QCOMPARE(guest.takeCloseCode(), 4002);
    QVERIFY(guest.waitForEnd());
    QCOMPARE(shard.counters.shed.value(), 1);
    staff.send(textFrame("still here"));
    QTRY_VERIFY(shard.journal.contains("text"));
    staff.abort();
    QTRY_COMPARE(shard.counters.connectionsOpen.value(), 0);
    QCOMPARE(shard.budgets.owed().value(), 0); // nothing stays charged
}

void TestShedding::anInProcessLinkOwesAndGoesLikeASocket()
{
    LinkLimits limits;
    limits.wsPingIntervalMs = 0;
    InProcessEnd guest;
    ShardFixture shard(limits, {}, true, {8 * MiB, 0, 10});
    shard.wsBudgetBytes = 100 * MiB; // no link is slow by itself
    RawPeer staff;
    QVERIFY(staff.connectTo(shard.port()) && staff.upgrade("/ws?staff"));
    shard.run([&](IoShard &io) { io.connectInProcess(request("/ws"), guest.client()); });
    for (int i = 0; i < 100 && guest.backlog->load() < 8 * MiB && guest.closeCode == 0; ++i)
        shard.sendToAll(QByteArray(200'000, 's'));
    QTRY_COMPARE(guest.closeCode.load(), 4002);
    QCOMPARE(shard.counters.shed.value(), 1);
    QCOMPARE(shard.counters.inProcess.closed.value(), 1);
    staff.send(textFrame("still here"));
    QTRY_VERIFY(shard.journal.contains("text"));
    staff.abort();
    QTRY_COMPARE(shard.budgets.owed().value(), 0);
}

void TestShedding::whatAnInProcessClientHasTakenIsOwedNoMore()
{
    InProcessEnd end;
    ShardFixture shard;
    shard.run([&](IoShard &io) { io.connectInProcess(request("/ws"), end.client()); });
    shard.sendToAll(QByteArray(100'000, 's'));
    QTRY_COMPARE(shard.budgets.owed().value(), 100'001); // and a line feed
    end.backlog->fetch_sub(60'000);
    QTRY_COMPARE(shard.budgets.owed().value(), 40'001);
}

void TestShedding::anAnswerNobodyReadsGoesFirst()
{
    ShardFixture shard({}, {}, true, {256 * 1024, 0, 10});
    RawPeer user;
    QVERIFY(user.connectTo(shard.port()) && user.upgrade("/ws?staff"));
    // Several: of an answer the kernel may take all but a little.
    std::vector<std::unique_ptr<RawPeer>> readers;
    for (int i = 0; i < 4; ++i) {
        RawPeer &reader = *readers.emplace_back(std::make_unique<RawPeer>());
        QVERIFY(reader.connectTo(shard.port()));
        reader.socket().setReadBufferSize(1);
        reader.send(QByteArray("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").repeated(5));
    }
    QTRY_VERIFY(shard.counters.shed.value() > 0);
    QTRY_VERIFY(shard.budgets.owed().value() < 256 * 1024);
    user.send(textFrame("still here"));
    QCOMPARE(user.takeFrame()->payload, QByteArray("still here"));
}

void TestShedding::whatIsNotCompleteIsOwedToo()
{
    LinkLimits limits;
    limits.bodyBytes = 4 * MiB;
    limits.wsMessageBytes = 4 * MiB;
    limits.wsPingIntervalMs = 0;
    ShardFixture shard(limits, {}, true, {2 * MiB, 0, 10});
    RawPeer user;
    QVERIFY(user.connectTo(shard.port()) && user.upgrade("/ws?staff"));
    user.send(textFrame(QByteArray(MiB, 'x')).first(MiB / 2));
    QTRY_VERIFY(shard.budgets.owed().value() >= MiB / 4);
    RawPeer poster;
    QVERIFY(poster.connectTo(shard.port()));
    poster.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + QByteArray(2'500'000, 'b'));
    QTRY_COMPARE(shard.counters.shed.value(), 1);
    QVERIFY(poster.waitForEnd());
    QVERIFY(shard.http.requests().empty());
    QVERIFY(user.isOpen());
    user.send(textFrame(QByteArray(MiB, 'x')).sliced(MiB / 2));
    QCOMPARE(user.takeFrame()->payload.size(), MiB);
    QTRY_COMPARE(shard.budgets.owed().value(), 0);
}

QTEST_GUILESS_MAIN(TestShedding)
#include "tst_shedding.moc"
