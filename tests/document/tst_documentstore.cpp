// SPDX-License-Identifier: MIT
#include "document/documentstoreforms.h"

#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace Tidegate;

//! What every DocumentStore promises that keeps something; each slot runs once per form.
class TestDocumentStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { m_forms.addRows(); }
    void init();
    void cleanup() { m_store.reset(); }

    void everythingIsThereAfterReopening();
    void writeOnAnotherRevisionFailsAndTakesNothingWithIt();
    void whatBuildsOnAFailedWriteFails();
    void removedDocumentLeavesNothingButItsEpoch();
    void trimmedHistoryIsGone();
    void outcomesKeepTheOrderOfWrites();
    void noOutcomeIsToldAfterClose();

private:
    StoredDocuments reopen(int windowCount = 100);
    //! Waits for the outcome.
    bool write(DocumentWrite write);
    RecordTransaction transaction(quint64 revision, quint64 seq, const QByteArray &state);

    DocumentStoreForms m_forms;
    TaskQueue m_owner;
    std::unique_ptr<DocumentStore> m_store;
};

void TestDocumentStore::init()
{
    QFETCH_GLOBAL(int, form);
    m_forms.begin(form);
    reopen();
}

StoredDocuments TestDocumentStore::reopen(int windowCount)
{
    m_store.reset();
    auto opened = m_forms.open(m_owner, windowCount);
    m_store = std::move(opened.store);
    return std::move(opened.contents);
}

bool TestDocumentStore::write(DocumentWrite write)
{
    std::optional<bool> outcome;
    m_store->write(std::move(write), [&](const Result<void> &result) { outcome = result.has_value(); });
    (void)QTest::qWaitFor([&] { return outcome.has_value(); });
    return outcome.value_or(false);
}

RecordTransaction TestDocumentStore::transaction(quint64 revision, quint64 seq, const QByteArray &state)
{
    RecordTransaction write;
    write.id = "d";
    write.epoch = 1;
    write.revision = revision;
    write.record = {seq, seq != 2, 50, "idem", {}};
    write.state = state;
    write.functionId = "set";
    write.proof = "{}";
    return write;
}

void TestDocumentStore::everythingIsThereAfterReopening()
{
    const QByteArray id("a/b \0\xC3\xA9", 7);
    QVERIFY(write(CreateDocument{id, 1, "null", 10}));
    QVERIFY(write(CreateDocument{"d", 2, "{}", 20}));
    RecordTransaction first = transaction(2, 1, "\"one\"");
    first.epoch = 2;
    QVERIFY(write(first));
    RecordTransaction second = transaction(3, 2, "\"one\"");
    second.epoch = 2;
    second.record.state = "\"one\"";
    QVERIFY(write(second));
    QVERIFY(write(ReplaceState{"d", 2, 4, "[]", 60}));
    const StoredDocuments stored = reopen();
    QVERIFY(stored.lastEpoch >= 2);
    QCOMPARE(stored.documents.size(), 2U);
    const StoredDocument &document = stored.documents.at(stored.documents.front().id == "d" ? 0 : 1);
    const StoredDocument &other = stored.documents.at(stored.documents.front().id == "d" ? 1 : 0);
    QCOMPARE(other.id, id);
    QCOMPARE(other.state, "null");
    QCOMPARE(document.state, "[]");
    QCOMPARE(document.revision, 4U);
    QCOMPARE(document.seq, 2U);
    QCOMPARE(document.createdAtMs, 20);
    QCOMPARE(document.updatedAtMs, 60);
    QCOMPARE(document.window.size(), 2U);
    QCOMPARE(document.window.at(0).seq, 1U);
    QVERIFY(document.window.at(0).accepted);
    QVERIFY(!document.window.at(1).accepted);
    QCOMPARE(document.window.at(1).idempotencyId, "idem");
    QCOMPARE(document.window.at(1).state, "\"one\"");
    QCOMPARE(reopen(1).documents.at(0).window.size() + reopen(1).documents.at(1).window.size(), 1U);
}

void TestDocumentStore::writeOnAnotherRevisionFailsAndTakesNothingWithIt()
{
    QVERIFY(write(CreateDocument{"d", 1, "0", 10}));
    m_forms.expectFailedCommit();
    std::optional<bool> good;
    m_store->write(CreateDocument{"neighbour", 2, "0", 10}, [&](const auto &result) { good = result.has_value(); });
    QVERIFY(!write(transaction(5, 1, "1")));
    QCOMPARE(good, std::optional<bool>(true));
    const StoredDocuments stored = reopen();
    QCOMPARE(stored.documents.size(), 2U);
    for (const StoredDocument &each : stored.documents) {
        QCOMPARE(each.state, "0");
        QVERIFY(each.window.empty());
    }
}

void TestDocumentStore::whatBuildsOnAFailedWriteFails()
{
    QVERIFY(write(CreateDocument{"d", 1, "0", 10}));
    m_forms.expectFailedCommit();
    QByteArray outcomes;
    const auto note = [&](const Result<void> &result) { outcomes += result ? '+' : '-'; };
    m_store->write(transaction(3, 2, "lost"), note);
    m_store->write(transaction(4, 3, "built on it"), note);
    m_store->write(transaction(2, 1, "new start"), note);
    QTRY_COMPARE(outcomes, "--+");
    QCOMPARE(reopen().documents.at(0).state, "new start");
}

void TestDocumentStore::removedDocumentLeavesNothingButItsEpoch()
{
    QVERIFY(write(CreateDocument{"d", 1, "0", 10}));
    QVERIFY(write(transaction(2, 1, "1")));
    QVERIFY(write(RemoveDocument{"d", 1}));
    StoredDocuments stored = reopen();
    QVERIFY(stored.lastEpoch >= 1);
    QVERIFY(stored.documents.empty());
    QVERIFY(write(CreateDocument{"d", 2, "0", 10}));
    stored = reopen();
    QVERIFY(stored.documents.at(0).window.empty());
    QCOMPARE(stored.documents.at(0).seq, 0U);
}

void TestDocumentStore::trimmedHistoryIsGone()
{
    QVERIFY(write(CreateDocument{"d", 1, "0", 10}));
    QVERIFY(write(transaction(2, 1, "1")));
    RecordTransaction second = transaction(3, 2, "2");
    second.trimThroughSeq = 1;
    QVERIFY(write(second));
    const StoredDocuments stored = reopen();
    QCOMPARE(stored.documents.at(0).window.size(), 1U);
    QCOMPARE(stored.documents.at(0).seq, 2U);
}

void TestDocumentStore::outcomesKeepTheOrderOfWrites()
{
    QVERIFY(write(CreateDocument{"d", 1, "0", 10}));
    m_forms.expectFailedCommit();
    QByteArray outcomes;
    QByteArray expected;
    for (quint64 i = 1; i <= 500; ++i) {
        const bool isWrong = i % 100 == 0;
        const auto note = [&outcomes, i](const Result<void> &result) {
            outcomes += QByteArray::number(i) + (result ? "+ " : "- ");
        };
        if (isWrong)
            m_store->write(ReplaceState{"d", 7, i, "\"of another life\"", 20}, note);
        else
            m_store->write(CreateDocument{"n" + QByteArray::number(i), 1 + i, "{}", 10}, note);
        expected += QByteArray::number(i) + (isWrong ? "- " : "+ ");
    }
    QTRY_COMPARE(outcomes, expected);
}

void TestDocumentStore::noOutcomeIsToldAfterClose()
{
    int told = 0;
    m_store->write(CreateDocument{"d", 1, "0", 10}, [&told](const Result<void> &) { ++told; });
    m_store->close();
    QCoreApplication::processEvents();
    QCOMPARE(told, 0);
    QCOMPARE(reopen().documents.size(), 1U);
}

QTEST_GUILESS_MAIN(TestDocumentStore)
#include "tst_documentstore.moc"
