// SPDX-License-Identifier: MIT
// What fan-out keeps from subscribers is recorded, and where each stands is known.

#include "base/decisionlog.h"
#include "channel/fakelink.h"
#include "channel/fanout.h"
#include "channel/rules.h"

#include <QTest>

using namespace Tidegate;

namespace {

PublicationPtr publication(Offset cursor, const QByteArray &body = "x", const QByteArrayList &staffOnly = {})
{
    auto made = std::make_shared<Publication>();
    made->stream = "s";
    made->site = "north";
    made->body = body;
    made->cursor = cursor;
    for (const QByteArray &key : staffOnly) {
        auto event = std::make_shared<Event>();
        event->offset = cursor;
        event->minRole = Role::Staff;
        event->key = key;
        made->events.push_back(event);
    }
    return made;
}

AudienceSpec guests(LagPolicy lag = LagPolicy::Close)
{
    AudienceSpec spec;
    spec.variant = "guests";
    spec.encode = [](const Publication &each) { return each.body; };
    spec.hidden = [](const Publication &each) {
        QByteArrayList keys;
        for (const EventPtr &event : each.events) {
            if (event->minRole > Role::Guest)
                keys.append(event->key);
        }
        return keys;
    };
    spec.subject = "board";
    spec.lag = lag;
    return spec;
}

struct Setting
{
    FakeClock clock;
    DecisionLog log;
    DecisionBatch batch{log, clock};
    FanoutCounters counters;
    Fanout fanout{counters, &batch};

    std::vector<DecisionLog::EntryPtr> decisions()
    {
        batch.flush();
        return log.entries();
    }
};

} // namespace

class TestFanoutDecisions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatARoleHidesIsOneDecisionPerAudience();
    void eventStreamsAreCountedApart();
    void whereNothingIsHiddenNothingIsSaid();
    void whoLagsIsNamedWithItsPolicy();
    void everybodyStandsAtTheNewestPublication();
    void aNewcomerStandsNowhereYet();
    void aLaggardStandsWhereItWasSentTo();
};

void TestFanoutDecisions::whatARoleHidesIsOneDecisionPerAudience()
{
    Setting s;
    std::vector<FakeLink> links(50);
    std::vector<Fanout::Membership> members(50);
    for (size_t i = 0; i < links.size(); ++i)
        s.fanout.join("s", guests(), links[i], members[i]);
    s.fanout.deliver(publication(1, "x", {"i-1", "i-2"}));
    s.fanout.flush();
    const auto decisions = s.decisions();
    QCOMPARE(decisions.size(), 1U);
    const Decision &decision = decisions[0]->decision;
    QCOMPARE(decision.rule, &ChannelRules::Hidden);
    QCOMPARE(decision.count, 100);
    QCOMPARE(decision.subject, "board");
    QCOMPARE(decision.site, "north");
    QCOMPARE(decision.messages, QByteArrayList({"i-1", "i-2"}));
    QCOMPARE(decision.link, 0U);
    QVERIFY(!decision.who.isEmpty());
    QCOMPARE(decision.who, Fanout::audienceName(members.back()));
    QCOMPARE(s.counters.eventsHidden.value(), 100);
    QCOMPARE(s.counters.streamEventsHidden.value(), 0);
}

void TestFanoutDecisions::eventStreamsAreCountedApart()
{
    Setting s;
    FakeLink link;
    link.framingValue = Framing::EventStream;
    Fanout::Membership member;
    s.fanout.join("s", guests(), link, member);
    s.fanout.deliver(publication(1, {}, {"i-1"})); // and nothing is left to be sent
    s.fanout.flush();
    QVERIFY(link.writes.isEmpty());
    QCOMPARE(s.counters.streamEventsHidden.value(), 1);
    QCOMPARE(s.counters.eventsHidden.value(), 0);
}

void TestFanoutDecisions::whereNothingIsHiddenNothingIsSaid()
{
    Setting s;
    FakeLink link;
    Fanout::Membership member;
    s.fanout.join("s", guests(), link, member);
    s.fanout.deliver(publication(1));
    s.fanout.flush();
    QVERIFY(s.decisions().empty());
}

void TestFanoutDecisions::whoLagsIsNamedWithItsPolicy()
{
    Setting s;
    FakeLink link;
    link.idValue = LinkId::make(2, 7);
    link.isKeepingUp = false;
    Fanout::Membership member;
    s.fanout.join("s", guests(LagPolicy::DropOldest), link, member);
    const QByteArray half(Fanout::MaxHeldBytes / 2, 'x');
    for (Offset cursor = 1; cursor <= 4; ++cursor) {
        s.fanout.deliver(publication(cursor, half));
        s.fanout.flush();
    }
    QMap<QByteArray, qint64> counts;
    for (const auto &entry : s.decisions()) {
        QCOMPARE(entry->decision.link, link.idValue.value);
        QCOMPARE(entry->decision.subject, "board");
        counts[entry->decision.rule->name] += entry->decision.count;
    }
    QCOMPARE(counts.value(ChannelRules::HeldBack.name), 1);
    QCOMPARE(counts.value(ChannelRules::LagDropped.name), s.counters.publicationsDropped.value());
    QVERIFY(counts.value(ChannelRules::LagDropped.name) > 0);
    link.isKeepingUp = true;
    s.fanout.flush(); // a loss this audience cannot tell
    QVERIFY(link.hasGivenUp);
    QCOMPARE(s.decisions().back()->decision.rule, &ChannelRules::LossUntold);
}

void TestFanoutDecisions::everybodyStandsAtTheNewestPublication()
{
    Setting s;
    std::vector<FakeLink> links(2);
    std::vector<Fanout::Membership> members(2);
    for (size_t i = 0; i < links.size(); ++i)
        s.fanout.join("s", guests(), links[i], members[i]);
    s.fanout.deliver(publication(4));
    s.fanout.deliver(publication(9));
    QCOMPARE(s.fanout.position(members[0]), 0U); // gathered, not handed over
    s.fanout.flush();
    QCOMPARE(s.fanout.position(members[0]), 9U);
    QCOMPARE(s.fanout.position(members[1]), 9U);
    s.fanout.leave(members[1]);
    QCOMPARE(s.fanout.position(members[1]), 0U);
}

void TestFanoutDecisions::aNewcomerStandsNowhereYet()
{
    Setting s;
    FakeLink link;
    Fanout::Membership member;
    s.fanout.join("s", guests(), link, member);
    s.fanout.flush();
    QCOMPARE(s.fanout.position(member), 0U);
    s.fanout.leave(member);
}

void TestFanoutDecisions::aLaggardStandsWhereItWasSentTo()
{
    Setting s;
    std::vector<FakeLink> links(2);
    std::vector<Fanout::Membership> members(2);
    for (size_t i = 0; i < links.size(); ++i)
        s.fanout.join("s", guests(LagPolicy::DropOldest), links[i], members[i]);
    s.fanout.deliver(publication(3));
    s.fanout.flush();
    links[0].isKeepingUp = false;
    s.fanout.deliver(publication(5));
    s.fanout.flush();
    QCOMPARE(s.fanout.position(members[0]), 3U);
    QCOMPARE(s.fanout.position(members[1]), 5U);
    links[0].isKeepingUp = true;
    s.fanout.flush();
    QCOMPARE(s.fanout.position(members[0]), 5U);
    QCOMPARE(links[0].writes.size(), 2);
}

QTEST_GUILESS_MAIN(TestFanoutDecisions)
#include "tst_fanoutdecisions.moc"
