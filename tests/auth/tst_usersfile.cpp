// SPDX-License-Identifier: MIT
#include "auth/authfixture.h"
#include "auth/usersfile.h"

#include <QRegularExpression>
#include <QTest>

using namespace Tidegate;

namespace {

const QByteArray Hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

QByteArray row(const QByteArray &id, const QByteArray &email, const QByteArray &more = {})
{
    return "{\"id\":\"" + id + "\",\"email\":\"" + email + "\",\"passwordHash\":\"" + Hash + '"' + more + '}';
}

} // namespace

class TestUsersFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".?"))); }
    void aRowBecomesAnAccount();
    void unusableRowsAreSkipped_data();
    void unusableRowsAreSkipped();
    void filesThatAreNoneAreRefused_data();
    void filesThatAreNoneAreRefused();
    void importedAccountsCanLogIn();
    void duplicatesAreSkipped();

private:
    QString write(const QByteArray &text)
    {
        QFile file(m_folder.filePath(QStringLiteral("users.json")));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        return file.fileName();
    }
    void expectSkip() { QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("^import: .*skipped"))); }
    QTemporaryDir m_folder;
};

void TestUsersFile::aRowBecomesAnAccount()
{
    const auto rows = readUsersFile(
        write("{\"users\":[" +
              row("u-1", " Ann@Example.org ",
                  R"(,"name":"Ann","role":"staff","status":"active","createdAt":"2023-11-14T22:13:20.007Z",)"
                  R"("updatedAt":"2023-11-14T22:13:21.000Z","lastLoginAt":null)") +
              ',' + row("u-2", "bob@example.org", R"(,"role":"root","status":"banned","lastLoginAt":"soon")") + "]}"),
        42);
    QVERIFY(rows);
    QCOMPARE(rows->size(), 2U);
    const User &ann = rows->at(0).user;
    QCOMPARE(ann.id, "u-1");
    QCOMPARE(ann.email, QStringLiteral("ann@example.org"));
    QCOMPARE(ann.name, QStringLiteral("Ann"));
    QVERIFY(ann.role == Role::Staff);
    QVERIFY(ann.status == UserStatus::Active);
    QCOMPARE(ann.createdAtMs, 1'700'000'000'007);
    QCOMPARE(ann.updatedAtMs, 1'700'000'001'000);
    QVERIFY(!ann.lastLoginAtMs);
    QCOMPARE(rows->at(0).passwordHash, Hash);
    const User &bob = rows->at(1).user;
    QVERIFY(bob.role == Role::Guest);
    QVERIFY(bob.status == UserStatus::Disabled);
    QCOMPARE(bob.createdAtMs, 42);
    QVERIFY(!bob.lastLoginAtMs);
}

void TestUsersFile::unusableRowsAreSkipped_data()
{
    QTest::addColumn<QByteArray>("rowText");
    QTest::newRow("no object") << QByteArray("7");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("no id") << row("", "ann@example.org");
    QTest::newRow("long id") << row(QByteArray(65, 'x'), "ann@example.org");
    QTest::newRow("no mail") << row("u-1", "ann");
    QTest::newRow("another kind of hash") << row("u-1", "ann@example.org").replace("argon2id", "argon2i");
}

void TestUsersFile::unusableRowsAreSkipped()
{
    QFETCH(QByteArray, rowText);
    expectSkip();
    const auto rows = readUsersFile(write("{\"users\":[" + rowText + ',' + row("u-9", "bob@example.org") + "]}"), 0);
    QVERIFY(rows);
    QCOMPARE(rows->size(), 1U);
    QCOMPARE(rows->front().user.id, "u-9");
}

void TestUsersFile::filesThatAreNoneAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("users");
    QTest::newRow("cut off") << QByteArray("{\"users\":[{\"id\":");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("no users") << QByteArray("{}");
    QTest::newRow("users are no list") << QByteArray(R"({"users":{"u-1":{}}})");
    QTest::newRow("nests too deep") << QByteArray(100'000, '[');
}

void TestUsersFile::filesThatAreNoneAreRefused()
{
    QFETCH(QByteArray, text);
    const auto rows = readUsersFile(write(text), 0);
    QVERIFY(!rows);
    QVERIFY(rows.error().code == ErrorCode::InvalidSyntax);
    QVERIFY(readUsersFile(m_folder.filePath(QStringLiteral("none.json")), 0).error().code == ErrorCode::NotFound);
}

void TestUsersFile::importedAccountsCanLogIn()
{
    AuthFixture f;
    const auto taken = f.accounts.importUsersFile(
        write("{\"users\":[" + row("u-1", "ann@example.org", R"(,"role":"admin","status":"active")") + "]}"));
    QVERIFY(taken);
    QCOMPARE(*taken, 1);
    const auto stored = f.accounts.find(QStringLiteral("ann@example.org"));
    QVERIFY(stored && *stored);
    QVERIFY(isPassword("password", (*stored)->passwordHash));
    const auto login = f.accounts.logIn("u-1");
    QVERIFY(login);
    QVERIFY(f.principalOf(*login).role == Role::Admin);
}

void TestUsersFile::duplicatesAreSkipped()
{
    AuthFixture f;
    expectSkip();
    expectSkip();
    const auto taken =
        f.accounts.importUsersFile(write("{\"users\":[" + row("u-1", "ann@example.org") + ',' +
                                         row("u-2", "ANN@example.org") + ',' + row("u-1", "bob@example.org") + "]}"));
    QVERIFY(taken);
    QCOMPARE(*taken, 1);
}

QTEST_GUILESS_MAIN(TestUsersFile)
#include "tst_usersfile.moc"
