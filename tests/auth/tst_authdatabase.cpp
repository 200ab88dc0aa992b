// SPDX-License-Identifier: MIT
#include "auth/authdatabase.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

class TestAuthDatabase : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void onlyTheOwnerMayReadTheFiles();
    void aFileThatWasOpenToAllIsClosed();
    void thePragmasAreSet();
    void reopeningKeepsTheRows();
    void aTransactionNotCommittedIsUndone();
    void aNewerSchemaIsRefused();
    void whatIsNoDatabaseIsRefused();
    void anImpossiblePathIsRefused();

private:
    QString path() const { return m_folder->filePath(QStringLiteral("data/auth.sqlite")); }
    void expectWarning() { QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("^database:"))); }
    int userCount(AuthDatabase &database)
    {
        auto row = database.run(QStringLiteral("SELECT count(*) FROM users"));
        return row && row->next() ? row->value(0).toInt() : -1;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

const QString InsertUser = QStringLiteral("INSERT INTO users VALUES ('u','m@x','n','user','active','','h',0,0,NULL)");
constexpr auto OwnerOnly =
    QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;

} // namespace

void TestAuthDatabase::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".?")));
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestAuthDatabase::onlyTheOwnerMayReadTheFiles()
{
    AuthDatabase database;
    QVERIFY(database.open(path()));
    QVERIFY(database.change(InsertUser));
    for (const char *suffix : {"", "-wal", "-shm"})
        QCOMPARE(QFileInfo(path() + QLatin1String(suffix)).permissions(), OwnerOnly);
}

void TestAuthDatabase::aFileThatWasOpenToAllIsClosed()
{
    AuthDatabase().open(path()).has_value();
    QFile(path()).setPermissions(QFileDevice::Permissions(0x7777));
    AuthDatabase database;
    QVERIFY(database.open(path()));
    QCOMPARE(QFileInfo(path()).permissions(), OwnerOnly);
}

void TestAuthDatabase::thePragmasAreSet()
{
    AuthDatabase database;
    QVERIFY(database.open(path()));
    const auto value = [&database](const char *name) {
        auto row = database.run(QStringLiteral("PRAGMA %1").arg(QLatin1String(name)));
        return row && row->next() ? row->value(0).toString() : QString();
    };
    QCOMPARE(value("journal_mode"), QStringLiteral("wal"));
    QCOMPARE(value("foreign_keys"), QStringLiteral("1"));
    QCOMPARE(value("synchronous"), QStringLiteral("2"));
}

void TestAuthDatabase::reopeningKeepsTheRows()
{
    AuthDatabase database;
    QVERIFY(database.open(path()));
    QVERIFY(database.change(InsertUser));
    database.close();
    QVERIFY(database.open(path()));
    QCOMPARE(userCount(database), 1);
}

void TestAuthDatabase::aTransactionNotCommittedIsUndone()
{
    AuthDatabase database;
    QVERIFY(database.open(path()));
    {
        AuthTransaction transaction(database);
        QVERIFY(database.change(InsertUser));
    }
    QCOMPARE(userCount(database), 0);
    AuthTransaction transaction(database);
    QVERIFY(database.change(InsertUser));
    QVERIFY(transaction.commit());
    QCOMPARE(userCount(database), 1);
}

void TestAuthDatabase::aNewerSchemaIsRefused()
{
    AuthDatabase database;
    QVERIFY(database.open(path()));
    QVERIFY(database.change(QStringLiteral("UPDATE schema_version SET version=2")));
    database.close();
    expectWarning();
    const auto opened = database.open(path());
    QVERIFY(!opened);
    QVERIFY(opened.error().code == ErrorCode::Storage);
}

void TestAuthDatabase::whatIsNoDatabaseIsRefused()
{
    QFile file(m_folder->filePath(QStringLiteral("auth.sqlite")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    expectWarning();
    QVERIFY(!AuthDatabase().open(file.fileName()));
}

void TestAuthDatabase::anImpossiblePathIsRefused()
{
    expectWarning();
    QVERIFY(!AuthDatabase().open(QString()));
    expectWarning();
    QVERIFY(!AuthDatabase().open(QStringLiteral("/proc/nowhere/auth.sqlite")));
    expectWarning();
    QVERIFY(!AuthDatabase().open(m_folder->path()));
}

QTEST_GUILESS_MAIN(TestAuthDatabase)
#include "tst_authdatabase.moc"
