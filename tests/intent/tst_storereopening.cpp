// SPDX-License-Identifier: MIT
#include "storeforms.h"
#include "storeharness.h"

using namespace Tidegate;
using Source = IntentQuery::Source;

//! What every IntentStore finds when it is opened on what another one of its kind left behind.
class TestStoreReopening : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { m_forms.addRows(); }
    void init();
    void cleanup();

    void everythingIsThereAfterReopening();
    void seqsWithGapsKeepTheirKeys();
    void aReplacedSeqLeavesAHole();
    void theNewestSeqSurvivesTrimmingEverything();
    void trimmedRowsStayTrimmedAfterReopening();
    void closingFinishesWhatWasWritten();
    void aTrimmedIntentCanBeStoredAnew();
    void pendingRowsComeBackAsTheyWere();

private:
    void openStore();
    void closeStore();

    SystemRng m_rng;
    StoreForms m_forms;
    std::unique_ptr<TaskQueue> m_owner;
    std::unique_ptr<IntentStore> m_store;
    std::unique_ptr<StoreDriver> m_driver;
    StoreContents m_contents;
};

void TestStoreReopening::init()
{
    QFETCH_GLOBAL(int, form);
    m_owner = std::make_unique<TaskQueue>();
    m_forms.begin(form);
}

void TestStoreReopening::cleanup()
{
    closeStore();
    m_owner.reset();
}

void TestStoreReopening::openStore()
{
    m_store = m_forms.make(*m_owner, m_rng);
    m_driver = std::make_unique<StoreDriver>(*m_store);
    auto contents = m_store->open();
    QVERIFY2(contents, qPrintable(contents ? QString() : contents.error().text));
    m_contents = *std::move(contents);
}

void TestStoreReopening::closeStore()
{
    m_driver.reset();
    m_store.reset();
}

void TestStoreReopening::everythingIsThereAfterReopening()
{
    openStore();
    const StoreContents created = m_contents;
    StoreWrite write = logWrite(makeIntent("a", "s", {"x", "y"}), 1);
    write.settled.push_back(settled(makeIntent("b", "t"), 2));
    write.admitted = {share(makeIntent("p", "u")), share(makeIntent("o", "t"))};
    QVERIFY(m_driver->write(write));
    closeStore();
    openStore();
    QCOMPARE(m_contents.epoch, created.epoch);
    QCOMPARE(m_contents.keySeed, created.keySeed);
    QCOMPARE(m_contents.firstSeq, 1u);
    QCOMPARE(m_contents.headSeq, 2u);
    QVERIFY((m_contents.keys == std::vector<IntentKey>{write.settled[0].key, write.settled[1].key}));
    QVERIFY((m_contents.sites == std::vector<QByteArray>{"s", "t", "u"}));
    QCOMPARE(m_contents.unsettled.size(), 2u);
    QCOMPARE(m_contents.unsettled[0]->id, "p");
    QCOMPARE(m_driver->ids({}), "a b");
}

void TestStoreReopening::seqsWithGapsKeepTheirKeys()
{
    openStore();
    StoreWrite write;
    for (const quint64 seq : {3, 4, 8, 2000})
        write.settled.push_back(settled(makeIntent(QByteArray::number(seq)), seq));
    QVERIFY(m_driver->write(write));
    closeStore();
    openStore();
    QCOMPARE(m_contents.firstSeq, 3u);
    QCOMPARE(m_contents.keys.size(), 1998u);
    QVERIFY((m_contents.keys[1] == IntentKey{4, ~quint64(4)}));
    QVERIFY(m_contents.keys[2] == IntentKey());
    QVERIFY((m_contents.keys[5] == IntentKey{8, ~quint64(8)}));
    QVERIFY((m_contents.keys[1997] == IntentKey{2000, ~quint64(2000)}));
}

void TestStoreReopening::aReplacedSeqLeavesAHole()
{
    openStore();
    StoreWrite write;
    for (quint64 seq = 1; seq <= 3'000; ++seq)
        write.settled.push_back(settled(makeIntent(QByteArray::number(seq)), seq));
    // Once a stored run, once the run that is still being gathered.
    write.settled.push_back(settled(makeIntent("2999"), 3'001));
    write.settled.back().replacesSeq = 2'999;
    QVERIFY(m_driver->write(write));
    StoreWrite retry = logWrite(makeIntent("1500"), 3'002);
    retry.settled[0].replacesSeq = 1'500;
    QVERIFY(m_driver->write(retry));
    closeStore();
    openStore();
    QCOMPARE(m_contents.keys.size(), 3'002u);
    for (quint64 seq = 1; seq <= 3'002; ++seq) {
        const bool hole = seq == 1'500 || seq == 2'999;
        QVERIFY2((m_contents.keys[seq - 1] == (hole ? IntentKey() : IntentKey{seq, ~seq})),
                 QByteArray::number(seq).constData());
    }
}

void TestStoreReopening::theNewestSeqSurvivesTrimmingEverything()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "s", {"x", "y"}), 41)));
    QVERIFY(m_driver->write({{}, {}, 42}));
    closeStore();
    openStore();
    QCOMPARE(m_contents.headSeq, 41u);
    QCOMPARE(m_contents.firstSeq, 42u);
    QVERIFY(m_contents.keys.empty() && m_contents.sites.empty());
}

void TestStoreReopening::trimmedRowsStayTrimmedAfterReopening()
{
    openStore();
    StoreWrite write;
    for (quint64 seq = 1; seq <= 20; ++seq)
        write.settled.push_back(settled(makeIntent(QByteArray::number(seq)), seq));
    write.trimBelowSeq = 19;
    QVERIFY(m_driver->write(write));
    closeStore();
    openStore();
    QCOMPARE(m_contents.firstSeq, 19u);
    QCOMPARE(m_contents.keys.size(), 2u);
    QCOMPARE(m_driver->ids({}), "19 20");
}

void TestStoreReopening::closingFinishesWhatWasWritten()
{
    openStore();
    for (quint64 seq = 1; seq <= 500; ++seq)
        m_store->write(logWrite(makeIntent(QByteArray::number(seq)), seq), [](Result<void>) {});
    closeStore();
    openStore();
    QCOMPARE(m_contents.headSeq, 500u);
}

//! Rows go at the store's leisure; what waits for that is in nobody's way.
void TestStoreReopening::aTrimmedIntentCanBeStoredAnew()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "s", {"x", "y"}), 1)));
    QVERIFY(m_driver->write(logWrite(makeIntent("b", "s", {"x", "y"}), 2)));
    QVERIFY(m_driver->write({{}, {}, 2}));
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "s", {"x", "y"}), 3)));
    QCOMPARE(m_driver->ids({}), "b a");
    IntentQuery query;
    query.site = "s";
    query.channel = "y";
    QCOMPARE(m_driver->ids(query), "b a");
    closeStore();
    openStore();
    QCOMPARE(m_driver->ids({}), "b a");
    QCOMPARE(m_driver->ids(query), "b a");
    QCOMPARE(m_contents.headSeq, 3u);
}

void TestStoreReopening::pendingRowsComeBackAsTheyWere()
{
    openStore();
    const Intent pending = makeIntent("p", "u", {"x", "y"});
    QVERIFY(m_driver->write({{share(pending), share(makeIntent("q", "t", {}))}, {}, 0}));
    closeStore();
    openStore();
    QCOMPARE(m_contents.unsettled.size(), 2u);
    QCOMPARE(describe(*m_contents.unsettled[0]), describe(pending));
    QCOMPARE(m_contents.unsettled[1]->channels, QByteArrayList());
    QCOMPARE(m_contents.headSeq, 0u);
}

QTEST_GUILESS_MAIN(TestStoreReopening)
#include "tst_storereopening.moc"
