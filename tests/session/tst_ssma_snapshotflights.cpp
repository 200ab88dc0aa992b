// SPDX-License-Identifier: MIT
#include "sharingfixture.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

namespace {

Principal user(const char *subject, Role role = Role::User)
{
    Principal principal;
    principal.subjectId = subject;
    principal.role = role;
    return principal;
}

constexpr auto Snapshot = "channel.snapshot";
constexpr auto Invalidate = "channel.invalidate";

} // namespace

//! Subscribers that share a backend's snapshot, over the dialect's real core.
class TestSsmaSnapshotFlights : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRushOfSubscribersAsksOnce();
    void othersAreAskedForApart_data();
    void othersAreAskedForApart();
    void aChannelMayShareByRole();
    void nothingIsSharedWhenSwitchedOff();
    void aFailureSendsAllToTheStoreAndIsNotKept();
    void noSnapshotProvidedIsAnAnswerToo();
    void whatIsPublishedMeanwhileArrivesOnceAndInOrder();
    void whoJoinsAnAnswerGetsWhatCameAfterIt();
    void anAnswerExpires();
    void anAnswerThatIsOvertakenIsNotGivenOn();
    void anAnswerOvertakenOnItsWayGivesWayToTheStore();
    void whoLogsOutMeanwhileIsAskedForAnew();
    void aChangeOfRulesStartsOver();
    void whoLeftMeanwhileIsSentNothing();
    void answersBeyondTheBoundAreNotKept();
    void theBackendMayOutliveItsQuestions();
};

void TestSsmaSnapshotFlights::aRushOfSubscribersAsksOnce()
{
    SharingFixture f;
    std::vector<LinkId> links;
    for (int i = 0; i < 5000; ++i)
        links.push_back(f.subscriber());
    QCOMPARE(f.backend.calls.size(), 1U);
    f.backend.answer(0, {R"({"id":"b-1"})"});
    f.turn();
    for (int i = 0; i < 100; ++i)
        links.push_back(f.subscriber()); // after it has landed
    QCOMPARE(f.backend.calls.size(), 1U);
    for (const LinkId link : links) {
        QCOMPARE(f.ids(link, Snapshot), QByteArrayList{"b-1"});
        QCOMPARE(f.types(link), (QByteArrayList{"replay", "channel.ack", Snapshot}));
    }
    QCOMPARE(f.counters.sharing.snapshotsAsked.value(), 1);
    QCOMPARE(f.counters.sharing.snapshotsShared.value(), 5099);
    QCOMPARE(f.counters.channelSubscriptions.value(), 5100);
}

void TestSsmaSnapshotFlights::othersAreAskedForApart_data()
{
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("site");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<size_t>("calls");
    QTest::newRow("the same user") << QByteArray("u1") << QByteArray("default") << QByteArray("{}") << size_t(1);
    QTest::newRow("another user") << QByteArray("u2") << QByteArray("default") << QByteArray("{}") << size_t(2);
    QTest::newRow("another site") << QByteArray("u1") << QByteArray("other") << QByteArray("{}") << size_t(2);
    QTest::newRow("other params") << QByteArray("u1") << QByteArray("default") << QByteArray(R"({"a":1})") << size_t(2);
}

void TestSsmaSnapshotFlights::othersAreAskedForApart()
{
    QFETCH(QByteArray, subject);
    QFETCH(QByteArray, site);
    QFETCH(QByteArray, params);
    QFETCH(size_t, calls);
    SharingFixture f;
    f.subscriber(user("u1"));
    const LinkId second = f.open(user(subject.constData()), site);
    f.subscribe(second, "global", params);
    QCOMPARE(f.backend.calls.size(), calls);
    for (size_t call = 0; call < calls; ++call)
        f.backend.answer(call, {"{\"id\":\"of-call-" + QByteArray::number(int(call)) + "\"}"});
    QCOMPARE(f.ids(second, Snapshot), QByteArrayList{"of-call-" + QByteArray::number(int(calls) - 1)});
}

void TestSsmaSnapshotFlights::aChannelMayShareByRole()
{
    Profile profile = SharingFixture::openProfile();
    profile.channels["global"].snapshotScope = SnapshotScope::Role;
    SharingFixture f(profile);
    const LinkId one = f.subscriber(user("u1"));
    const LinkId two = f.subscriber(user("u2"));
    const LinkId staff = f.subscriber(user("u3", Role::Staff));
    QCOMPARE(f.backend.calls.size(), 2U);
    QCOMPARE(f.backend.calls[0].request.context.userId, QByteArray());
    f.backend.answer(0, {R"({"id":"for-users"})"});
    f.backend.answer(1, {R"({"id":"for-staff"})"});
    QCOMPARE(f.ids(one, Snapshot), QByteArrayList{"for-users"});
    QCOMPARE(f.ids(two, Snapshot), QByteArrayList{"for-users"});
    QCOMPARE(f.ids(staff, Snapshot), QByteArrayList{"for-staff"});
}

void TestSsmaSnapshotFlights::nothingIsSharedWhenSwitchedOff()
{
    Profile profile = SharingFixture::openProfile();
    profile.snapshotShareMs = 0;
    SharingFixture f(profile);
    f.subscriber();
    f.subscriber();
    f.backend.answer(0, {});
    f.backend.answer(1, {});
    f.subscriber();
    QCOMPARE(f.backend.calls.size(), 3U);
}

void TestSsmaSnapshotFlights::aFailureSendsAllToTheStoreAndIsNotKept()
{
    SharingFixture f;
    f.publish("row-00001");
    std::vector<LinkId> links;
    for (int i = 0; i < 3; ++i)
        links.push_back(f.subscriber());
    f.backend.fail(0);
    f.turn();
    for (const LinkId link : links)
        QCOMPARE(f.ids(link, Snapshot), QByteArrayList{"row-00001"});
    f.subscriber();
    QCOMPARE(f.backend.calls.size(), 2U);
}

void TestSsmaSnapshotFlights::noSnapshotProvidedIsAnAnswerToo()
{
    SharingFixture f;
    f.publish("row-00001");
    const LinkId first = f.subscriber();
    f.backend.calls[0].done(SnapshotReply{});
    f.turn();
    const LinkId second = f.subscriber();
    QCOMPARE(f.backend.calls.size(), 1U);
    for (const LinkId link : {first, second})
        QCOMPARE(f.ids(link, Snapshot), QByteArrayList{"row-00001"});
}

void TestSsmaSnapshotFlights::whatIsPublishedMeanwhileArrivesOnceAndInOrder()
{
    SharingFixture f;
    f.publish("row-00001"); // in the snapshot, if anywhere
    std::vector<LinkId> links{f.subscriber()};
    f.publish("row-00002");
    links.push_back(f.subscriber());
    f.publish("row-00003");
    f.backend.answer(0, {R"({"id":"b-1"})"});
    f.publish("row-00004");
    for (const LinkId link : links) {
        QCOMPARE(f.ids(link, Snapshot), QByteArrayList{"b-1"});
        QCOMPARE(f.ids(link, Invalidate), (QByteArrayList{"row-00002", "row-00003", "row-00004"}));
        QCOMPARE(f.types(link), (QByteArrayList{"replay", "channel.ack", Snapshot, Invalidate, Invalidate}));
    }
}

void TestSsmaSnapshotFlights::whoJoinsAnAnswerGetsWhatCameAfterIt()
{
    SharingFixture f;
    f.subscriber();
    f.backend.answer(0, {R"({"id":"b-1"})"});
    f.publish("row-00001");
    const LinkId second = f.subscriber();
    f.publish("row-00002");
    const LinkId third = f.subscriber();
    f.publish("row-00003");
    QCOMPARE(f.backend.calls.size(), 1U);
    for (const LinkId link : {second, third})
        QCOMPARE(f.ids(link, Invalidate), (QByteArrayList{"row-00001", "row-00002", "row-00003"}));
}

void TestSsmaSnapshotFlights::anAnswerExpires()
{
    SharingFixture f;
    f.subscriber();
    f.clock.advance(5'000); // a slow backend's answer is as new as another's
    f.backend.answer(0, {R"({"id":"old"})"});
    f.clock.advance(999);
    QCOMPARE(f.ids(f.subscriber(), Snapshot), QByteArrayList{"old"});
    f.clock.advance(1);
    const LinkId late = f.subscriber();
    QCOMPARE(f.backend.calls.size(), 2U);
    f.backend.answer(1, {R"({"id":"new"})"});
    QCOMPARE(f.ids(late, Snapshot), QByteArrayList{"new"});
}

void TestSsmaSnapshotFlights::anAnswerThatIsOvertakenIsNotGivenOn()
{
    SharingFixture f;
    f.subscriber();
    f.backend.answer(0, {});
    for (int i = 0; i < Profile::MaxResumeRows; ++i)
        f.publish("row-" + QByteArray::number(10'000 + i), "ops.audit");
    f.subscriber();
    QCOMPARE(f.backend.calls.size(), 1U);
    f.publish("row-99999", "ops.audit");
    f.subscriber();
    QCOMPARE(f.backend.calls.size(), 2U);
}

void TestSsmaSnapshotFlights::anAnswerOvertakenOnItsWayGivesWayToTheStore()
{
    SharingFixture f;
    const LinkId link = f.subscriber();
    for (int i = 0; i <= Profile::MaxResumeRows; ++i)
        f.publish("row-" + QByteArray::number(10'000 + i));
    f.backend.answer(0, {R"({"id":"b-1"})"});
    f.turn();
    f.publish("row-99999");
    const QByteArrayList ids = f.ids(link, Snapshot);
    QCOMPARE(ids.size(), Profile::SnapshotRows);
    QCOMPARE(ids.last(), QByteArray("row-15000"));
    QCOMPARE(f.ids(link, Invalidate), QByteArrayList{"row-99999"});
}

void TestSsmaSnapshotFlights::whoLogsOutMeanwhileIsAskedForAnew()
{
    SharingFixture f;
    const LinkId link = f.subscriber(user("u1", Role::Staff));
    f.service->changeIdentity(link, {});
    f.backend.answer(0, {R"({"id":"secret"})"});
    QCOMPARE(f.backend.calls.size(), 2U);
    QCOMPARE(f.backend.calls[1].request.context.userId, QByteArray());
    QVERIFY(f.ids(link, Snapshot).isEmpty());
    f.backend.answer(1, {R"({"id":"public"})"});
    QCOMPARE(f.ids(link, Snapshot), QByteArrayList{"public"});
}

void TestSsmaSnapshotFlights::aChangeOfRulesStartsOver()
{
    SharingFixture f;
    const LinkId before = f.subscriber();
    f.service->setProfile(SharingFixture::openProfile());
    const LinkId after = f.subscriber();
    QCOMPARE(f.backend.calls.size(), 2U);
    f.backend.answer(0, {R"({"id":"old"})"});
    QCOMPARE(f.ids(before, Snapshot), QByteArrayList{"old"});
    QVERIFY(f.ids(after, Snapshot).isEmpty());
    f.backend.answer(1, {R"({"id":"new"})"});
    QCOMPARE(f.ids(after, Snapshot), QByteArrayList{"new"});
    f.service->setProfile(SharingFixture::openProfile());
    f.subscriber();
    QCOMPARE(f.backend.calls.size(), 3U);
}

void TestSsmaSnapshotFlights::whoLeftMeanwhileIsSentNothing()
{
    SharingFixture f;
    const LinkId gone = f.subscriber();
    const LinkId unsubscribed = f.subscriber();
    const LinkId stays = f.subscriber();
    f.service->closeLink(gone);
    f.service->unsubscribe(unsubscribed, {"global", "{}"});
    f.backend.answer(0, {R"({"id":"b-1"})"});
    QCOMPARE(f.types(gone), QByteArrayList{"replay"});
    QVERIFY(!f.types(unsubscribed).contains(Snapshot));
    QCOMPARE(f.ids(stays, Snapshot), QByteArrayList{"b-1"});
    QCOMPARE(f.counters.channelSubscriptions.value(), 1);
}

void TestSsmaSnapshotFlights::answersBeyondTheBoundAreNotKept()
{
    SharingFixture f;
    SnapshotFlights flights({f.backend, *f.engine, f.clock, f.log, f.counters}, f.service->profile());
    const auto fetch = [&](int number) {
        const SubscriptionKey key{"channel-" + QByteArray::number(number), "{}"};
        flights.fetch({{key.channel, key.params, {}}, {key, {}}}, [](const auto &) {});
    };
    const QByteArray row(SnapshotFlights::MaxRetainedBytes / 3, ' ');
    for (int i = 0; i < 4; ++i) {
        fetch(i);
        f.backend.answer(size_t(i), {row});
        QVERIFY(flights.retainedBytes() <= SnapshotFlights::MaxRetainedBytes);
    }
    fetch(0); // kept
    fetch(3); // found no room
    QCOMPARE(f.backend.calls.size(), 5U);
    f.clock.advance(1'000);
    f.backend.answer(4, {});
    fetch(3); // room again
    QCOMPARE(f.backend.calls.size(), 5U);
    QVERIFY(flights.retainedBytes() < 2048);
}

void TestSsmaSnapshotFlights::theBackendMayOutliveItsQuestions()
{
    SharingFixture f;
    f.subscriber();
    const auto done = f.backend.calls[0].done;
    f.service.reset();
    done(Error{ErrorCode::Timeout, QStringLiteral("the adapter is being destroyed")});
}

QTEST_GUILESS_MAIN(TestSsmaSnapshotFlights)
#include "tst_ssma_snapshotflights.moc"
