// SPDX-License-Identifier: MIT
#include "document/sqlite/store.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

class TestSqliteDocumentStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSecondProcessIsKeptOut();
    void fileOfAnotherProgramIsRefused();

private:
    QTemporaryDir m_folder;
    TaskQueue m_owner;
};

void TestSqliteDocumentStore::aSecondProcessIsKeptOut()
{
    SqliteDocumentStore first(m_folder.filePath(QStringLiteral("d.sqlite")), m_owner);
    QVERIFY(first.open(1));
    SqliteDocumentStore second(m_folder.filePath(QStringLiteral("d.sqlite")), m_owner);
    QVERIFY(!second.open(1));
}

void TestSqliteDocumentStore::fileOfAnotherProgramIsRefused()
{
    const QString path = m_folder.filePath(QStringLiteral("other.sqlite"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(4096, 'x'));
    file.close();
    SqliteDocumentStore store(path, m_owner);
    const auto opened = store.open(1);
    QVERIFY(!opened);
    QVERIFY(opened.error().text.contains(path));
}

QTEST_GUILESS_MAIN(TestSqliteDocumentStore)
#include "tst_sqlitedocumentstore.moc"
