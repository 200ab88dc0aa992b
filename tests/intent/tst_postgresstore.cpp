// SPDX-License-Identifier: MIT
#include "intent/postgres/searcher.h"
#include "intent/postgres/store.h"
#include "storeharness.h"
#include "support/postgresserver.h"
#include "support/tcpproxy.h"

#include <QLoggingCategory>
#include <QSemaphore>

using namespace Tidegate;
using Source = IntentQuery::Source;

//! What the contract cannot say: the server, who may write, and what happens when the server or the way to it fails.
class TestPostgresStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void oneIntentCannotStandInTheLogTwice();
    void trimmingDeletesInChunks();
    void searchesFindWhatOperatorsAskFor_data();
    void searchesFindWhatOperatorsAskFor();

    void aSecondGatewayIsRefused();
    void aNewerSchemaIsRefusedUntouched();
    void anotherProgramsSchemaIsRefused();
    void errorsNeverTellThePassword();
    void aGatewayThatWasReplacedWritesNothing();

    void writesWaitForAServerThatIsAway();
    void writesOfAServerThatStaysAwayFail();
    void readsComeBackWithTheServer();
    void whatWasAcknowledgedSurvivesCrashes();
    void aCommitWhoseAnswerWasLostIsLookedUp_data();
    void aCommitWhoseAnswerWasLostIsLookedUp();
    void closingDoesNotWaitForTheServer();

private:
    std::unique_ptr<PostgresIntentStore> make(const QByteArray &url);
    void openStore(const QByteArray &url = {});
    void closeStore();
    QString errorOfOpening(const QByteArray &url = {});

    SystemRng m_rng;
    PostgresServer m_server;
    std::unique_ptr<TaskQueue> m_owner;
    std::unique_ptr<PostgresIntentStore> m_store;
    std::unique_ptr<StoreDriver> m_driver;
    StoreContents m_contents;
    int m_writePatienceMs = 0;
};

void TestPostgresStore::initTestCase()
{
    QLoggingCategory::setFilterRules(QStringLiteral("tidegate.intent.store.warning=false\n"
                                                    "tidegate.intent.store.info=false"));
    if (!PostgresServer::isInstalled())
        QSKIP("PostgreSQL is not installed");
    QVERIFY(m_server.start());
}

void TestPostgresStore::init()
{
    m_writePatienceMs = 60'000;
    m_owner = std::make_unique<TaskQueue>();
    QVERIFY(m_server.clear());
}

void TestPostgresStore::cleanup()
{
    closeStore();
    m_owner.reset();
}

std::unique_ptr<PostgresIntentStore> TestPostgresStore::make(const QByteArray &url)
{
    PostgresIntentStore::Config config;
    config.address = url.isEmpty() ? m_server.url() : url;
    config.holder = "test";
    config.lockPatienceMs = 200;
    config.writePatienceMs = m_writePatienceMs;
    config.readPatienceMs = m_writePatienceMs;
    return std::make_unique<PostgresIntentStore>(config, *m_owner, m_rng);
}

void TestPostgresStore::openStore(const QByteArray &url)
{
    m_store = make(url);
    m_driver = std::make_unique<StoreDriver>(*m_store);
    auto contents = m_store->open();
    QVERIFY2(contents, qPrintable(contents ? QString() : contents.error().text));
    m_contents = *std::move(contents);
}

void TestPostgresStore::closeStore()
{
    m_driver.reset();
    m_store.reset();
}

QString TestPostgresStore::errorOfOpening(const QByteArray &url)
{
    const auto contents = make(url)->open();
    return contents ? QStringLiteral("it was opened") : contents.error().text;
}

void TestPostgresStore::oneIntentCannotStandInTheLogTwice()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    const auto again = m_driver->write(logWrite(makeIntent("a"), 2));
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Storage);
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "other"), 3)));
    QCOMPARE(m_server.ask("SELECT count(*) FROM tidegate.intents"), "2");
    // The database itself says so, whoever writes.
    QVERIFY(m_server
                .ask("INSERT INTO tidegate.intents SELECT 9, key_high, key_low, site, id, channel, channels, "
                     "reasons, name, status, inserted_at, updated_at, user_id, connection_id, backend_code, "
                     "backend_message, history, meta, payload FROM tidegate.intents WHERE seq = 1 RETURNING seq")
                .contains("unique"));
}

void TestPostgresStore::trimmingDeletesInChunks()
{
    openStore();
    StoreWrite write;
    for (quint64 seq = 1; seq <= 3'000; ++seq)
        write.settled.push_back(settled(makeIntent(QByteArray::number(seq), "s", {"x", "y"}), seq));
    QVERIFY(m_driver->write(write));
    QVERIFY(m_driver->write({{}, {}, 1'000}));
    QVERIFY(m_driver->write({{}, {}, 0})); // runs after the trim that may follow the first
    QCOMPARE(m_server.ask("SELECT count(*) FROM tidegate.intents"), "3000");
    QVERIFY(m_driver->write({{}, {}, 2'500}));
    QTRY_COMPARE(m_server.ask("SELECT count(*) FROM tidegate.intents"), "501");
    QCOMPARE(m_server.ask("SELECT count(*) FROM tidegate.intent_channels"), "501");
}

void TestPostgresStore::searchesFindWhatOperatorsAskFor_data()
{
    using Field = IntentSearch::Field;
    using Op = IntentSearch::Op;
    QTest::addColumn<IntentSearch>("search");
    QTest::addColumn<QByteArray>("ids");
    QTest::addColumn<int>("total");
    const auto row = [](const char *name, const char *ids, int total, auto set) {
        IntentSearch search;
        set(search);
        QTest::newRow(name) << search << QByteArray(ids) << total;
    };
    row("everything, undecided first", "p c b a", 4, [](auto &) {});
    row("oldest first", "a b c p", 4, [](auto &s) { s.newestFirst = false; });
    row("a page over both tables", "p c", 4, [](auto &s) { s.limit = 2; });
    row("the page behind it", "b a", 4, [](auto &s) { s.limit = 2, s.offset = 2; });
    row("a text in any case", "b", 1, [](auto &s) { s.text = "SITE-TWO"; });
    row("a text that looks like SQL", "", 0, [](auto &s) { s.text = "' OR true --"; });
    row("a status", "p", 1, [](auto &s) { s.conditions = {{Field::Status, Op::Equal, qint64(0)}}; });
    row("a seq", "c b", 2, [](auto &s) { s.conditions = {{Field::Seq, Op::GreaterOrEqual, qint64(2)}}; });
    row("a reason", "a", 1, [](auto &s) { s.conditions = {{Field::Reasons, Op::Contains, QByteArray("why")}}; });
    row("a further channel", "b", 1, [](auto &s) {
        s.conditions = {{Field::Channels, Op::Contains, QByteArray("y")}};
    });
    row("marked as handled", "b", 1, [](auto &s) { s.conditions = {{Field::Handled, Op::Equal, qint64(1)}}; });
    row("unhandled, also again", "p c a", 3, [](auto &s) { s.conditions = {{Field::Handled, Op::Equal, qint64(0)}}; });
    row("a site and part of a name", "b", 1, [](auto &s) {
        s.conditions = {{Field::Site, Op::Equal, QByteArray("site-two")},
                        {Field::Name, Op::Contains, QByteArray("cre")}};
    });
}

void TestPostgresStore::searchesFindWhatOperatorsAskFor()
{
    QFETCH(IntentSearch, search);
    openStore();
    Intent a = makeIntent("a");
    a.reasons = {"why"};
    StoreWrite write = logWrite(a, 1);
    Intent b = makeIntent("b", "site-two", {"x", "y"});
    appendTransition(b, "marked", 1, "staff", R"({"note":"\u0000 é","handled":true})");
    Intent c = makeIntent("c");
    appendTransition(c, "marked", 1, "staff", R"({"handled":true})");
    appendTransition(c, "marked", 2, "staff", R"({"handled":false})");
    write.settled.push_back(settled(b, 2));
    write.settled.push_back(settled(c, 3));
    write.admitted = {share(makeIntent("p"))};
    QVERIFY(m_driver->write(write));
    PostgresIntentSearcher searcher(m_server.url());
    QSemaphore isDone;
    std::optional<Result<IntentsFound>> found;
    searcher.search(search, [&](Result<IntentsFound> result) {
        found = std::move(result);
        isDone.release();
    });
    QVERIFY(isDone.tryAcquire(1, 15'000));
    QVERIFY2(found->has_value(), found->has_value() ? "" : qPrintable(found->error().text));
    QByteArrayList ids;
    for (const IntentPtr &intent : (**found).rows)
        ids.append(intent->id);
    QTEST(ids.join(' '), "ids");
    QTEST(int((**found).total), "total");
}

void TestPostgresStore::aSecondGatewayIsRefused()
{
    openStore();
    QVERIFY2(errorOfOpening().contains(QStringLiteral("another gateway")), qPrintable(errorOfOpening()));
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1))); // the first one does not notice
    closeStore();
    openStore();
    QCOMPARE(m_contents.headSeq, 1u);
}

void TestPostgresStore::aNewerSchemaIsRefusedUntouched()
{
    openStore();
    closeStore();
    QVERIFY(m_server.execute("INSERT INTO tidegate.schema_version VALUES(99)"));
    const QByteArray fence = m_server.ask("SELECT fence FROM tidegate.store_state");
    QVERIFY2(errorOfOpening().contains(QStringLiteral("schema 99")), qPrintable(errorOfOpening()));
    QCOMPARE(m_server.ask("SELECT fence FROM tidegate.store_state"), fence);
}

void TestPostgresStore::anotherProgramsSchemaIsRefused()
{
    QVERIFY(m_server.execute("CREATE SCHEMA tidegate; CREATE TABLE tidegate.somebody_elses(x int)"));
    QVERIFY2(errorOfOpening().contains(QStringLiteral("another program")), qPrintable(errorOfOpening()));
}

void TestPostgresStore::errorsNeverTellThePassword()
{
    for (const char *url : {"postgresql://u:pass-word@127.0.0.1:1/d", "postgresql://u:pass-word@127.0.0.1:x:y/d",
                            "password=pass-word nonsense", "postgresql://nobody:pass-word@[::1/d"}) {
        const QString error = errorOfOpening(url);
        QVERIFY2(!error.contains(QStringLiteral("pass-word")), qPrintable(error));
        QVERIFY2(error.contains(QStringLiteral("PostgreSQL")), qPrintable(error));
    }
    QVERIFY(PostgresIntentStore::check(m_server.url()));
    QVERIFY(!PostgresIntentStore::check("nonsense"));
}

void TestPostgresStore::aGatewayThatWasReplacedWritesNothing()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    QVERIFY(m_server.execute("UPDATE tidegate.store_state SET fence = fence + 1"));
    for (const quint64 seq : {2, 3}) {
        const auto refused = m_driver->write(logWrite(makeIntent(QByteArray::number(seq)), seq));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY(refused.error().text.contains(QStringLiteral("another gateway")));
    }
    QCOMPARE(m_server.ask("SELECT count(*) FROM tidegate.intents"), "1");
    QCOMPARE(m_driver->ids({}), "a"); // reading goes on
}

void TestPostgresStore::writesWaitForAServerThatIsAway()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    m_server.kill();
    QByteArrayList stored;
    for (quint64 seq = 2; seq <= 4; ++seq) {
        m_store->write(logWrite(makeIntent(QByteArray::number(seq)), seq), [&stored, seq](Result<void> done) {
            stored.append(done ? QByteArray::number(seq) : done.error().text.toUtf8());
        });
    }
    QVERIFY(m_server.start());
    QTRY_COMPARE_WITH_TIMEOUT(stored, QByteArrayList({"2", "3", "4"}), 30'000);
    QCOMPARE(m_driver->ids({}), "a 2 3 4");
}

void TestPostgresStore::writesOfAServerThatStaysAwayFail()
{
    m_writePatienceMs = 100;
    openStore();
    m_server.kill();
    const auto failed = m_driver->write(logWrite(makeIntent("a"), 1));
    QVERIFY(!failed);
    QCOMPARE(failed.error().code, ErrorCode::Unavailable);
    QVERIFY(failed.error().retryable);
    const auto read = m_driver->read({});
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Unavailable);
    QVERIFY(m_server.start());
    QTRY_VERIFY(m_driver->write({{share(makeIntent("p"))}, {}, 0}));
    QVERIFY(m_driver->write(logWrite(makeIntent("b"), 2)));
    QCOMPARE(m_driver->ids({}), "b");
}

void TestPostgresStore::readsComeBackWithTheServer()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    m_server.kill();
    QVERIFY(m_server.start());
    QCOMPARE(m_driver->ids({}), "a");
    IntentQuery both;
    both.source = Source::Both;
    QCOMPARE(m_driver->ids(both), "a");
}

//! The server crashes again and again while writes flow; nothing that was acknowledged is lost and nothing is there
//! twice or in part.
void TestPostgresStore::whatWasAcknowledgedSurvivesCrashes()
{
    openStore();
    QByteArrayList acknowledged;
    quint64 seq = 0;
    int waiting = 0;
    for (int crash = 0; crash < 4; ++crash) {
        const auto writeNext = [&](const auto &next) -> void {
            const QByteArray id = "it" + QByteArray::number(++seq);
            StoreWrite write = logWrite(makeIntent(id, "s", {"x", "y"}), seq);
            ++waiting;
            m_store->write(std::move(write), [&, id, next](Result<void> done) {
                --waiting;
                QVERIFY2(done, qPrintable(done ? QString() : done.error().text));
                acknowledged.append(id);
                if (acknowledged.size() % 300 != 0)
                    next(next);
            });
        };
        const qsizetype before = acknowledged.size();
        for (int i = 0; i < 20; ++i)
            writeNext(writeNext);
        QTRY_VERIFY(acknowledged.size() > before + 40);
        m_server.kill();
        QVERIFY(m_server.start());
        QTRY_COMPARE_WITH_TIMEOUT(waiting, 0, 60'000);
    }
    closeStore();
    openStore();
    QCOMPARE(m_contents.headSeq, seq);
    IntentQuery query;
    query.limit = 100'000;
    const QByteArrayList stored = m_driver->ids(query).split(' ');
    QCOMPARE(stored.size(), acknowledged.size());
    const QSet<QByteArray> set(stored.begin(), stored.end());
    QCOMPARE(set, QSet<QByteArray>(acknowledged.begin(), acknowledged.end()));
}

void TestPostgresStore::aCommitWhoseAnswerWasLostIsLookedUp_data()
{
    QTest::addColumn<int>("moment");
    QTest::newRow("the commit never arrived") << int(TcpProxy::Moment::BeforeItArrives);
    QTest::newRow("the commit was done") << int(TcpProxy::Moment::BeforeItsAnswer);
}

void TestPostgresStore::aCommitWhoseAnswerWasLostIsLookedUp()
{
    QFETCH(int, moment);
    TcpProxy proxy(m_server.port());
    openStore(m_server.url(proxy.port()));
    QVERIFY(m_driver->write({{share(makeIntent("a", "s", {"x", "y"}))}, {}, 0}));
    proxy.cutAt("COMMIT", TcpProxy::Moment(moment));
    StoreWrite write = logWrite(makeIntent("a", "s", {"x", "y"}), 1);
    write.settled[0].wasPending = true;
    QVERIFY(m_driver->write(write));
    QCOMPARE(proxy.cutsAt(), 1);
    QVERIFY(m_driver->write(logWrite(makeIntent("b"), 2)));
    QCOMPARE(m_driver->ids({}), "a b");
    QCOMPARE(m_server.ask("SELECT count(*) FROM tidegate.inbox"), "0");
    QCOMPARE(m_server.ask("SELECT count(*) FROM tidegate.intent_channels"), "1");
    closeStore();
}

void TestPostgresStore::closingDoesNotWaitForTheServer()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    m_server.kill();
    bool ran = false;
    m_store->write(logWrite(makeIntent("b"), 2), [&](Result<void>) { ran = true; });
    QElapsedTimer timer;
    timer.start();
    closeStore();
    QVERIFY(timer.elapsed() < m_writePatienceMs / 2);
    QVERIFY(!ran);
    QVERIFY(m_server.start());
}

QTEST_GUILESS_MAIN(TestPostgresStore)
#include "tst_postgresstore.moc"
