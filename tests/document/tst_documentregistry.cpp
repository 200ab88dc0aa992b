// SPDX-License-Identifier: MIT
#include "document/registryfixture.h"

#include <QSignalSpy>

using namespace Tidegate;

//! ShareData spec sections 7, 8 and 11.
class TestDocumentRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void outcomeFollowsTheDecision();
    void nothingIsToldBeforeItIsStored();
    void oneProposalIsDecidedAtATime();
    void nextProposalIsDecidedOnWhatIsStillBeingStored();
    void lostWriteTakesWithItWhatWasDecidedOnIt();
    void proofPolicyComesBeforeTheFunction();
    void replacementWaitsForItsTurnAndKeepsTheHistory();
    void removalEndsWhatIsUnderWay();
    void documentThatIsMadeAgainStartsOver();
    void seedsAreMadeOnceAndStoredDocumentsStay();
    void hostileStatesAreRefused_data();
    void hostileStatesAreRefused();
    void functionsAnswerIsCheckedLikeAnyState();
    void boundsAreKept();
    void repeatedKeyGetsTheOutcomeOfTheFirst();
    void historyIsTrimmed();
    void countersAreBackAtZeroAfterwards();
};

void TestDocumentRegistry::outcomeFollowsTheDecision()
{
    RegistryFixture f;
    f.make("d", "0");
    QCOMPARE(*f.propose("d", "set", "1"), "accepted 1");
    QCOMPARE(*f.propose("d", "reject", "2"), "rejected 2");
    QCOMPARE(*f.propose("d", "fail", "3"), "failed: boom");
    QCOMPARE(*f.propose("d", "missing", "3"), "failed: unknown functionId missing for shareDataId d");
    QCOMPARE(*f.propose("d", "other", "3"), "failed: unknown functionId other for shareDataId d");
    QCOMPARE(*f.propose("e", "set", "3"), "failed: shareDataId e not found");
    QCOMPARE(*f.propose("d", "set", "4"), "accepted 3");
    QCOMPARE(f.publications(), (QByteArrayList{"accepted 1 1", "rejected 2 1", "accepted 3 4"}));
    QCOMPARE(f.registry->find("d")->durable.state, "4");
    QCOMPARE(f.registry->find("d")->lastTransactionId(), "3");
}

void TestDocumentRegistry::nothingIsToldBeforeItIsStored()
{
    RegistryFixture f;
    f.make("d", "0");
    f.store.isPrompt = false;
    const auto outcome = f.propose("d", "set", "1");
    QCOMPARE(*outcome, "open");
    QCOMPARE(f.registry->find("d")->durable.state, "0");
    QVERIFY(f.published.empty());
    f.store.completeNext();
    QCOMPARE(*outcome, "accepted 1");
    QCOMPARE(f.registry->find("d")->durable.state, "1");
    QCOMPARE(f.publications(), QByteArrayList{"accepted 1 1"});
}

void TestDocumentRegistry::oneProposalIsDecidedAtATime()
{
    RegistryFixture f;
    f.make("d", "0");
    f.make("e", "0");
    const auto first = f.propose("d", "hold", "1");
    const auto second = f.propose("d", "hold", "2");
    const auto elsewhere = f.propose("e", "set", "9");
    QCOMPARE(f.held->open(), 1U);
    QCOMPARE(*elsewhere, "accepted 1"); // a document's strand holds up no other
    f.held->decide(Accepted{"1"});
    QCOMPARE(*first, "accepted 1");
    QCOMPARE(f.held->seen.at(1).state, "1");
    QCOMPARE(f.held->seen.at(1).lastTransactionId, "1");
    QCOMPARE(f.held->seen.at(1).attemptedSeq, 2U);
    f.held->decide(Rejected{});
    QCOMPARE(*second, "rejected 2");
}

void TestDocumentRegistry::nextProposalIsDecidedOnWhatIsStillBeingStored()
{
    RegistryFixture f;
    f.make("d", "0");
    f.store.isPrompt = false;
    const auto first = f.propose("d", "set", "1");
    const auto second = f.propose("d", "reject", "2");
    QCOMPARE(f.store.open(), 2U);
    QCOMPARE(std::get<RecordTransaction>(f.store.writes.back()).state, "1");
    QCOMPARE(std::get<RecordTransaction>(f.store.writes.back()).revision, 3U);
    f.store.completeAll();
    QCOMPARE(*first, "accepted 1");
    QCOMPARE(*second, "rejected 2");
}

void TestDocumentRegistry::lostWriteTakesWithItWhatWasDecidedOnIt()
{
    RegistryFixture f;
    f.make("d", "0");
    f.store.isPrompt = false;
    const Error lost{ErrorCode::Storage, QStringLiteral("disk full"), true};
    const auto first = f.propose("d", "set", "1");
    const auto second = f.propose("d", "set", "2");
    const auto third = f.propose("d", "hold", "3");
    f.store.completeNext(lost);
    QVERIFY(first->startsWith("failed: the transaction could not be stored"));
    const auto fourth = f.propose("d", "set", "4"); // behind the held one
    f.held->decide(Accepted{"3"});
    QVERIFY(third->startsWith("failed: the transaction could not be stored"));
    f.store.completeNext(Error{ErrorCode::Conflict, QStringLiteral("revision")});
    QVERIFY(second->startsWith("failed: "));
    QCOMPARE(std::get<RecordTransaction>(f.store.writes.back()).revision, 2U);
    f.store.completeAll();
    QCOMPARE(*fourth, "accepted 1");
    QCOMPARE(f.publications(), QByteArrayList{"accepted 1 4"});
}

void TestDocumentRegistry::proofPolicyComesBeforeTheFunction()
{
    DocumentRegistry::Config config = RegistryFixture::defaultConfig();
    config.rules["purpose"] = {{"set"}, {}, ProofPolicy::Purpose};
    config.rules["adapter"] = {{"set"}, {}, ProofPolicy::Adapter};
    RegistryFixture f(std::move(config));
    f.make("purpose", "0");
    f.make("adapter", "0");
    QCOMPARE(*f.propose("purpose", "set", "1"), "failed: the proof's purpose is not functionId set");
    f.purpose = "set";
    QCOMPARE(*f.propose("purpose", "set", "1"), "accepted 1");
    QCOMPARE(*f.propose("adapter", "set", "1"), "failed: nothing can verify proofs");
}

void TestDocumentRegistry::replacementWaitsForItsTurnAndKeepsTheHistory()
{
    RegistryFixture f;
    f.make("d", "0");
    QCOMPARE(*f.propose("d", "set", "1"), "accepted 1");
    const auto held = f.propose("d", "hold", "2");
    QVERIFY(!f.put("d", "\"new\""));
    f.held->decide(Accepted{"2"});
    QCOMPARE(*held, "accepted 2");
    QCOMPARE(f.publications(), (QByteArrayList{"accepted 1 1", "accepted 2 2", "replaced 2 \"new\""}));
    QCOMPARE(*f.propose("d", "reject", "3"), "rejected 3");
    QCOMPARE(f.registry->find("d")->durable.state, "\"new\"");
}

void TestDocumentRegistry::removalEndsWhatIsUnderWay()
{
    RegistryFixture f;
    f.make("d", "0");
    const auto held = f.propose("d", "hold", "1");
    const auto waiting = f.propose("d", "set", "2");
    QSignalSpy removed(f.registry.get(), &DocumentRegistry::documentRemoved);
    bool isGone = false;
    f.registry->remove("d", [&](const Result<void> &outcome) { isGone = outcome.has_value(); });
    QVERIFY(isGone);
    QCOMPARE(*held, "failed: shareDataId d not found");
    QCOMPARE(*waiting, "failed: shareDataId d not found");
    QCOMPARE(f.publications(), QByteArrayList{"removed 0 "});
    QCOMPARE(removed.size(), 1);
    QVERIFY(!f.registry->find("d"));
    f.held->decide(Accepted{"1"}); // too late
    QCOMPARE(f.publications().size(), 1);
    f.registry->remove("d", [](const Result<void> &outcome) { QCOMPARE(outcome.error().code, ErrorCode::NotFound); });
}

void TestDocumentRegistry::documentThatIsMadeAgainStartsOver()
{
    RegistryFixture f;
    f.make("d", "0");
    const quint64 epoch = f.registry->find("d")->epoch;
    QCOMPARE(*f.propose("d", "set", "1"), "accepted 1");
    f.registry->remove("d", [](const Result<void> &) {});
    QVERIFY(f.put("d", "null"));
    QVERIFY(f.registry->find("d")->epoch > epoch);
    QVERIFY(f.registry->find("d")->lastTransactionId().isEmpty());
    QVERIFY(f.registry->find("d")->window.records().empty());
    QCOMPARE(*f.propose("d", "set", "1"), "accepted 1");
}

void TestDocumentRegistry::seedsAreMadeOnceAndStoredDocumentsStay()
{
    DocumentRegistry::Config config = RegistryFixture::defaultConfig();
    config.rules["old"].state = "\"seed\"";
    config.rules["new"].state = "\"seed\"";
    RegistryFixture f(std::move(config));
    StoredDocuments stored;
    stored.lastEpoch = 9;
    stored.documents.push_back({"old", 4, 3, 2, "\"kept\"", 1, 1, {{1, true, 1, {}, {}}, {2, false, 1, {}, {}}}});
    f.registry->start(std::move(stored));
    QCOMPARE(f.registry->find("old")->durable.state, "\"kept\"");
    QCOMPARE(f.registry->find("old")->lastTransactionId(), "2");
    QCOMPARE(f.registry->find("old")->window.after("1", 2)->size(), 1U);
    QCOMPARE(f.registry->find("new")->durable.state, "\"seed\"");
    QCOMPARE(f.registry->find("new")->epoch, 10U);
}

void TestDocumentRegistry::hostileStatesAreRefused_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("{");
    QTest::newRow("bad UTF-8") << QByteArray("\"\xff\"");
    QTest::newRow("too deep") << QByteArray(1000, '[') + QByteArray(1000, ']');
    QTest::newRow("too large") << '"' + QByteArray(10 << 20, 'x') + '"';
}

void TestDocumentRegistry::hostileStatesAreRefused()
{
    QFETCH(QByteArray, state);
    RegistryFixture f;
    QVERIFY(!f.put("d", state));
    QVERIFY(!f.registry->find("d"));
    f.make("d", "0");
    QVERIFY(!f.put("d", state));
    QCOMPARE(f.registry->find("d")->durable.state, "0");
}

void TestDocumentRegistry::functionsAnswerIsCheckedLikeAnyState()
{
    RegistryFixture f;
    f.make("d", "0");
    const auto garbage = f.propose("d", "hold", "1");
    f.held->decide(Accepted{"{\"a\":"});
    QCOMPARE(*garbage, "failed: the state is not JSON");
    const auto huge = f.propose("d", "hold", "1");
    f.held->decide(Accepted{'"' + QByteArray(10 << 20, 'x') + '"'});
    QCOMPARE(*huge, "failed: the state is larger than documents may be");
    const auto lines = f.propose("d", "hold", "1");
    f.held->decide(Accepted{"{\n\"a\": 1 }"});
    QCOMPARE(*lines, "accepted 1");
    QCOMPARE(f.registry->find("d")->durable.state, R"({"a":1})");
}

void TestDocumentRegistry::boundsAreKept()
{
    DocumentRegistry::Config config = RegistryFixture::defaultConfig();
    config.limits.documents = 2;
    config.limits.totalStateBytes = 100;
    config.limits.idBytes = 8;
    config.limits.waitingProposals = 1;
    RegistryFixture f(std::move(config));
    QVERIFY(!f.put({}, "0"));
    QVERIFY(!f.put(QByteArray(9, 'i'), "0"));
    f.make("a", "0");
    f.make("b", "0");
    QVERIFY(!f.put("c", "0"));
    QVERIFY(!f.put("a", '"' + QByteArray(100, 'x') + '"'));
    QVERIFY(f.put("a", '"' + QByteArray(80, 'x') + '"'));
    QCOMPARE(*f.propose("b", "set", '"' + QByteArray(30, 'x') + '"'),
             "failed: all documents together are as large as they may be");
    const auto held = f.propose("a", "hold", "1");
    const auto waiting = f.propose("a", "set", "2");
    QCOMPARE(*f.propose("a", "set", "3"), "failed: too many proposals wait for this document; try again");
    f.held->decide(Accepted{"1"});
    QCOMPARE(*waiting, "accepted 2");
}

void TestDocumentRegistry::repeatedKeyGetsTheOutcomeOfTheFirst()
{
    RegistryFixture f;
    f.make("d", "0");
    const auto first = f.propose("d", "hold", "1", "key");
    const auto meanwhile = f.propose("d", "hold", "1", "key");
    const auto others = f.propose("d", "set", "5", "key", "bob");
    QCOMPARE(f.held->open(), 1U);
    f.held->decide(Rejected{});
    QCOMPARE(*first, "rejected 1");
    QCOMPARE(*meanwhile, "rejected 1");
    QCOMPARE(*others, "accepted 2"); // another subject's key is another key
    QCOMPARE(*f.propose("d", "set", "7", "key"), "rejected 1");
    QCOMPARE(*f.propose("d", "fail", "7", "other"), "failed: boom");
    QCOMPARE(*f.propose("d", "set", "7", "other"), "accepted 3"); // what was not recorded can be tried again
}

void TestDocumentRegistry::historyIsTrimmed()
{
    DocumentRegistry::Config config = RegistryFixture::defaultConfig();
    config.limits.historyCount = 2;
    RegistryFixture f(std::move(config));
    f.make("d", "0");
    for (int i = 0; i < 3; ++i)
        (void)f.propose("d", "set", "1");
    QCOMPARE(std::get<RecordTransaction>(f.store.writes.at(2)).trimThroughSeq, 0U);
    QCOMPARE(std::get<RecordTransaction>(f.store.writes.at(3)).trimThroughSeq, 1U);
}

void TestDocumentRegistry::countersAreBackAtZeroAfterwards()
{
    RegistryFixture f;
    f.make("d", "0");
    (void)f.propose("d", "set", "\"text\"", "key");
    (void)f.propose("d", "set", "\"text\"", "key");
    (void)f.propose("d", "fail", "1", "key2");
    (void)f.propose("d", "hold", "1");
    (void)f.propose("d", "set", "1");
    QVERIFY(f.put("e", "[1]"));
    f.registry->remove("d", [](const Result<void> &) {});
    f.registry->remove("e", [](const Result<void> &) {});
    QCOMPARE(f.counters.inflightBytes.value(), 0);
    QCOMPARE(f.counters.stateBytes.value(), 0);
    QCOMPARE(f.counters.windowBytes.value(), 0);
    QCOMPARE(f.counters.documents.value(), 0);
}

QTEST_GUILESS_MAIN(TestDocumentRegistry)
#include "tst_documentregistry.moc"
