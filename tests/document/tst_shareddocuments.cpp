// SPDX-License-Identifier: MIT
#include "document/sharednode.h"
#include "support/waiting.h"

#include <QElapsedTimer>

#include <algorithm>

using namespace Tidegate;

//! Gateways on a real NATS server whose documents are the same ones, and what happens when one of them or the way to it
//! is gone.
class TestSharedDocuments : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void everyGatewayRecordsTheSame();
    void functionsAnswerOnEveryGateway();
    void ordersAreFollowedEverywhereBeforeTheyAreAnswered();
    void aSeedIsMadeOnce();
    void aNewGatewayBeginsWhereTheOthersAre();
    void aKeyIsRecognisedOnEveryGateway();
    void aLostLeaderIsReplaced();
    void aLeaderThatResignsIsReplacedAtOnce();
    void aGatewayThatWasCutOffCatchesUp();
    void aLeaderThatIsAwayForAMomentLosesNothing();
    void theServerComesBackWithWhatItKept();
    void aServerThatStopsAnsweringBlocksNobody();
    void whatTheLogForgotIsReadFromWhatIsKept();
    void aBusyDocumentLosesNothing();

private:
    SharedNode &start(DocumentRules rules = {});
    SharedNode *leader() const;
    //! One that does not lead.
    SharedNode &follower() const;
    void appendOnAll(int count);
    bool waitUntilAllAreTold(int timeoutMs = 2 * WaitMs);
    //! The same documents, each token once, and what was told is true.
    void checkThatAllAreTheSame();

    NatsServer m_nats;
    QByteArray m_deployment;
    std::vector<std::unique_ptr<SharedNode>> m_nodes;
    std::vector<std::unique_ptr<SharedNode>> m_lost;
    QByteArrayList m_tokens;
    int m_deployments = 0;
    int m_ids = 0;
};

void TestSharedDocuments::initTestCase()
{
    if (!NatsServer::isInstalled())
        QSKIP("nats-server is not installed");
    m_nats.keepStreams();
    QVERIFY(m_nats.start());
}

void TestSharedDocuments::init()
{
    m_deployment = "d" + QByteArray::number(++m_deployments);
    m_tokens.clear();
    for (int i = 0; i < 3; ++i)
        start();
    QTRY_VERIFY_WITH_TIMEOUT(leader(), WaitMs);
    for (const char *id : {"a", "b", "c"})
        QCOMPARE(follower().put(id, "[]"), QString());
    for (const auto &node : m_nodes) {
        for (const char *id : {"a", "b", "c"}) {
            QTRY_COMPARE_WITH_TIMEOUT(node->state(id), "[]", WaitMs);
            node->watch(id);
        }
    }
}

void TestSharedDocuments::cleanup()
{
    m_nodes.clear();
    m_lost.clear();
}

SharedNode &TestSharedDocuments::start(DocumentRules rules)
{
    m_nodes.push_back(
        std::make_unique<SharedNode>(m_nats, m_deployment, "n" + QByteArray::number(++m_ids), std::move(rules)));
    return *m_nodes.back();
}

SharedNode *TestSharedDocuments::leader() const
{
    for (const auto &node : m_nodes) {
        if (node->node->isLeading())
            return node.get();
    }
    return nullptr;
}

SharedNode &TestSharedDocuments::follower() const
{
    return **std::find_if(m_nodes.begin(), m_nodes.end(), [](const auto &node) { return !node->node->isLeading(); });
}

void TestSharedDocuments::appendOnAll(int count)
{
    for (int i = 0; i < count; ++i) {
        const QByteArray token = QByteArray::number(1'000 + m_tokens.size());
        m_tokens.append(token);
        m_nodes[size_t(i) % m_nodes.size()]->append(QByteArray(1, char('a' + i % 7 % 3)), token);
    }
}

bool TestSharedDocuments::waitUntilAllAreTold(int timeoutMs)
{
    return QTest::qWaitFor(
        [this] {
            return std::all_of(m_nodes.begin(), m_nodes.end(), [this](const auto &node) {
                // A refused one is asked again a little later.
                return node->waiting == 0 &&
                       std::all_of(m_tokens.begin(), m_tokens.end(), [this](const QByteArray &token) {
                           return std::any_of(m_nodes.begin(), m_nodes.end(),
                                              [&](const auto &each) {
                                                  return each->told.contains(token) || each->unknown.contains(token);
                                              }) ||
                                  std::any_of(m_lost.begin(), m_lost.end(), [&](const auto &each) {
                                      return each->told.contains(token) || each->waiting > 0;
                                  });
                       });
            });
        },
        timeoutMs);
}

void TestSharedDocuments::checkThatAllAreTheSame()
{
    QByteArrayList kept;
    for (const char *id : {"a", "b", "c"}) {
        // Whoever asked may have read it before the one that decided.
        for (const auto &node : m_nodes)
            QTRY_COMPARE_WITH_TIMEOUT(node->standing(id), leader()->standing(id), WaitMs);
        const QByteArray state = leader()->state(id);
        for (const auto &node : m_nodes)
            QCOMPARE(node->state(id), state);
        kept += state.sliced(1).chopped(1).split(',');
    }
    kept.removeAll({});
    for (const auto &node : m_nodes) {
        QVERIFY(!node->isEarly);
        QCOMPARE(node->counters.stateBytes.value(), m_nodes.front()->counters.stateBytes.value());
        QCOMPARE(node->counters.windowBytes.value(), m_nodes.front()->counters.windowBytes.value());
    }
    for (const auto *some : {&m_nodes, &m_lost}) {
        for (const auto &node : *some) {
            for (auto told = node->told.begin(); told != node->told.end(); ++told)
                QVERIFY2(kept.contains(told.key()), told.key().constData());
        }
    }
    const QSet<QByteArray> once(kept.begin(), kept.end());
    QCOMPARE(once.size(), kept.size());
}

void TestSharedDocuments::everyGatewayRecordsTheSame()
{
    appendOnAll(600);
    QVERIFY(waitUntilAllAreTold());
    checkThatAllAreTheSame();
    const SharedNode &first = *m_nodes.front();
    for (const auto &node : m_nodes) {
        QVERIFY(node->unknown.isEmpty());
        QCOMPARE(node->published.size(), 600);
        // Of one stream the order is one; between streams as well, because the log is one.
        QCOMPARE(node->published, first.published);
    }
    for (const auto &node : m_nodes) {
        for (auto told = node->told.begin(); told != node->told.end(); ++told)
            QVERIFY(told.value() > 0);
    }
}

void TestSharedDocuments::functionsAnswerOnEveryGateway()
{
    const auto refused = follower().propose("a", "refuse", "1");
    const auto failed = follower().propose("a", "fail", "1");
    const auto unknown = follower().propose("a", "other", "1");
    const auto nowhere = follower().propose("nowhere", "append", "1");
    QTRY_COMPARE(*refused, "no 1");
    QTRY_COMPARE(*failed, "boom");
    QTRY_COMPARE(*unknown, "unknown functionId other for shareDataId a");
    QTRY_COMPARE(*nowhere, "shareDataId nowhere not found");
    for (const auto &node : m_nodes)
        QTRY_COMPARE(node->published, QByteArrayList{"doc.a rejected 1"});
}

void TestSharedDocuments::ordersAreFollowedEverywhereBeforeTheyAreAnswered()
{
    SharedNode &asked = follower();
    QCOMPARE(asked.put("a", "[7]"), QString());
    QCOMPARE(asked.state("a"), "[7]");
    const quint64 epoch = asked.registry->find("b")->epoch;
    QCOMPARE(asked.order(DocumentOrder::Kind::Remove, "b"), QString());
    QVERIFY(!asked.registry->find("b"));
    QCOMPARE(asked.order(DocumentOrder::Kind::Remove, "b"), QStringLiteral("shareDataId b not found"));
    QCOMPARE(asked.put("b", "not json"), QStringLiteral("the state is not JSON"));
    QCOMPARE(leader()->put("b", "[8]"), QString());
    for (const auto &node : m_nodes) {
        QTRY_COMPARE(node->state("b"), "[8]");
        QVERIFY(node->registry->find("b")->epoch > epoch);
        QTRY_COMPARE(node->standing("b"), leader()->standing("b"));
        QCOMPARE(node->published, (QByteArrayList{"doc.a replaced 0", "doc.b removed 0"}));
    }
}

void TestSharedDocuments::aSeedIsMadeOnce()
{
    DocumentRules rules;
    rules["seeded"].state = "[1]";
    SharedNode &first = start(rules);
    QTRY_VERIFY_WITH_TIMEOUT(first.isStarted, WaitMs);
    QCOMPARE(first.state("seeded"), "[1]");
    const auto proposed = first.propose("seeded", "append", "2");
    QTRY_COMPARE(*proposed, "1");
    SharedNode &second = start(rules);
    QTRY_VERIFY_WITH_TIMEOUT(second.isStarted, WaitMs);
    QCOMPARE(second.state("seeded"), "[1,2]");
    QCOMPARE(second.order(DocumentOrder::Kind::Seed, "seeded", "[9]"), QString());
    QCOMPARE(second.state("seeded"), "[1,2]");
}

void TestSharedDocuments::aNewGatewayBeginsWhereTheOthersAre()
{
    appendOnAll(60);
    QVERIFY(waitUntilAllAreTold());
    SharedNode &late = start();
    for (const char *id : {"a", "b", "c"}) {
        QTRY_COMPARE(late.standing(id), leader()->standing(id));
        const auto here = late.registry->find(id)->window.after("5", late.registry->find(id)->durable.seq);
        const auto there = leader()->registry->find(id)->window.after("5", leader()->registry->find(id)->durable.seq);
        QVERIFY(here && there);
        QCOMPARE(here->size(), there->size());
        QCOMPARE(here->front().seq, 6U);
    }
    late.append("a", "\"late\"");
    QTRY_COMPARE(late.told.size(), 1);
    checkThatAllAreTheSame();
}

void TestSharedDocuments::aKeyIsRecognisedOnEveryGateway()
{
    const auto first = m_nodes[0]->propose("a", "append", "1", "key");
    const auto second = m_nodes[1]->propose("a", "append", "1", "key");
    QTRY_COMPARE(*first, "1");
    QTRY_COMPARE(*second, "1");
    const auto third = m_nodes[2]->propose("a", "append", "1", "key");
    QTRY_COMPARE(*third, "1");
    QCOMPARE(m_nodes[2]->state("a"), "[1]");
}

void TestSharedDocuments::aLostLeaderIsReplaced()
{
    appendOnAll(300);
    QTRY_VERIFY(!follower().told.isEmpty());
    const auto gone =
        std::find_if(m_nodes.begin(), m_nodes.end(), [](const auto &node) { return node->node->isLeading(); });
    m_lost.push_back(std::move(*gone));
    m_nodes.erase(gone);
    m_lost.back()->wire.cut(); // it can say nothing any more
    QElapsedTimer timer;
    timer.start();
    QTRY_VERIFY_WITH_TIMEOUT(leader(), WaitMs);
    QVERIFY2(timer.elapsed() < 8'000, "a few seconds");
    appendOnAll(100);
    QVERIFY(waitUntilAllAreTold());
    for (const auto &node : m_nodes)
        QVERIFY(node->unknown.isEmpty());
    checkThatAllAreTheSame();
}

void TestSharedDocuments::aLeaderThatResignsIsReplacedAtOnce()
{
    const auto gone =
        std::find_if(m_nodes.begin(), m_nodes.end(), [](const auto &node) { return node->node->isLeading(); });
    QElapsedTimer timer;
    timer.start();
    m_nodes.erase(gone);
    QTRY_VERIFY_WITH_TIMEOUT(leader(), WaitMs);
    QVERIFY2(timer.elapsed() < 1'400, "before the lease would have ended");
    appendOnAll(20);
    QVERIFY(waitUntilAllAreTold());
    checkThatAllAreTheSame();
}

void TestSharedDocuments::aGatewayThatWasCutOffCatchesUp()
{
    appendOnAll(30);
    QVERIFY(waitUntilAllAreTold());
    SharedNode &cut = follower();
    cut.wire.cut();
    QTRY_VERIFY_WITH_TIMEOUT(!cut.store.isReachable(), WaitMs);
    const auto refused = cut.propose("a", "append", "1");
    QVERIFY2(refused->contains("nothing was recorded"), refused->constData()); // at once
    QVERIFY(cut.registry->find("a"));
    SharedNode *leading = leader();
    appendOnAll(90);
    QTRY_COMPARE_WITH_TIMEOUT(leading->waiting, 0, WaitMs);
    QVERIFY(cut.published.size() < leading->published.size());
    cut.wire.heal();
    QVERIFY(waitUntilAllAreTold());
    QVERIFY(cut.refused > 0);
    checkThatAllAreTheSame();
    QCOMPARE(leader(), leading);
    QCOMPARE(cut.published, leading->published);
}

void TestSharedDocuments::aLeaderThatIsAwayForAMomentLosesNothing()
{
    for (int round = 0; round < 3; ++round) {
        appendOnAll(200);
        SharedNode *cut = leader();
        QTRY_VERIFY_WITH_TIMEOUT(!cut->told.isEmpty(), WaitMs);
        cut->wire.cut();
        QTRY_VERIFY_WITH_TIMEOUT(!cut->node->isLeading(), WaitMs);
        cut->wire.heal();
        QTRY_VERIFY_WITH_TIMEOUT(leader(), WaitMs);
    }
    QVERIFY(waitUntilAllAreTold());
    for (const auto &node : m_nodes)
        QVERIFY(node->unknown.isEmpty());
    checkThatAllAreTheSame();
    for (const auto &node : m_nodes)
        QCOMPARE(node->published, m_nodes.front()->published);
}

void TestSharedDocuments::theServerComesBackWithWhatItKept()
{
    appendOnAll(100);
    QVERIFY(waitUntilAllAreTold());
    m_nats.kill();
    QTRY_VERIFY_WITH_TIMEOUT(!leader(), WaitMs);
    const auto refused = m_nodes.front()->propose("a", "append", "1");
    QVERIFY2(refused->contains("nothing was recorded"), refused->constData());
    QVERIFY(m_nats.start());
    QTRY_VERIFY_WITH_TIMEOUT(leader(), 2 * WaitMs);
    appendOnAll(100);
    QVERIFY(waitUntilAllAreTold());
    checkThatAllAreTheSame();
}

void TestSharedDocuments::aServerThatStopsAnsweringBlocksNobody()
{
    appendOnAll(30);
    QVERIFY(waitUntilAllAreTold());
    m_nats.pause();
    qint64 longestTurnMs = 0;
    QElapsedTimer turn;
    appendOnAll(60);
    // Until the leader finds that it cannot renew its lease.
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            longestTurnMs = std::max(longestTurnMs, turn.isValid() ? turn.elapsed() : 0);
            turn.start();
            return !leader();
        }(),
        WaitMs);
    QVERIFY2(longestTurnMs < 1'000, qPrintable(QString::number(longestTurnMs)));
    m_nats.resume();
    QTRY_VERIFY_WITH_TIMEOUT(leader(), 2 * WaitMs);
    QVERIFY(waitUntilAllAreTold());
    checkThatAllAreTheSame();
}

void TestSharedDocuments::whatTheLogForgotIsReadFromWhatIsKept()
{
    QCOMPARE(leader()->put("gone", "[]"), QString());
    SharedNode &cut = follower();
    QTRY_COMPARE(cut.state("gone"), "[]");
    cut.watch("gone");
    cut.wire.cut();
    QTRY_VERIFY_WITH_TIMEOUT(!cut.store.isReachable(), WaitMs);
    QCOMPARE(leader()->order(DocumentOrder::Kind::Remove, "gone"), QString());
    const QByteArray large = '[' + QByteArray(500'000, '1') + ']';
    for (int i = 0; i < 12; ++i) // more than the log keeps
        QCOMPARE(leader()->put("large", large), QString());
    appendOnAll(3);
    cut.wire.heal();
    QTRY_COMPARE_WITH_TIMEOUT(cut.state("large"), large, WaitMs);
    QCOMPARE(cut.state("gone"), "none");
    QVERIFY(waitUntilAllAreTold());
    checkThatAllAreTheSame();
    QVERIFY(cut.published.contains("doc.gone removed 0"));
    SharedNode &late = start();
    QTRY_COMPARE(late.standing("large"), leader()->standing("large"));
    QCOMPARE(late.state("gone"), "none");
}

void TestSharedDocuments::aBusyDocumentLosesNothing()
{
    // Far more at a time than is kept of a document.
    for (int i = 0; i < 1'500; ++i) {
        for (const auto &node : m_nodes)
            node->propose("a", "refuse", "1");
    }
    for (const auto &node : m_nodes)
        QTRY_COMPARE_WITH_TIMEOUT(node->published.size(), 4'500, 2 * WaitMs);
    for (const auto &node : m_nodes)
        QCOMPARE(node->published, m_nodes.front()->published);
}

QTEST_GUILESS_MAIN(TestSharedDocuments)
#include "tst_shareddocuments.moc"
