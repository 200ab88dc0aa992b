// SPDX-License-Identifier: MIT
#include "faultydisk.h"
#include "intent/sqlite/store.h"
#include "sql/connection.h"
#include "storeharness.h"

#include <QFile>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QSqlQuery>
#include <QTemporaryDir>

#include <unistd.h>

using namespace Tidegate;
using Source = IntentQuery::Source;

//! What the contract cannot say: the disk, what is found there later, and its failures.
class TestSqliteStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { FaultyDisk::install(); }
    void init();
    void cleanup();

    void trimmingDeletesInChunks();
    void whatIsTrimmedIsDeletedWhenItCloses();
    void whatWasAcknowledgedSurvivesAKill();
    void aTornTailOfTheLogLosesOnlyWhatItHeld_data();
    void aTornTailOfTheLogLosesOnlyWhatItHeld();
    void readingDoesNotWaitForALongWrite();
    void theBacklogIsCountedUntilTheCommit();
    void theFileIsPrivate();

    void aSecondProcessIsRefusedWithThePid();
    void aBadFileIsRefusedWithItsPath_data();
    void aBadFileIsRefusedWithItsPath();
    void aNewerSchemaIsRefusedUntouched();
    void anEmptyFileIsMigrated();
    void aReadOnlyFileIsRefused();
    void aLockedDatabaseFailsTheWriteAndNotTheNext();
    void everyFailingDiskCallKeepsTheInvariants();

private:
    void openStore();
    void closeStore();
    Result<StoreContents> tryOpen();
    void executeOnFile(const QString &statement);
    int countOnFile(const char *table) const;
    void copyTo(const QString &path) const;
    void writeOnFailingDisk(QByteArrayList &acknowledged);
    void checkInvariants(const QByteArrayList &acknowledged);
    QString errorOfOpening();

    SystemRng m_rng;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<TaskQueue> m_owner;
    std::unique_ptr<SqliteIntentStore> m_store;
    std::unique_ptr<StoreDriver> m_driver;
    StoreContents m_contents;
    quint64 m_seq = 0;
    int m_busyTimeoutMs = 30'000;
};

void TestSqliteStore::init()
{
    m_busyTimeoutMs = 30'000;
    m_owner = std::make_unique<TaskQueue>();
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("intents.sqlite"));
}

void TestSqliteStore::cleanup()
{
    FaultyDisk::heal();
    closeStore();
    m_owner.reset();
}

Result<StoreContents> TestSqliteStore::tryOpen()
{
    m_store = std::make_unique<SqliteIntentStore>(SqliteIntentStore::Config{m_path, m_busyTimeoutMs}, *m_owner, m_rng);
    m_driver = std::make_unique<StoreDriver>(*m_store);
    return m_store->open();
}

void TestSqliteStore::openStore()
{
    auto contents = tryOpen();
    QVERIFY2(contents, qPrintable(contents ? QString() : contents.error().text));
    m_contents = *std::move(contents);
}

void TestSqliteStore::closeStore()
{
    m_driver.reset();
    m_store.reset();
}

QString TestSqliteStore::errorOfOpening()
{
    const auto contents = tryOpen();
    closeStore();
    return contents ? QStringLiteral("it was opened") : contents.error().text;
}

void TestSqliteStore::executeOnFile(const QString &statement)
{
    SqlConnection::Config config;
    config.path = m_path;
    auto connection = SqlConnection::open(config);
    QVERIFY(connection);
    const auto done = (*connection)->execute(statement);
    QVERIFY2(done, qPrintable(done ? QString() : done.error().text));
}

int TestSqliteStore::countOnFile(const char *table) const
{
    SqlConnection::Config config;
    config.path = m_path;
    config.readOnly = true;
    auto connection = SqlConnection::open(config);
    QSqlQuery query((*connection)->database());
    query.exec(QStringLiteral("SELECT count(*) FROM ") + QLatin1StringView(table));
    return query.next() ? query.value(0).toInt() : -1;
}

// What a power cut would leave: the file and its write-ahead log as they are on the disk now.
void TestSqliteStore::copyTo(const QString &path) const
{
    QVERIFY(QFile::copy(m_path, path));
    QVERIFY(QFile::copy(m_path + QStringLiteral("-wal"), path + QStringLiteral("-wal")));
}

void TestSqliteStore::trimmingDeletesInChunks()
{
    openStore();
    StoreWrite write;
    for (quint64 seq = 1; seq <= 3'000; ++seq)
        write.settled.push_back(settled(makeIntent(QByteArray::number(seq), "s", {"x", "y"}), seq));
    QVERIFY(m_driver->write(write));
    QVERIFY(m_driver->write({{}, {}, 1'000}));
    QVERIFY(m_driver->write({{}, {}, 0})); // runs after the trim that may follow the first
    QCOMPARE(countOnFile("intents"), 3'000);
    QVERIFY(m_driver->write({{}, {}, 2'500}));
    QTRY_COMPARE(countOnFile("intents"), 501);
    QCOMPARE(countOnFile("intent_channels"), 501);
    QCOMPARE(countOnFile("intent_keys"), 1);
}

void TestSqliteStore::whatIsTrimmedIsDeletedWhenItCloses()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a", "s", {"x", "y"}), 41)));
    QVERIFY(m_driver->write({{}, {}, 42}));
    closeStore();
    QCOMPARE(countOnFile("intents"), 0);
    QCOMPARE(countOnFile("intent_channels"), 0);
}

void TestSqliteStore::whatWasAcknowledgedSurvivesAKill()
{
    openStore();
    QVERIFY(m_driver->write({{share(makeIntent("p")), share(makeIntent("q"))}, {}, 0}));
    StoreWrite write = logWrite(makeIntent("p"), 1);
    write.settled[0].wasPending = true;
    QVERIFY(m_driver->write(write));
    const QString copy = m_folder->filePath(QStringLiteral("copy.sqlite"));
    copyTo(copy);
    closeStore();
    m_path = copy;
    openStore();
    QCOMPARE(m_driver->ids({}), "p");
    QCOMPARE(m_contents.headSeq, 1u);
    QCOMPARE(m_contents.unsettled.size(), 1u);
    QCOMPARE(m_contents.unsettled[0]->id, "q");
}

void TestSqliteStore::aTornTailOfTheLogLosesOnlyWhatItHeld_data()
{
    QTest::addColumn<int>("cutBytes");
    QTest::addColumn<bool>("flip");
    QTest::newRow("last byte missing") << 1 << false;
    QTest::newRow("half a page missing") << 2048 << false;
    QTest::newRow("one bit wrong in the last page") << 100 << true;
}

void TestSqliteStore::aTornTailOfTheLogLosesOnlyWhatItHeld()
{
    QFETCH(int, cutBytes);
    QFETCH(bool, flip);
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    QVERIFY(m_driver->write(logWrite(makeIntent("b"), 2)));
    const QString copy = m_folder->filePath(QStringLiteral("copy.sqlite"));
    copyTo(copy);
    closeStore();
    QFile log(copy + QStringLiteral("-wal"));
    QVERIFY(log.open(QIODevice::ReadWrite));
    if (flip) {
        log.seek(log.size() - cutBytes);
        const char byte = char(log.peek(1)[0] ^ 1);
        log.write(&byte, 1);
    } else {
        log.resize(log.size() - cutBytes);
    }
    log.close();
    m_path = copy;
    openStore();
    QCOMPARE(m_driver->ids({}), "a");
    QCOMPARE(m_contents.headSeq, 1u);
    QCOMPARE(m_contents.keys.size(), 1u);
    QVERIFY(m_driver->write(logWrite(makeIntent("b"), 2)));
}

void TestSqliteStore::readingDoesNotWaitForALongWrite()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    SqlConnection::Config config;
    config.path = m_path;
    auto other = SqlConnection::open(config);
    QVERIFY((*other)->execute(QStringLiteral("BEGIN IMMEDIATE"))); // the writer now waits for this one
    bool written = false;
    m_store->write(logWrite(makeIntent("b"), 2), [&](Result<void> done) {
        QVERIFY(done);
        written = true;
    });
    QCOMPARE(m_driver->ids({}), "a");
    QVERIFY(!written);
    QVERIFY((*other)->execute(QStringLiteral("COMMIT")));
    QTRY_VERIFY(written);
    QCOMPARE(m_driver->ids({}), "a b");
}

void TestSqliteStore::theBacklogIsCountedUntilTheCommit()
{
    openStore();
    Intent intent = makeIntent("a");
    intent.payload = QByteArray(1 << 20, 'x');
    bool written = false;
    m_store->write(logWrite(intent, 1), [&](Result<void>) {
        QCOMPARE(m_store->backlogBytes(), 0);
        written = true;
    });
    QTRY_VERIFY(written);
    SqlConnection::Config config;
    config.path = m_path;
    auto other = SqlConnection::open(config);
    QVERIFY((*other)->execute(QStringLiteral("BEGIN IMMEDIATE")));
    m_store->write(logWrite(intent, 2), [](Result<void>) {});
    QVERIFY(m_store->backlogBytes() > 1 << 20);
    QVERIFY((*other)->execute(QStringLiteral("COMMIT")));
    QTRY_COMPARE(m_store->backlogBytes(), 0);
}

void TestSqliteStore::theFileIsPrivate()
{
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
    for (const char *suffix : {"", "-wal", "-shm"}) {
        const auto mode = QFileInfo(m_path + QLatin1StringView(suffix)).permissions();
        QVERIFY2(!(mode & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)), suffix);
    }
}

void TestSqliteStore::aSecondProcessIsRefusedWithThePid()
{
    openStore();
    TaskQueue owner;
    SqliteIntentStore second(SqliteIntentStore::Config{m_path}, owner, m_rng);
    const auto contents = second.open();
    QVERIFY(!contents);
    QVERIFY2(contents.error().text.contains(m_path), qPrintable(contents.error().text));
    QVERIFY(contents.error().text.contains(QStringLiteral("process %1 ").arg(QCoreApplication::applicationPid())));
    closeStore();
    QVERIFY(second.open());
}

void TestSqliteStore::aBadFileIsRefusedWithItsPath_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("not a database") << QByteArray(8192, 'x') << QStringLiteral("not a database");
    QTest::newRow("database head, then garbage")
        << QByteArray("SQLite format 3\0", 16) + QByteArray(8176, '\xa5') << QString();
}

void TestSqliteStore::aBadFileIsRefusedWithItsPath()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, complaint);
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    const QString error = errorOfOpening();
    QVERIFY2(error.contains(m_path) && error.contains(complaint), qPrintable(error));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes);

    m_path = m_folder->path();
    QVERIFY2(errorOfOpening().contains(m_path), "a folder");
    m_path = file.fileName() + QStringLiteral("/under/a/file.sqlite");
    QVERIFY2(errorOfOpening().contains(m_path), "a file as a folder");
}

void TestSqliteStore::aNewerSchemaIsRefusedUntouched()
{
    openStore();
    closeStore();
    executeOnFile(QStringLiteral("INSERT INTO schema_version VALUES(99)"));
    const QString error = errorOfOpening();
    QVERIFY2(error.contains(QStringLiteral("schema 99")) && error.contains(m_path), qPrintable(error));

    m_path = m_folder->filePath(QStringLiteral("other.sqlite"));
    executeOnFile(QStringLiteral("CREATE TABLE somebody_elses(x)"));
    QVERIFY2(errorOfOpening().contains(QStringLiteral("another program")), qPrintable(errorOfOpening()));
}

void TestSqliteStore::anEmptyFileIsMigrated()
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    openStore();
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 1)));
}

void TestSqliteStore::aReadOnlyFileIsRefused()
{
    openStore();
    closeStore();
    QVERIFY(QFile::setPermissions(m_path, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    const auto everyone = QFile::Permissions(0x7777);
    QVERIFY(QFile::setPermissions(m_folder->path(), everyone));
    // Nothing is read-only for root.
    const bool root = geteuid() == 0;
    if (root)
        QCOMPARE(seteuid(65'534), 0);
    const QString error = errorOfOpening();
    if (root)
        QCOMPARE(seteuid(0), 0);
    QVERIFY2(error.contains(m_path), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("read"), Qt::CaseInsensitive), qPrintable(error));
}

void TestSqliteStore::aLockedDatabaseFailsTheWriteAndNotTheNext()
{
    m_busyTimeoutMs = 50;
    openStore();
    SqlConnection::Config config;
    config.path = m_path;
    auto other = SqlConnection::open(config);
    QVERIFY((*other)->execute(QStringLiteral("BEGIN IMMEDIATE")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("commit failed.*locked")));
    const auto done = m_driver->write(logWrite(makeIntent("a"), 1));
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::Storage);
    QVERIFY(done.error().retryable);
    QVERIFY((*other)->execute(QStringLiteral("ROLLBACK")));
    QVERIFY(m_driver->write(logWrite(makeIntent("a"), 2)));
    QCOMPARE(m_driver->ids({}), "a");
}

// Every acknowledged intent is in exactly one place, and keys, channels and head agree with the rows.
void TestSqliteStore::checkInvariants(const QByteArrayList &acknowledged)
{
    IntentQuery everything;
    everything.source = Source::Both;
    everything.limit = 10'000;
    const auto rows = m_driver->read(everything);
    QVERIFY(rows);
    QByteArrayList ids;
    quint64 newest = 0;
    size_t keyed = 0;
    for (const IntentPtr &row : *rows) {
        QVERIFY2(!ids.contains(row->id), row->id.constData());
        ids.append(row->id);
        if (!row->seq)
            continue;
        newest = row->seq;
        ++keyed;
        QVERIFY((m_contents.keys.at(row->seq - m_contents.firstSeq) == IntentKey{row->seq, ~row->seq}));
    }
    for (const QByteArray &id : acknowledged)
        QVERIFY2(ids.contains(id), id.constData());
    QVERIFY(m_contents.headSeq >= newest);
    const auto holes = std::count(m_contents.keys.begin(), m_contents.keys.end(), IntentKey());
    QCOMPARE(m_contents.keys.size() - size_t(holes), keyed);
    IntentQuery second;
    second.site = "s";
    second.channel = "y";
    second.limit = 10'000;
    QCOMPARE(m_driver->read(second)->size(), keyed);
}

// Each intent is admitted, settled and moved to a newer seq, as far as the disk lets it.
void TestSqliteStore::writeOnFailingDisk(QByteArrayList &acknowledged)
{
    QByteArrayList failed;
    for (int i = 0; i < 4; ++i) {
        const QByteArray id = "it" + QByteArray::number(i);
        const Intent intent = makeIntent(id, "s", {"x", "y"});
        const bool admitted = bool(m_driver->write({{share(intent)}, {}, 0}));
        (admitted ? acknowledged : failed).append(id);
        if (!admitted)
            continue;
        StoreWrite settling = logWrite(intent, ++m_seq);
        settling.settled[0].wasPending = true;
        const quint64 firstSeq = m_seq;
        if (!m_driver->write(settling))
            continue;
        StoreWrite retry = logWrite(intent, ++m_seq);
        retry.settled[0].replacesSeq = firstSeq;
        (void)m_driver->write(retry);
    }
    IntentQuery query;
    query.source = Source::Both;
    const QByteArrayList seen = m_driver->ids(query).split(' ');
    for (const QByteArray &id : std::as_const(failed))
        QVERIFY2(!seen.contains(id), id.constData());
}

void TestSqliteStore::everyFailingDiskCallKeepsTheInvariants()
{
    QLoggingCategory::setFilterRules(QStringLiteral("tidegate.intent.store.warning=false"));
    const auto restored = qScopeGuard([] { QLoggingCategory::setFilterRules({}); });
    int step = 0;
    for (bool untouched = false; !untouched; ++step) {
        m_path = m_folder->filePath(QStringLiteral("sweep%1.sqlite").arg(step));
        m_seq = 0;
        openStore();
        QByteArrayList acknowledged;
        FaultyDisk::failAfter(step);
        writeOnFailingDisk(acknowledged);
        untouched = !FaultyDisk::hasFailed();
        // By turns the disk comes back under the open store, or the store closes on a failing disk.
        if (step % 2) {
            FaultyDisk::heal();
            QVERIFY(m_driver->write(logWrite(makeIntent("later", "s", {"x", "y"}), ++m_seq)));
            acknowledged.append("later");
        }
        closeStore();
        FaultyDisk::heal();
        openStore();
        checkInvariants(acknowledged);
        closeStore();
        QVERIFY(step < 2'000);
        if (QTest::currentTestFailed())
            return;
    }
    QVERIFY(step > 20); // else the disk never failed where it matters
}

QTEST_GUILESS_MAIN(TestSqliteStore)
#include "tst_sqlitestore.moc"
