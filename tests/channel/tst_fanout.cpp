// SPDX-License-Identifier: MIT
#include "channel/fakelink.h"
#include "channel/fanout.h"

#include <QTest>

#include <map>
#include <random>

using namespace Tidegate;

namespace {

PublicationPtr publication(const QByteArray &stream, const QByteArray &body)
{
    auto made = std::make_shared<Publication>();
    made->stream = stream;
    made->body = body;
    return made;
}

AudienceSpec spec(const QByteArray &variant, LagPolicy lag = LagPolicy::Close)
{
    AudienceSpec made;
    made.variant = variant;
    made.encode = [](const Publication &each) { return each.body; };
    made.lag = lag;
    return made;
}

} // namespace

class TestFanout : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nobodyIsSentAnythingBeforeTheTurnEnds();
    void encodesOncePerAudienceAndSharesTheBytes();
    void variantsOfAStreamAreEncodedApart();
    void allFramesOfATurnAreOneWrite();
    void onlyTheLastAudienceOfATurnIsWrittenAtOnce();
    void otherStreamsHearNothing();
    void anEncoderThatWritesNothingCausesNoWrite();
    void joiningDuringADirtyTurnGetsNothingOld();
    void leavingFlushesFirst();
    void leavingTwiceIsHarmless();
    void theLastMemberTakesTheAudienceWithIt();
    void aStreamCanBeJoinedAgainAfterItsLastMemberLeft();
    void aMemberThatLeavesWhileItIsSentToHurtsNobody();
    void everyMemberLeavingWhileSentToIsSafe();
    void leavingAnotherMemberDuringASendLosesAndDoublesNothing();
    void positionsStayRightUnderRandomLeaves_data();
    void positionsStayRightUnderRandomLeaves();
    void linksOfOtherFramingAreFramedApart();

    void aLinkThatIsBehindIsHeldBackAloneAndCatchesUpInOrder();
    void whatIsHeldBackGoesOutAsFarAsTheLinkKeepsUp();
    void aLossIsToldBeforeWhatFollowsIt();
    void aLossThatCannotBeToldEndsTheLink();
    void leavingHandsOverWhatIsHeldBack();
    void underTheClosePolicyNothingIsHeldBack();

private:
    FanoutCounters m_counters;
};

void TestFanout::init()
{
    for (Counter *each : {&m_counters.subscribersLagging, &m_counters.publicationsDropped, &m_counters.eventsConflated})
        each->set(0);
}

void TestFanout::nobodyIsSentAnythingBeforeTheTurnEnds()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.join("s", spec("v"), link, member);
    fanout.deliver(publication("s", "1"));
    QVERIFY(link.writes.isEmpty());
    fanout.flush();
    QCOMPARE(link.text(), QByteArray("1"));
    fanout.flush();
    QCOMPARE(link.writes.size(), 1);
}

void TestFanout::encodesOncePerAudienceAndSharesTheBytes()
{
    Fanout fanout{m_counters};
    int encoded = 0;
    AudienceSpec counting = spec("v");
    counting.encode = [&encoded](const Publication &each) {
        ++encoded;
        return each.body;
    };
    std::vector<FakeLink> links(50);
    std::vector<Fanout::Membership> members(50);
    for (size_t i = 0; i < links.size(); ++i)
        fanout.join("s", counting, links[i], members[i]);
    QCOMPARE(fanout.audienceCount(), qsizetype(1));
    fanout.deliver(publication("s", "frame"));
    fanout.flush();
    QCOMPARE(encoded, 1);
    for (const FakeLink &link : links) {
        QCOMPARE(link.writes.size(), 1);
        QCOMPARE(link.writes.first().constData(), links[0].writes.first().constData()); // the very same memory
    }
}

void TestFanout::variantsOfAStreamAreEncodedApart()
{
    Fanout fanout{m_counters};
    FakeLink plain;
    FakeLink loud;
    Fanout::Membership a;
    Fanout::Membership b;
    fanout.join("s", spec("plain"), plain, a);
    AudienceSpec shouting = spec("loud");
    shouting.encode = [](const Publication &each) { return each.body.toUpper(); };
    fanout.join("s", shouting, loud, b);
    QCOMPARE(fanout.audienceCount(), qsizetype(2));
    fanout.deliver(publication("s", "abc"));
    fanout.flush();
    QCOMPARE(plain.text(), QByteArray("abc"));
    QCOMPARE(loud.text(), QByteArray("ABC"));
}

void TestFanout::allFramesOfATurnAreOneWrite()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.join("s", spec("v"), link, member);
    for (const char *each : {"1", "2", "3"})
        fanout.deliver(publication("s", each));
    fanout.flush();
    QCOMPARE(link.writes, QByteArrayList{"123"});
}

void TestFanout::onlyTheLastAudienceOfATurnIsWrittenAtOnce()
{
    Fanout fanout{m_counters};
    FakeLink link; // in both audiences: its bytes must still leave with one write
    Fanout::Membership first;
    Fanout::Membership second;
    fanout.join("a", spec("v"), link, first);
    fanout.join("b", spec("v"), link, second);
    fanout.deliver(publication("a", "1"));
    fanout.deliver(publication("b", "2"));
    fanout.flush();
    QCOMPARE(link.times, (QList<SendTime>{SendTime::TurnEnd, SendTime::Now}));
}

void TestFanout::otherStreamsHearNothing()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.join("s", spec("v"), link, member);
    fanout.deliver(publication("s.sub", "x"));
    fanout.deliver(publication("", "x"));
    fanout.flush();
    QVERIFY(link.writes.isEmpty());
}

void TestFanout::anEncoderThatWritesNothingCausesNoWrite()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    AudienceSpec silent = spec("v");
    silent.encode = [](const Publication &) { return QByteArray(); };
    fanout.join("s", silent, link, member);
    fanout.deliver(publication("s", "secret"));
    fanout.flush();
    QVERIFY(link.writes.isEmpty());
}

void TestFanout::joiningDuringADirtyTurnGetsNothingOld()
{
    Fanout fanout{m_counters};
    FakeLink early;
    FakeLink late;
    Fanout::Membership a;
    Fanout::Membership b;
    fanout.join("s", spec("v"), early, a);
    fanout.deliver(publication("s", "1"));
    fanout.join("s", spec("v"), late, b);
    fanout.deliver(publication("s", "2"));
    fanout.flush();
    QCOMPARE(early.text(), QByteArray("12"));
    QCOMPARE(late.text(), QByteArray("2"));
}

void TestFanout::leavingFlushesFirst()
{
    Fanout fanout{m_counters};
    FakeLink goes;
    FakeLink stays;
    Fanout::Membership a;
    Fanout::Membership b;
    fanout.join("s", spec("v"), goes, a);
    fanout.join("s", spec("v"), stays, b);
    fanout.deliver(publication("s", "1"));
    fanout.leave(a);
    QCOMPARE(goes.text(), QByteArray("1"));
    fanout.deliver(publication("s", "2"));
    fanout.flush();
    QCOMPARE(goes.text(), QByteArray("1"));
    QCOMPARE(stays.text(), QByteArray("12"));
}

void TestFanout::leavingTwiceIsHarmless()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.leave(member);
    fanout.join("s", spec("v"), link, member);
    fanout.leave(member);
    fanout.leave(member);
    QCOMPARE(fanout.audienceCount(), qsizetype(0));
}

void TestFanout::theLastMemberTakesTheAudienceWithIt()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership a;
    Fanout::Membership b;
    fanout.join("s", spec("v"), link, a);
    fanout.join("s", spec("w"), link, b);
    fanout.deliver(publication("s", "1")); // both are dirty
    fanout.leave(a);
    QCOMPARE(fanout.audienceCount(), qsizetype(1));
    fanout.leave(b);
    QCOMPARE(fanout.audienceCount(), qsizetype(0));
    fanout.flush();
    QCOMPARE(link.text(), QByteArray("11"));
}

void TestFanout::aStreamCanBeJoinedAgainAfterItsLastMemberLeft()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    for (int round = 0; round < 3; ++round) {
        fanout.join("s", spec("v"), link, member);
        fanout.deliver(publication("s", "x"));
        fanout.leave(member);
    }
    QCOMPARE(link.text(), QByteArray("xxx"));
}

void TestFanout::aMemberThatLeavesWhileItIsSentToHurtsNobody()
{
    Fanout fanout{m_counters};
    std::vector<FakeLink> links(3);
    std::vector<Fanout::Membership> members(3);
    for (size_t i = 0; i < links.size(); ++i)
        fanout.join("s", spec("v"), links[i], members[i]);
    links[0].onSend = [&] { fanout.leave(members[0]); };
    fanout.deliver(publication("s", "1"));
    fanout.flush();
    fanout.deliver(publication("s", "2"));
    fanout.flush();
    QCOMPARE(links[0].text(), QByteArray("1"));
    QCOMPARE(links[1].text(), QByteArray("12"));
    QCOMPARE(links[2].text(), QByteArray("12"));
}

void TestFanout::everyMemberLeavingWhileSentToIsSafe()
{
    Fanout fanout{m_counters};
    std::vector<FakeLink> links(3);
    std::vector<Fanout::Membership> members(3);
    FakeLink bystander;
    Fanout::Membership bystanding;
    for (size_t i = 0; i < links.size(); ++i) {
        fanout.join("s", spec("v"), links[i], members[i]);
        links[i].onSend = [&, i] { fanout.leave(members[i]); };
    }
    fanout.join("t", spec("v"), bystander, bystanding);
    fanout.deliver(publication("s", "1"));
    fanout.deliver(publication("t", "2"));
    fanout.flush();
    for (const FakeLink &link : links)
        QCOMPARE(link.writes, QByteArrayList{"1"});
    QCOMPARE(bystander.text(), QByteArray("2"));
    QCOMPARE(fanout.audienceCount(), qsizetype(1));
}

void TestFanout::leavingAnotherMemberDuringASendLosesAndDoublesNothing()
{
    Fanout fanout{m_counters};
    std::vector<FakeLink> links(4);
    std::vector<Fanout::Membership> members(4);
    for (size_t i = 0; i < links.size(); ++i)
        fanout.join("s", spec("v"), links[i], members[i]);
    links[2].onSend = [&] {
        links[2].onSend = nullptr;
        fanout.leave(members[0]);
    };
    fanout.deliver(publication("s", "1"));
    fanout.flush();
    for (const FakeLink &link : links)
        QCOMPARE(link.writes, QByteArrayList{"1"});
    fanout.deliver(publication("s", "2"));
    fanout.flush();
    QCOMPARE(links[0].text(), QByteArray("1"));
    for (size_t i = 1; i < links.size(); ++i)
        QCOMPARE(links[i].text(), QByteArray("12"));
}

void TestFanout::positionsStayRightUnderRandomLeaves_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 20; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestFanout::positionsStayRightUnderRandomLeaves()
{
    QFETCH(unsigned, seed);
    constexpr size_t Links = 40;
    std::mt19937 random(seed);
    Fanout fanout{m_counters};
    std::vector<FakeLink> links(Links);
    std::vector<Fanout::Membership> members(Links);
    std::vector<QByteArray> expected(Links);
    std::vector<bool> joined(Links);
    const QByteArray variants[] = {"a", "b", "c"};
    for (int step = 0; step < 3'000; ++step) {
        const size_t which = random() % Links;
        switch (random() % 4) {
        case 0:
            if (!joined[which])
                fanout.join("s", spec(variants[which % 3]), links[which], members[which]);
            joined[which] = true;
            break;
        case 1:
            fanout.leave(members[which]);
            joined[which] = false;
            break;
        case 2: {
            const QByteArray body = QByteArray::number(step) + ' ';
            fanout.deliver(publication("s", body));
            for (size_t i = 0; i < Links; ++i) {
                if (joined[i])
                    expected[i] += body;
            }
            break;
        }
        default:
            fanout.flush();
        }
    }
    fanout.flush();
    for (size_t i = 0; i < Links; ++i)
        QCOMPARE(links[i].text(), expected[i]);
}

void TestFanout::linksOfOtherFramingAreFramedApart()
{
    Fanout fanout{m_counters};
    FakeLink plain;
    FakeLink marked;
    marked.framingValue = Framing::WebSocketDeflated;
    marked.framePrefix = "#";
    Fanout::Membership a;
    Fanout::Membership b;
    fanout.join("s", spec("v"), plain, a);
    fanout.join("s", spec("v"), marked, b);
    fanout.deliver(publication("s", "1"));
    fanout.flush();
    QCOMPARE(plain.text(), QByteArray("1"));
    QCOMPARE(marked.text(), QByteArray("#1"));
}

void TestFanout::aLinkThatIsBehindIsHeldBackAloneAndCatchesUpInOrder()
{
    Fanout fanout{m_counters};
    FakeLink slow;
    FakeLink quick;
    Fanout::Membership a;
    Fanout::Membership b;
    fanout.join("s", spec("v", LagPolicy::DropOldest), slow, a);
    fanout.join("s", spec("v", LagPolicy::DropOldest), quick, b);
    slow.isKeepingUp = false;
    for (const char *each : {"1", "2", "3"}) {
        fanout.deliver(publication("s", each));
        fanout.flush();
    }
    QVERIFY(slow.writes.isEmpty());
    QCOMPARE(quick.text(), QByteArray("123"));
    QCOMPARE(m_counters.subscribersLagging.value(), 1);
    slow.isKeepingUp = true;
    fanout.deliver(publication("s", "4"));
    fanout.flush();
    QCOMPARE(slow.text(), QByteArray("1234"));
    QCOMPARE(m_counters.subscribersLagging.value(), 0);
}

void TestFanout::whatIsHeldBackGoesOutAsFarAsTheLinkKeepsUp()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.join("s", spec("v", LagPolicy::DropOldest), link, member);
    link.isKeepingUp = false;
    for (const char *each : {"1", "2", "3"})
        fanout.deliver(publication("s", each));
    fanout.flush();
    link.isKeepingUp = true;
    link.onSend = [&] { link.isKeepingUp = false; }; // one, and it is behind again
    fanout.flush();
    QCOMPARE(link.text(), QByteArray("1"));
    link.isKeepingUp = true;
    link.onSend = nullptr;
    fanout.flush();
    QCOMPARE(link.text(), QByteArray("123"));
}

void TestFanout::aLossIsToldBeforeWhatFollowsIt()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    AudienceSpec telling = spec("v", LagPolicy::DropOldest);
    telling.encode = [](const Publication &each) { return each.body.left(1); };
    telling.encodeLoss = [](const Loss &loss) { return '[' + QByteArray::number(loss.publications) + " lost]"; };
    fanout.join("s", telling, link, member);
    link.isKeepingUp = false;
    for (const char first : {'a', 'b', 'c', 'd', 'e'})
        fanout.deliver(publication("s", QByteArray(100'000, first)));
    fanout.flush();
    link.isKeepingUp = true;
    fanout.flush();
    QCOMPARE(link.text(), QByteArray("[3 lost]de"));
    QCOMPARE(m_counters.publicationsDropped.value(), 3);
}

void TestFanout::aLossThatCannotBeToldEndsTheLink()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.join("s", spec("v", LagPolicy::DropOldest), link, member);
    link.isKeepingUp = false;
    for (int i = 0; i < 5; ++i)
        fanout.deliver(publication("s", QByteArray(100'000, 'x')));
    fanout.flush();
    QVERIFY(!link.hasGivenUp);
    link.isKeepingUp = true;
    fanout.flush();
    QVERIFY(link.hasGivenUp);
}

void TestFanout::leavingHandsOverWhatIsHeldBack()
{
    Fanout fanout{m_counters};
    FakeLink link;
    Fanout::Membership member;
    fanout.join("s", spec("v", LagPolicy::DropOldest), link, member);
    link.isKeepingUp = false;
    fanout.deliver(publication("s", "1"));
    fanout.flush();
    fanout.deliver(publication("s", "2"));
    fanout.leave(member);
    QCOMPARE(link.text(), QByteArray("12"));
    fanout.flush();
    QCOMPARE(m_counters.subscribersLagging.value(), 0);
    QCOMPARE(fanout.audienceCount(), qsizetype(0));
}

void TestFanout::underTheClosePolicyNothingIsHeldBack()
{
    Fanout fanout{m_counters};
    FakeLink link; // the link itself judges its peer
    Fanout::Membership member;
    fanout.join("s", spec("v", LagPolicy::Close), link, member);
    link.isKeepingUp = false;
    fanout.deliver(publication("s", "1"));
    fanout.flush();
    QCOMPARE(link.text(), QByteArray("1"));
}

QTEST_GUILESS_MAIN(TestFanout)
#include "tst_fanout.moc"
