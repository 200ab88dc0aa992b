// SPDX-License-Identifier: MIT
#include "backend/embedded/adapter.h"
#include "outcome.h"

#include <QTest>

using namespace Tidegate;

class TestEmbeddedAdapter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void decidesInlineThatEverythingIsAcked();
    void applyAnswersAtOnce();
    void providesNoSnapshot();
    void queriesAnswerNull();
    void healthSaysUnconfigured();

private:
    EmbeddedBackendAdapter m_adapter;
};

void TestEmbeddedAdapter::decidesInlineThatEverythingIsAcked()
{
    const std::optional<ApplyReply> reply = m_adapter.decideInline({{{"it-00000001", "A", "{}", "{}", {}}}, {}, {}});
    QVERIFY(reply);
    QVERIFY(reply->verdicts.empty()); // no verdict counts as acked
    QVERIFY(reply->events.empty());
}

void TestEmbeddedAdapter::applyAnswersAtOnce()
{
    Outcome<ApplyReply> outcome;
    m_adapter.applyIntents({}, outcome.sink());
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QVERIFY(outcome.value().verdicts.empty());
}

void TestEmbeddedAdapter::providesNoSnapshot()
{
    Outcome<SnapshotReply> outcome;
    m_adapter.subscribe({}, outcome.sink());
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QVERIFY(!outcome.value().provided);
}

void TestEmbeddedAdapter::queriesAnswerNull()
{
    Outcome<QByteArray> outcome;
    m_adapter.query("stock", "{}", {}, outcome.sink());
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(outcome.value(), "null");
}

void TestEmbeddedAdapter::healthSaysUnconfigured()
{
    Outcome<QByteArray> outcome;
    m_adapter.health(outcome.sink());
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(outcome.value(), R"({"status":"ok","backend":"unconfigured"})");
}

QTEST_GUILESS_MAIN(TestEmbeddedAdapter)
#include "tst_embeddedadapter.moc"
