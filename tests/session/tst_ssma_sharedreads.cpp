// SPDX-License-Identifier: MIT
#include "sharingfixture.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

//! Reads of the log that many clients share, over the dialect's real core and a store whose reads can be held back.
class TestSsmaSharedReads : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRushOfResumesReadsOnce();
    void whoComesLaterIsServedUntilTheLogGrows();
    void othersReadForThemselves_data();
    void othersReadForThemselves();
    void whatSettlesDuringAReadIsInItOnceAndLast();
    void aReadDuringWhichTheLogGrewIsNotKept();
    void whatIsReadBeforeARowIsInPlaceIsNotKept();
    void anAmendedRowIsNeverServedAsItWas();
    void aFailureIsToldToAllAndNotKept();
    void rulesThatHideARowHideItFromNewcomers();
    void ageEndsIt();
    void streamsResumeOnSharedPages();
    void resyncIsShared();
    void theBoundDropsWhatIsKept();

private:
    static void fill(SharingFixture &f, int rows)
    {
        for (int i = 1; i <= rows; ++i)
            f.publish("row-" + QByteArray::number(10'000 + i));
        f.restart(); // from here on these are on disk only
        f.store.reads = 0;
    }
    static LinkId resume(SharingFixture &f, quint64 cursor) { return f.open({}, "default", "192.0.2.1", cursor); }
};

void TestSsmaSharedReads::aRushOfResumesReadsOnce()
{
    SharingFixture f;
    fill(f, 20);
    f.store.isHeld = true;
    std::vector<LinkId> links;
    for (int i = 0; i < 5000; ++i)
        links.push_back(resume(f, 18));
    QCOMPARE(f.store.reads, 1);
    f.store.release();
    f.turn();
    for (int i = 0; i < 100; ++i)
        links.push_back(resume(f, 18));
    QCOMPARE(f.store.reads, 1);
    for (const LinkId link : links)
        QCOMPARE(f.ids(link, "replay"), (QByteArrayList{"row-10019", "row-10020"}));
    const QByteArray &bytes = f.links.at(links.front()).frames.front();
    QVERIFY(bytes.isSharedWith(f.links.at(links.back()).frames.front())); // encoded once
    QCOMPARE(f.counters.sharing.readsMade.value(), 1);
    QCOMPARE(f.counters.sharing.readsShared.value(), 5099);
}

void TestSsmaSharedReads::whoComesLaterIsServedUntilTheLogGrows()
{
    SharingFixture f;
    fill(f, 3);
    resume(f, 1);
    f.turn();
    f.publish("row-10004", "ops.audit"); // whatever it is about
    const int reads = f.store.reads;
    const LinkId late = resume(f, 1);
    f.turn();
    QCOMPARE(f.store.reads, reads + 1);
    QCOMPARE(f.ids(late, "replay"), (QByteArrayList{"row-10002", "row-10003"})); // guests do not see ops.audit
    f.publish("row-10005");
    const LinkId later = resume(f, 1);
    f.turn();
    QCOMPARE(f.ids(later, "replay"), (QByteArrayList{"row-10002", "row-10003", "row-10005"}));
}

void TestSsmaSharedReads::othersReadForThemselves_data()
{
    QTest::addColumn<quint64>("cursor");
    QTest::addColumn<QByteArray>("site");
    QTest::addColumn<Role>("role");
    QTest::newRow("another cursor") << quint64(2) << QByteArray("default") << Role::Guest;
    QTest::newRow("another site") << quint64(1) << QByteArray("other") << Role::Guest;
    QTest::newRow("another role") << quint64(1) << QByteArray("default") << Role::Staff;
}

void TestSsmaSharedReads::othersReadForThemselves()
{
    QFETCH(quint64, cursor);
    QFETCH(QByteArray, site);
    QFETCH(Role, role);
    SharingFixture f;
    fill(f, 3);
    resume(f, 1);
    f.turn();
    Principal principal;
    principal.role = role;
    f.open(principal, site, "192.0.2.1", cursor);
    f.turn();
    QCOMPARE(f.store.reads, 2);
}

void TestSsmaSharedReads::whatSettlesDuringAReadIsInItOnceAndLast()
{
    SharingFixture f;
    fill(f, 3);
    f.store.isHeld = true;
    std::vector<LinkId> links{resume(f, 1)};
    f.publish("row-10004");
    links.push_back(resume(f, 1));
    f.publish("row-10005");
    f.store.release();
    f.turn();
    for (const LinkId link : links)
        QCOMPARE(f.ids(link, "replay"), (QByteArrayList{"row-10002", "row-10003", "row-10004", "row-10005"}));
}

void TestSsmaSharedReads::aReadDuringWhichTheLogGrewIsNotKept()
{
    SharingFixture f;
    fill(f, 3);
    f.store.isHeld = true;
    resume(f, 1);
    f.publish("row-10004");
    f.store.release();
    f.turn();
    const int reads = f.store.reads;
    resume(f, 1);
    f.turn();
    QCOMPARE(f.store.reads, reads + 1);
}

void TestSsmaSharedReads::whatIsReadBeforeARowIsInPlaceIsNotKept()
{
    SharingFixture f;
    f.publish("row-10001");
    IntentSubmission submission;
    submission.drafts.push_back({"row-10002", "TODO_CREATE", "{}", R"({"clock":1})", {"global"}, {"replay"}});
    submission.context.site = "default";
    // The submitter hears of it before the replay log has it.
    f.engine->submit(std::move(submission), [&f](const auto &) { resume(f, 0); });
    f.turn();
    QCOMPARE(f.ids(resume(f, 0), "replay"), (QByteArrayList{"row-10001", "row-10002"}));
}

void TestSsmaSharedReads::anAmendedRowIsNeverServedAsItWas()
{
    SharingFixture f;
    fill(f, 3);
    resume(f, 0);
    f.turn();
    const auto mark = [](Intent &intent) -> Result<void> {
        intent.reasons.append("rework");
        return {};
    };
    f.engine->amend(
        AmendKind::Rework, QByteArray("default"), "row-10002", "staff", mark, [](const auto &) {}, "again");
    f.turn();
    const LinkId late = resume(f, 0);
    f.turn();
    QCOMPARE(f.ids(late, "replay"), (QByteArrayList{"row-10001", "row-10003", "row-10002"}));
    QVERIFY(f.links.at(late).frames.front().contains("\"rework\""));
}

void TestSsmaSharedReads::aFailureIsToldToAllAndNotKept()
{
    SharingFixture f;
    fill(f, 3);
    f.store.fails = true;
    const LinkId failed = resume(f, 1);
    QVERIFY(f.links.at(failed).frames.front().contains("\"storage\""));
    f.store.fails = false;
    const LinkId late = resume(f, 1);
    f.turn();
    QCOMPARE(f.ids(late, "replay"), (QByteArrayList{"row-10002", "row-10003"}));
}

void TestSsmaSharedReads::rulesThatHideARowHideItFromNewcomers()
{
    SharingFixture f;
    fill(f, 3);
    resume(f, 1);
    f.turn();
    f.store.isHeld = true;
    const LinkId before = resume(f, 0); // under way when the rules change
    Profile profile = SharingFixture::openProfile();
    profile.channels["global"].access = Role::Staff;
    f.service->setProfile(profile);
    const LinkId joined = resume(f, 0);
    f.store.release();
    f.turn();
    const LinkId late = resume(f, 1);
    f.turn();
    for (const LinkId link : {before, joined, late})
        QVERIFY(f.ids(link, "replay").isEmpty());
}

void TestSsmaSharedReads::ageEndsIt()
{
    SharingFixture f;
    fill(f, 3);
    resume(f, 1);
    f.turn();
    f.clock.advance(SharedReads::MaxAgeMs - 1);
    resume(f, 1);
    QCOMPARE(f.store.reads, 1);
    f.clock.advance(1);
    resume(f, 1);
    QCOMPARE(f.store.reads, 2);
}

void TestSsmaSharedReads::streamsResumeOnSharedPages()
{
    SharingFixture f;
    fill(f, int(Profile::ReplayRows) + 10);
    const LinkId one = f.openStream(5);
    f.turn();
    const int reads = f.store.reads;
    const LinkId two = f.openStream(5);
    f.turn();
    QCOMPARE(f.store.reads, reads);
    QCOMPARE(f.links.at(one).frames.size(), 2U);
    QVERIFY(f.links.at(one).frames == f.links.at(two).frames);
    f.publish("row-99999");
    QCOMPARE(f.links.at(two).frames.size(), 3U); // live from there
}

void TestSsmaSharedReads::resyncIsShared()
{
    SharingFixture f;
    fill(f, 3);
    const LinkId one = resume(f, 3);
    const LinkId two = resume(f, 3);
    f.service->resync(one, {"global", "{}", 1, 10});
    f.service->resync(two, {"global", "{}", 1, 10});
    f.turn();
    QCOMPARE(f.store.reads, 1);
    for (const LinkId link : {one, two})
        QCOMPARE(f.ids(link, "channel.replay"), (QByteArrayList{"row-10002", "row-10003"}));
    f.service->resync(two, {"global", "{}", 1, 1}); // another limit
    f.turn();
    QCOMPARE(f.store.reads, 2);
}

void TestSsmaSharedReads::theBoundDropsWhatIsKept()
{
    SharingFixture f;
    SharedReads reads({*f.engine, f.service->registry(), f.clock, f.counters});
    int made = 0;
    const QByteArray frame(SharedReads::MaxRetainedBytes / 3, ' ');
    const auto read = [&](quint64 cursor) {
        reads.read(
            {LogQuestion::Form::Replay, {}, {}, cursor, 10},
            [&](const LogQuestion &, const SharedReads::Made &answer) {
                ++made;
                answer(LogAnswer{{frame}});
            },
            [](const auto &) {});
        QVERIFY(reads.retainedBytes() <= SharedReads::MaxRetainedBytes);
    };
    for (quint64 cursor = 1; cursor <= 3; ++cursor)
        read(cursor);
    read(3); // the last one is kept, it drove the others out
    QCOMPARE(made, 3);
    read(1);
    QCOMPARE(made, 4);
}

QTEST_GUILESS_MAIN(TestSsmaSharedReads)
#include "tst_ssma_sharedreads.moc"
