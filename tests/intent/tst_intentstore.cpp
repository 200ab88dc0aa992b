// SPDX-License-Identifier: MIT
#include "storeforms.h"
#include "storeharness.h"

using namespace Tidegate;
using Source = IntentQuery::Source;

//! What every IntentStore promises; each slot runs once per implementation.
class TestIntentStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void aNewStoreIsEmptyAndHasASeed();
    void aRowComesBackByteForByte_data();
    void aRowComesBackByteForByte();
    void pendingIntentsWaitInTheInboxInOrderOfAdmission();
    void admittingAgainReplacesThePendingRow();
    void settlingMovesFromInboxToLog();
    void aReplacedSeqIsGone();
    void aRowIsWrittenAnewWhereItStands();
    void aSeqReplacedInTheSameTurnIsGone();
    void theLogIsReadBy_data();
    void theLogIsReadBy();
    void bothSourcesAreMerged_data();
    void bothSourcesAreMerged();
    void exactSeqsIgnoreEverythingElse();
    void limitsAreKept_data();
    void limitsAreKept();
    void trimmedRowsAreNeverRead();
    void aSeqThatIsTakenFailsItsOwnWriteOnly();
    void aFailedWriteLeavesNothing();
    void completionsKeepTheOrderOfCalls();
    void reasonsAreCountedOverLogAndInbox();
    void callsBeforeOpenFail();
    void noCompletionRunsAfterClose();

private:
    void fillLog();
    void open()
    {
        auto contents = m_store->open();
        QVERIFY2(contents, qPrintable(contents ? QString() : contents.error().text));
        m_contents = *std::move(contents);
    }

    SystemRng m_rng;
    StoreForms m_forms;
    std::unique_ptr<TaskQueue> m_owner;
    std::unique_ptr<IntentStore> m_store;
    std::unique_ptr<StoreDriver> m_driver;
    StoreContents m_contents;
};

void TestIntentStore::initTestCase_data()
{
    m_forms.addRows();
}

void TestIntentStore::init()
{
    QFETCH_GLOBAL(int, form);
    m_owner = std::make_unique<TaskQueue>();
    m_forms.begin(form);
    m_store = m_forms.make(*m_owner, m_rng);
    m_driver = std::make_unique<StoreDriver>(*m_store);
    if (qstrcmp(QTest::currentTestFunction(), "callsBeforeOpenFail") != 0)
        open();
}

void TestIntentStore::cleanup()
{
    m_driver.reset();
    m_store.reset();
    m_owner.reset();
}

void TestIntentStore::aNewStoreIsEmptyAndHasASeed()
{
    QCOMPARE(m_contents.keySeed.size(), IntentKeyHasher::SeedBytes);
    QVERIFY(!m_contents.epoch.isEmpty());
    QCOMPARE(m_contents.headSeq, 0u);
    QCOMPARE(m_contents.firstSeq, 1u);
    QVERIFY(m_contents.keys.empty() && m_contents.sites.empty() && m_contents.unsettled.empty());
    QCOMPARE(m_driver->ids({}), "");
    QCOMPARE(m_driver->reasonCounts(), "");
}

void TestIntentStore::aRowComesBackByteForByte_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("plain") << QByteArray("milk");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("unicode outside the basic plane") << QByteArray("\xF0\x9F\x8C\x8A tide \xC3\xA9");
    QTest::newRow("NUL inside") << QByteArray("a\0b", 3);
    QTest::newRow("every control character") << QByteArray("\x01\x02\x1f\t\r\n");
    QTest::newRow("quotes and backslashes") << QByteArray(R"(\"'],["\u0041)");
    QTest::newRow("broken UTF-8") << QByteArray("\xff\xc3(");
    QTest::newRow("one MiB") << QByteArray(1 << 20, 'x');
}

void TestIntentStore::aRowComesBackByteForByte()
{
    QFETCH(QByteArray, text);
    Intent intent = makeIntent("id" + text.left(100), "site" + text.left(100));
    for (QByteArray *field : {&intent.name, &intent.payload, &intent.meta, &intent.userId, &intent.connectionId,
                              &intent.backendCode, &intent.backendMessage, &intent.history})
        *field = text;
    const QByteArrayList lists[] = {{}, {text}, {text, "global", text}};
    quint64 seq = 0;
    for (const QByteArrayList &list : lists) {
        intent.id = QByteArray::number(seq) + text.left(100);
        intent.channels = list;
        intent.reasons = list;
        StoreWrite write = logWrite(intent, ++seq);
        const QByteArray expected = describe(*write.settled[0].intent);
        write.admitted = {share(intent)};
        QVERIFY(m_driver->write(write));
        IntentQuery query;
        query.seqs = {seq};
        const auto rows = m_driver->read(query);
        QVERIFY(rows && rows->size() == 1);
        QVERIFY(describe(*rows->front()) == expected);
        QCOMPARE(rows->front()->channels, list);
        QCOMPARE(rows->front()->reasons, list);

        query = {};
        query.site = intent.site;
        query.source = Source::Inbox;
        const auto pending = m_driver->read(query);
        QVERIFY(pending && pending->size() == seq);
        QVERIFY(describe(*pending->back()) == describe(intent));
    }
    IntentQuery query;
    query.reason = text;
    QCOMPARE(m_driver->read(query)->size(), 2u);
    query = {};
    query.site = intent.site;
    query.channel = text;
    QCOMPARE(m_driver->read(query)->size(), 2u);
}

void TestIntentStore::pendingIntentsWaitInTheInboxInOrderOfAdmission()
{
    QVERIFY(m_driver->write({{share(makeIntent("b")), share(makeIntent("a"))}, {}, 0}));
    QVERIFY(m_driver->write({{share(makeIntent("a", "other"))}, {}, 0}));
    IntentQuery query;
    query.source = Source::Inbox;
    QCOMPARE(m_driver->ids(query), "b a a");
    query.newestFirst = true;
    query.site = "default";
    QCOMPARE(m_driver->ids(query), "a b");
    QCOMPARE(m_driver->ids({}), "");
}

void TestIntentStore::admittingAgainReplacesThePendingRow()
{
    QVERIFY(m_driver->write({{share(makeIntent("a")), share(makeIntent("b"))}, {}, 0}));
    Intent again = makeIntent("a");
    again.payload = "2";
    QVERIFY(m_driver->write({{share(again)}, {}, 0}));
    IntentQuery query;
    query.source = Source::Inbox;
    const auto rows = m_driver->read(query);
    QCOMPARE(rows->size(), 2u);
    QCOMPARE(rows->back()->payload, "2");
}

void TestIntentStore::settlingMovesFromInboxToLog()
{
    QVERIFY(m_driver->write({{share(makeIntent("a")), share(makeIntent("b"))}, {}, 0}));
    StoreWrite write = logWrite(makeIntent("a"), 1);
    write.settled[0].wasPending = true;
    QVERIFY(m_driver->write(write));
    QCOMPARE(m_driver->ids({}), "a");
    IntentQuery query;
    query.source = Source::Inbox;
    QCOMPARE(m_driver->ids(query), "b");
}

void TestIntentStore::aReplacedSeqIsGone()
{
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "s", {"x", "y"}), 1)));
    QVERIFY(m_driver->write(logWrite(makeIntent("b", "s", {"x", "y"}), 2)));
    StoreWrite write = logWrite(makeIntent("a", "s", {"x", "y"}), 5);
    write.settled[0].replacesSeq = 1;
    QVERIFY(m_driver->write(write));
    QCOMPARE(m_driver->ids({}), "b a");
    IntentQuery query;
    query.site = "s";
    query.channel = "y";
    QCOMPARE(m_driver->ids(query), "b a");
    query = {};
    query.seqs = {1};
    QCOMPARE(m_driver->ids(query), "");
}

void TestIntentStore::aRowIsWrittenAnewWhereItStands()
{
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "s", {"x", "y"}), 1)));
    QVERIFY(m_driver->write(logWrite(makeIntent("b", "s", {"x"}), 2)));
    Intent changed = makeIntent("a", "s", {"x", "y"});
    appendTransition(changed, "marked", 5, "boss");
    StoreWrite write = logWrite(changed, 1);
    write.settled[0].replacesSeq = 1;
    QVERIFY(m_driver->write(write));
    QVERIFY(m_driver->write(write)); // and again
    QCOMPARE(m_driver->ids({}), "a b");
    QVERIFY(m_driver->read({})->front()->history.contains("marked"));
    IntentQuery query;
    query.site = "s";
    query.channel = "y";
    QCOMPARE(m_driver->ids(query), "a");
    write.settled[0].replacesSeq = 0;
    QVERIFY(!m_driver->write(write)); // without saying so it is a mistake
}

void TestIntentStore::aSeqReplacedInTheSameTurnIsGone()
{
    StoreWrite first = logWrite(makeIntent("a", "s", {"x", "y"}), 1);
    StoreWrite second = logWrite(makeIntent("a", "s", {"x", "y"}), 2);
    second.settled[0].replacesSeq = 1;
    m_store->write(first, [](Result<void> done) { QVERIFY(done); });
    QVERIFY(m_driver->write(second));
    QCOMPARE(m_driver->read({})->size(), 1u);
    QCOMPARE(m_driver->read({})->front()->seq, 2u);
}

// seq: 1 a 2 b 3 c 4 d; sites, channels, reasons and times chosen so that each filter leaves other rows.
void TestIntentStore::fillLog()
{
    StoreWrite write;
    const auto add = [&](quint64 seq, const char *id, const char *site, QByteArrayList channels, QByteArrayList reasons,
                         qint64 insertedAt) {
        Intent intent = makeIntent(id, site, channels);
        intent.reasons = reasons;
        intent.insertedAtMs = insertedAt;
        write.settled.push_back(settled(intent, seq));
    };
    add(1, "a", "s", {"x"}, {"replay"}, 400);
    add(2, "b", "s", {"x", "y"}, {"replay", "pending"}, 300);
    add(3, "c", "t", {"y"}, {"pending"}, 200);
    add(7, "d", "s", {"y", "x", "y"}, {}, 100);
    QVERIFY(m_driver->write(write));
}

void TestIntentStore::theLogIsReadBy_data()
{
    QTest::addColumn<IntentQuery>("query");
    QTest::addColumn<QByteArray>("ids");
    const auto row = [](const char *name, const char *ids, auto set) {
        IntentQuery query;
        set(query);
        QTest::newRow(name) << query << QByteArray(ids);
    };
    row("seq", "a b c d", [](auto &) {});
    row("seq, newest first", "d c b a", [](auto &q) { q.newestFirst = true; });
    row("seq after", "c d", [](auto &q) { q.afterSeq = 2; });
    row("seq after and until", "c", [](auto &q) { q.afterSeq = 2, q.untilSeq = 6; });
    row("seq after everything", "", [](auto &q) { q.afterSeq = ~quint64(0); });
    row("site", "a b d", [](auto &q) { q.site = "s"; });
    row("site, newest first, until", "b a", [](auto &q) { q.site = "s", q.newestFirst = true, q.untilSeq = 3; });
    row("site that is empty", "", [](auto &q) { q.site = ""; });
    row("channel of any site", "b c d", [](auto &q) { q.channel = "y"; });
    row("site and channel", "b d", [](auto &q) { q.site = "s", q.channel = "y"; });
    row("site and channel, newest first", "d b a",
        [](auto &q) { q.site = "s", q.channel = "x", q.newestFirst = true; });
    row("site and channel after", "d", [](auto &q) { q.site = "s", q.channel = "x", q.afterSeq = 2; });
    row("site and channel and reason", "b", [](auto &q) { q.site = "s", q.channel = "y", q.reason = "replay"; });
    row("site and channel since", "a", [](auto &q) { q.site = "s", q.channel = "x", q.insertedSinceMs = 301; });
    row("reason", "b c", [](auto &q) { q.reason = "pending"; });
    row("part of a reason", "", [](auto &q) { q.reason = "pend"; });
    row("reason that looks like the list's syntax", "", [](auto &q) { q.reason = "\",\""; });
    row("reason that looks like SQL", "", [](auto &q) { q.reason = "' OR 1=1 --"; });
    row("wildcard as a reason", "", [](auto &q) { q.reason = "%"; });
    row("time of insertion", "d c b a", [](auto &q) { q.byInsertion = true; });
    row("time of insertion, newest first", "a b c d", [](auto &q) { q.byInsertion = true, q.newestFirst = true; });
    row("time of insertion since", "b a", [](auto &q) { q.byInsertion = true, q.insertedSinceMs = 300; });
    row("since in order of seq", "a b", [](auto &q) { q.insertedSinceMs = 300; });
    row("time of insertion, all filters", "b", [](auto &q) {
        q.byInsertion = true, q.site = "s", q.channel = "y", q.reason = "replay", q.afterSeq = 1, q.untilSeq = 7;
    });
}

void TestIntentStore::theLogIsReadBy()
{
    QFETCH(IntentQuery, query);
    fillLog();
    QTEST(m_driver->ids(query), "ids");
}

void TestIntentStore::bothSourcesAreMerged_data()
{
    QTest::addColumn<IntentQuery>("query");
    QTest::addColumn<QByteArray>("ids");
    const auto row = [](const char *name, const char *ids, auto set) {
        IntentQuery query;
        query.source = Source::Both;
        set(query);
        QTest::newRow(name) << query << QByteArray(ids);
    };
    row("pending counts as newest", "a b c d p q", [](auto &) {});
    row("newest first", "q p d c b a", [](auto &q) { q.newestFirst = true; });
    row("by insertion", "d c p b q a", [](auto &q) { q.byInsertion = true; });
    row("by insertion, newest first", "a q b p c d", [](auto &q) { q.byInsertion = true, q.newestFirst = true; });
    row("limit over both", "d c p", [](auto &q) { q.byInsertion = true, q.limit = 3; });
    row("seq bounds concern the log", "d p q", [](auto &q) { q.afterSeq = 3; });
    row("filters concern both", "b d p", [](auto &q) { q.site = "s", q.channel = "y"; });
}

void TestIntentStore::bothSourcesAreMerged()
{
    QFETCH(IntentQuery, query);
    fillLog();
    Intent p = makeIntent("p", "s", {"z", "y"});
    p.insertedAtMs = 250;
    Intent q = makeIntent("q", "t", {"x"});
    q.insertedAtMs = 350;
    QVERIFY(m_driver->write({{share(p), share(q)}, {}, 0}));
    QTEST(m_driver->ids(query), "ids");
}

void TestIntentStore::exactSeqsIgnoreEverythingElse()
{
    fillLog();
    IntentQuery query;
    query.seqs = {7, 2, 2, 99, 1};
    query.site = "nobody";
    query.afterSeq = 50;
    QCOMPARE(m_driver->ids(query), "a b d");
    query.limit = 2;
    QCOMPARE(m_driver->ids(query), "a b");
}

void TestIntentStore::limitsAreKept_data()
{
    QTest::addColumn<qsizetype>("limit");
    QTest::addColumn<QByteArray>("ids");
    QTest::newRow("fewer than there are") << qsizetype(2) << QByteArray("a b");
    QTest::newRow("zero") << qsizetype(0) << QByteArray("");
    QTest::newRow("negative is nothing, not everything") << qsizetype(-1) << QByteArray("");
}

void TestIntentStore::limitsAreKept()
{
    QFETCH(qsizetype, limit);
    fillLog();
    for (const Source source : {Source::Log, Source::Both}) {
        IntentQuery query;
        query.source = source;
        query.limit = limit;
        QTEST(m_driver->ids(query), "ids");
    }
}

void TestIntentStore::trimmedRowsAreNeverRead()
{
    fillLog();
    QVERIFY(m_driver->write({{}, {}, 3}));
    QCOMPARE(m_driver->ids({}), "c d");
    IntentQuery query;
    query.seqs = {1, 2, 3};
    QCOMPARE(m_driver->ids(query), "c");
    query = {};
    query.site = "s";
    query.channel = "x";
    QCOMPARE(m_driver->ids(query), "d");
    QCOMPARE(m_driver->reasonCounts(), "pending=1");
    QVERIFY(m_driver->write({{}, {}, 1}));
    QCOMPARE(m_driver->ids({}), "c d");
    QVERIFY(m_driver->write({{}, {}, 8}));
    QCOMPARE(m_driver->ids({}), "");
}

void TestIntentStore::aSeqThatIsTakenFailsItsOwnWriteOnly()
{
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    QByteArrayList outcomes;
    const auto note = [&](Result<void> done) { outcomes.append(done ? "ok" : "failed"); };
    m_store->write(logWrite(makeIntent("b"), 2), note);
    m_store->write(logWrite(makeIntent("wrong"), 1), note);
    m_store->write(logWrite(makeIntent("c"), 3), note);
    QTRY_COMPARE(outcomes.size(), 3);
    QCOMPARE(outcomes, QByteArrayList({"ok", "failed", "ok"}));
    QCOMPARE(m_driver->ids({}), "a b c");
}

void TestIntentStore::aFailedWriteLeavesNothing()
{
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    StoreWrite write = logWrite(makeIntent("b"), 2);
    write.admitted = {share(makeIntent("p"))};
    write.settled.push_back(settled(makeIntent("wrong"), 1));
    const auto done = m_driver->write(write);
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::Storage);
    IntentQuery query;
    query.source = Source::Both;
    QCOMPARE(m_driver->ids(query), "a");
}

void TestIntentStore::completionsKeepTheOrderOfCalls()
{
    std::vector<int> writes;
    std::vector<int> reads;
    for (int i = 0; i < 200; ++i) {
        m_store->write(logWrite(makeIntent(QByteArray::number(i)), quint64(i + 1)), [&, i](Result<void> done) {
            QVERIFY(done);
            writes.push_back(i);
            // Read your writes: the completion of this write has run.
            m_store->read({}, [&reads, i](auto rows) {
                QVERIFY(rows && std::ssize(*rows) > i);
                reads.push_back(i);
            });
        });
    }
    QTRY_COMPARE(reads.size(), 200u);
    QVERIFY(std::is_sorted(writes.begin(), writes.end()) && std::is_sorted(reads.begin(), reads.end()));
}

void TestIntentStore::reasonsAreCountedOverLogAndInbox()
{
    fillLog();
    Intent pending = makeIntent("p");
    pending.reasons = {"pending", "pending", "say \"hi\""};
    QVERIFY(m_driver->write({{share(pending)}, {}, 0}));
    QCOMPARE(m_driver->reasonCounts(), R"(pending=3 replay=2 say "hi"=1)");
}

void TestIntentStore::callsBeforeOpenFail()
{
    QVERIFY(!m_driver->write(logWrite(makeIntent("a"), 1)));
    QVERIFY(!m_driver->read({}));
}

void TestIntentStore::noCompletionRunsAfterClose()
{
    bool ran = false;
    m_store->write(logWrite(makeIntent("a"), 1), [&](Result<void>) { ran = true; });
    m_store->close();
    bool later = false;
    m_owner->post([&] { later = true; });
    QTRY_VERIFY(later);
    QVERIFY(!ran);
}

QTEST_GUILESS_MAIN(TestIntentStore)
#include "tst_intentstore.moc"
