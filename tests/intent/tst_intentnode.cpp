// SPDX-License-Identifier: MIT
#include "intent/nodefixture.h"

#include <QTest>

using namespace Tidegate;

//! Nodes that decide as one, on a broker and a database that fail when the test says so.
class TestIntentNode : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void oneNodeLeads();
    void whatAnyNodeIsGivenIsPublishedOnAllInOneOrder();
    void aRepetitionOnAnotherNodeGetsTheStoredOutcome();
    void anAnswerComesWhenItsRowIsHere();
    void aCursorAheadWaitsForItsRow();
    void aCursorOfAnotherHistoryWaitsNotForEver();
    void amendmentsReachAllNodesWithTheirReason();
    void anAmendmentOfARowThatMovedIsRefused();
    void whatDialectsTellArrivesInOrder();
    void missedMessagesAreReadFromTheDatabase();
    void anotherNodeLeadsWhenTheLeaderIsGone();
    void undecidedIntentsOfALostLeaderAreForwardedWithTheirKey();
    void aLeaderNobodyHearsStepsDown();
    void aDeposedLeaderFailsWhatItHasNotFinished();
    void withoutALeaderSubmissionsFailInTime();
    void damagedMessagesChangeNothing();

private:
    int leader() const;
    void passTime(qint64 ms);
    void add() { m_nodes.push_back(std::make_unique<NodeFixture>(*m_broker, *m_database, m_clock)); }
    NodeFixture &at(int node) { return *m_nodes[size_t(node)]; }
    //! Everybody but the one who leads.
    NodeFixture &follower() { return at((leader() + 1) % int(m_nodes.size())); }

    FakeClock m_clock;
    std::unique_ptr<TestBroker> m_broker;
    std::unique_ptr<TestDatabase> m_database;
    std::vector<std::unique_ptr<NodeFixture>> m_nodes;
};

void TestIntentNode::init()
{
    m_broker = std::make_unique<TestBroker>();
    m_database = std::make_unique<TestDatabase>();
    for (int i = 0; i < 3; ++i)
        add();
    QTRY_VERIFY((passTime(1'000), leader() >= 0));
    passTime(1'000);
}

void TestIntentNode::cleanup()
{
    m_nodes.clear();
    m_database.reset();
    m_broker.reset();
}

int TestIntentNode::leader() const
{
    for (size_t i = 0; i < m_nodes.size(); ++i) {
        if (m_nodes[i]->node->isLeading())
            return int(i);
    }
    return -1;
}

//! In steps, each with all that follows from it.
void TestIntentNode::passTime(qint64 ms)
{
    for (qint64 passed = 0; passed < ms; passed += 250) {
        m_clock.advance(250);
        QTest::qWait(110); // a tick of every node
    }
}

void TestIntentNode::oneNodeLeads()
{
    int leading = 0;
    for (const auto &node : m_nodes)
        leading += node->node->isLeading();
    QCOMPARE(leading, 1);
}

void TestIntentNode::whatAnyNodeIsGivenIsPublishedOnAllInOneOrder()
{
    std::vector<SubmittedPtr> submitted;
    for (int i = 0; i < 9; ++i)
        submitted.push_back(at(i % 3).submit({"it-000" + QByteArray::number(i), "also-000" + QByteArray::number(i)}));
    NodeFixture &leading = at(leader());
    QTRY_COMPARE(leading.backend.calls.size(), size_t(9));
    leading.answerAll();
    for (const SubmittedPtr &each : submitted) {
        QTRY_VERIFY(each->isDone());
        QCOMPARE(each->status(1), IntentStatus::Acked);
        QVERIFY(each->outcome().isFresh);
    }
    QTRY_COMPARE(at(0).published.size(), 18);
    QTRY_COMPARE(at(1).published, at(0).published);
    QTRY_COMPARE(at(2).published, at(0).published);
    for (const auto &node : m_nodes) {
        QCOMPARE(node->engine.headSeq(), 18u);
        QVERIFY(node->engine.holds(18));
        QCOMPARE(node->engine.epoch(), leading.engine.epoch());
        QCOMPARE(node->engine.counters().inflightBytes.value(), 0);
    }
}

void TestIntentNode::aRepetitionOnAnotherNodeGetsTheStoredOutcome()
{
    const SubmittedPtr first = at(0).submit({"it-0001"});
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    const SubmittedPtr early = at(1).submit({"it-0001"});
    at(leader()).answerAll();
    const SubmittedPtr late = at(2).submit({"it-0001"});
    for (const SubmittedPtr &each : {first, early, late}) {
        QTRY_VERIFY(each->isDone());
        QCOMPARE(each->outcome().seq, 1u);
    }
    QCOMPARE(at(leader()).backend.calls.size(), size_t(1));
}

void TestIntentNode::anAnswerComesWhenItsRowIsHere()
{
    NodeFixture &asking = follower();
    asking.bus.lose(1'000'000);
    const SubmittedPtr submitted = asking.submit({"it-0001"});
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_COMPARE(at(leader()).published.size(), 1);
    passTime(500);
    QVERIFY(!submitted->isDone());
    asking.bus.lose(0);
    QTRY_VERIFY((passTime(250), submitted->isDone()));
    QCOMPARE(asking.engine.headSeq(), 1u);
}

//! Somebody was told of a row by another node and comes here with it.
void TestIntentNode::aCursorAheadWaitsForItsRow()
{
    NodeFixture &late = follower();
    late.bus.lose(1'000'000);
    const SubmittedPtr submitted = at(leader()).submit({"it-0001"});
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_VERIFY(submitted->isDone());
    std::optional<quint64> headThen;
    late.engine.whenReached(1, [&] { headThen = late.engine.headSeq(); });
    passTime(500);
    QVERIFY(!headThen);
    late.bus.lose(0);
    QTRY_VERIFY((passTime(250), headThen.has_value()));
    QCOMPARE(*headThen, 1u);
}

void TestIntentNode::aCursorOfAnotherHistoryWaitsNotForEver()
{
    std::optional<quint64> headThen;
    follower().engine.whenReached(7, [&] { headThen = follower().engine.headSeq(); });
    passTime(2'500);
    QVERIFY(!headThen);
    QTRY_VERIFY((passTime(250), headThen.has_value()));
    QCOMPARE(*headThen, 0u);
    bool hasRun = false;
    at(leader()).engine.whenReached(7, [&] { hasRun = true; });
    QVERIFY(hasRun);
}

void TestIntentNode::amendmentsReachAllNodesWithTheirReason()
{
    const SubmittedPtr submitted = at(0).submit({"it-0001"});
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_VERIFY(submitted->isDone());
    QTRY_COMPARE(follower().engine.headSeq(), 1u);
    std::optional<Result<IntentPtr>> amended;
    follower().engine.amend(
        AmendKind::Rework, std::nullopt, "it-0001", "staff",
        [](Intent &intent) -> Result<void> {
            intent.reasons.append("rework");
            return {};
        },
        [&](Result<IntentPtr> intent) { amended = std::move(intent); }, "again");
    QTRY_VERIFY(amended.has_value());
    QVERIFY(amended->has_value());
    QCOMPARE((**amended)->seq, 2u);
    QVERIFY((**amended)->reasons.contains("rework"));
    for (const auto &node : m_nodes) {
        QTRY_COMPARE(node->published, (QByteArrayList{"it-0001", "again it-0001"}));
        QVERIFY(!node->engine.holds(1) && node->engine.holds(2));
    }
}

void TestIntentNode::anAmendmentOfARowThatMovedIsRefused()
{
    const SubmittedPtr submitted = at(0).submit({"it-0001"});
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_VERIFY(submitted->isDone());
    QTRY_COMPARE(follower().engine.headSeq(), 1u);
    int done = 0;
    int refused = 0;
    for (NodeFixture *node : {&at(0), &at(1), &at(2)}) {
        node->engine.amend(
            AmendKind::Undo, std::nullopt, "it-0001", "staff", [](Intent &) -> Result<void> { return {}; },
            [&](const Result<IntentPtr> &intent) {
                ++done;
                if (!intent) {
                    ++refused;
                    QCOMPARE(intent.error().code, ErrorCode::Conflict);
                    QVERIFY(intent.error().retryable);
                }
            });
    }
    QTRY_COMPARE(done, 3);
    QCOMPARE(refused, 2);
}

void TestIntentNode::whatDialectsTellArrivesInOrder()
{
    NodeFixture &leading = at(leader());
    NodeFixture &asking = follower();
    leading.node->tell("one");
    leading.node->tell("two");
    QTRY_COMPARE(asking.acts, (QByteArrayList{"one", "two"}));
    asking.node->tell("three");
    QTRY_COMPARE(leading.acts, QByteArrayList{"three"});
    QCOMPARE(asking.acts.size(), 2);

    QByteArrayList asked;
    leading.node->setAnswerer([&asked](const QByteArray &request, const auto &done) {
        asked.append(request);
        if (request == "no")
            done(Error{ErrorCode::Forbidden, QStringLiteral("not this")});
        else
            done({});
    });
    QByteArrayList answers;
    for (const char *request : {"yes", "no"})
        asking.node->askLeader(request, [&answers](const Result<void> &done) {
            answers.append(done ? QByteArray("ok") : done.error().text.toUtf8());
        });
    QTRY_COMPARE(answers, (QByteArrayList{"ok", "not this"}));
    QCOMPARE(asked, (QByteArrayList{"yes", "no"}));
}

void TestIntentNode::missedMessagesAreReadFromTheDatabase()
{
    NodeFixture &leading = at(leader());
    NodeFixture &behind = follower();
    behind.bus.lose(2);
    for (int i = 0; i < 5; ++i) {
        leading.submit({"it-000" + QByteArray::number(i)});
        QTRY_COMPARE(leading.backend.calls.size(), size_t(i + 1));
        leading.answerAll();
        QTRY_COMPARE(leading.published.size(), i + 1);
    }
    QTRY_COMPARE(behind.published, leading.published);
    QCOMPARE(behind.missed, 1);
    QVERIFY(m_database->reads > 0);
    // Also when the last message was lost, and nothing follows but signs of life.
    behind.bus.lose(1);
    leading.submit({"it-0009"});
    QTRY_COMPARE(leading.backend.calls.size(), size_t(6));
    leading.answerAll();
    QTRY_VERIFY((passTime(250), behind.published == leading.published));
}

void TestIntentNode::anotherNodeLeadsWhenTheLeaderIsGone()
{
    const int gone = leader();
    const SubmittedPtr before = at(gone).submit({"it-0001"});
    QTRY_COMPARE(at(gone).backend.calls.size(), size_t(1));
    at(gone).answerAll();
    QTRY_VERIFY(before->isDone());
    m_nodes.erase(m_nodes.begin() + gone);
    const SubmittedPtr during = at(0).submit({"it-0002"});
    const SubmittedPtr again = at(1).submit({"it-0001"});
    QTRY_VERIFY((passTime(1'000), leader() >= 0));
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_VERIFY(during->isDone() && again->isDone());
    QCOMPARE(again->outcome().seq, 1u);
    QCOMPARE(during->outcome().seq, 2u);
    QTRY_COMPARE(at(0).published, (QByteArrayList{"it-0001", "it-0002"}));
    QTRY_COMPARE(at(1).published, at(0).published);
}

void TestIntentNode::undecidedIntentsOfALostLeaderAreForwardedWithTheirKey()
{
    const int gone = leader();
    const SubmittedPtr asked = follower().submit({"it-0001"});
    QTRY_COMPARE(at(gone).backend.calls.size(), size_t(1));
    const QByteArray key = at(gone).backend.calls[0].request.idempotencyKey;
    QVERIFY(!key.isEmpty());
    m_nodes.erase(m_nodes.begin() + gone);
    QTRY_VERIFY((passTime(1'000), leader() >= 0));
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    QCOMPARE(at(leader()).backend.calls[0].request.idempotencyKey, key);
    at(leader()).answerAll();
    QTRY_VERIFY(asked->isDone());
    QCOMPARE(asked->status(), IntentStatus::Acked);
    QCOMPARE(at(leader()).backend.calls.size(), size_t(1)); // asking again was a repetition
}

void TestIntentNode::aLeaderNobodyHearsStepsDown()
{
    const int cut = leader();
    at(cut).bus.setState(BusState::Lost);
    QTRY_VERIFY((passTime(1'000), leader() >= 0 && leader() != cut));
    const SubmittedPtr waiting = at(cut).submit({"it-0001"});
    passTime(500);
    QVERIFY(!waiting->isDone());
    at(cut).bus.setState(BusState::Connected);
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_VERIFY((passTime(250), waiting->isDone()));
    QCOMPARE(waiting->status(), IntentStatus::Acked);
    QTRY_COMPARE(at(cut).published, QByteArrayList{"it-0001"});
    QVERIFY(leader() != cut);
}

void TestIntentNode::aDeposedLeaderFailsWhatItHasNotFinished()
{
    NodeFixture &deposed = at(leader());
    const SubmittedPtr own = deposed.submit({"it-0001"});
    QTRY_COMPARE(deposed.backend.calls.size(), size_t(1));
    deposed.store.resign(); // as if the database had given the lock to somebody else
    deposed.answerAll();
    QTRY_VERIFY(own->isDone());
    QVERIFY(own->failed());
    QCOMPARE(own->result->error().code, ErrorCode::Unavailable);
    QVERIFY(!deposed.node->isLeading());
    QTRY_VERIFY((passTime(1'000), leader() >= 0));
    QTRY_VERIFY(at(leader()).backend.calls.size() > at(leader()).answered);
    at(leader()).answerAll();
    for (const auto &node : m_nodes)
        QTRY_COMPARE(node->published, QByteArrayList{"it-0001"});
}

void TestIntentNode::withoutALeaderSubmissionsFailInTime()
{
    for (const auto &node : m_nodes)
        node->bus.setState(BusState::Lost);
    QTRY_VERIFY((passTime(1'000), leader() < 0));
    const SubmittedPtr submitted = at(0).submit({"it-0001"});
    m_clock.advance(14'000);
    QTest::qWait(250);
    QVERIFY(!submitted->isDone());
    m_clock.advance(2'000);
    QTRY_VERIFY(submitted->isDone());
    QVERIFY(submitted->failed());
    QCOMPARE(submitted->result->error().code, ErrorCode::Unavailable);
    QCOMPARE(at(0).engine.counters().inflightBytes.value(), 0);
}

void TestIntentNode::damagedMessagesChangeNothing()
{
    TestBroker::Bus stranger(*m_broker);
    ParcelCutter cutter("stranger");
    for (const QByteArray &bytes :
         {QByteArray(), QByteArray("x"), QByteArray(200, '\xff'), QByteArray(200, '\0'),
          QByteArray("\x01\x00\xff\xff\xff\xff", 6), QByteArray("\x01\x01\x7f\xff\xff\xff", 6)}) {
        for (const char *subject : {"tidegate.test.log", "tidegate.test.lead", "tidegate.test.all"}) {
            (void)stranger.publish({subject, bytes, "nobody"});
            for (const QByteArray &part : cutter.cut(bytes))
                (void)stranger.publish({subject, part, "nobody"});
        }
    }
    passTime(250);
    const SubmittedPtr submitted = follower().submit({"it-0001"});
    QTRY_COMPARE(at(leader()).backend.calls.size(), size_t(1));
    at(leader()).answerAll();
    QTRY_VERIFY(submitted->isDone());
}

QTEST_GUILESS_MAIN(TestIntentNode)
#include "tst_intentnode.moc"
