// SPDX-License-Identifier: MIT
#include "auth/authfixture.h"

#include <QTest>

using namespace Tidegate;

namespace {

const QString Ann = QStringLiteral("ann@example.org");
const QString Bob = QStringLiteral("bob@example.org");

Principal withRole(Principal principal, Role role)
{
    principal.role = role;
    return principal;
}

} // namespace

class TestApiKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aKeyLogsItsOwnerIn();
    void whoMayIssueForWhom_data();
    void whoMayIssueForWhom();
    void keysAreListedWithoutTheirSecret();
    void aRevokedKeyEndsItsSessions();
    void strangersCannotRevokeAKey();
    void keysPerUserAreBounded();
    void aDisabledOwnerCannotLogIn();
    void hostileKeysAreInvalidCredentials_data();
    void hostileKeysAreInvalidCredentials();
};

void TestApiKeys::aKeyLogsItsOwnerIn()
{
    AuthFixture f;
    const Login ann = f.join(Ann);
    const auto issued = f.apiKeys.issue(f.principalOf(ann), Ann);
    QVERIFY(issued);
    QVERIFY(issued->apiKey.startsWith("tg_"));
    const auto login = f.apiKeys.logIn(issued->apiKey);
    QVERIFY(login);
    QCOMPARE(f.principalOf(*login).subjectId, ann.user.id);
    QVERIFY(login->sessionId != ann.sessionId);
    QVERIFY(login->refreshToken.isEmpty());
}

void TestApiKeys::whoMayIssueForWhom_data()
{
    QTest::addColumn<int>("callerRole");
    QTest::addColumn<QString>("email");
    QTest::addColumn<int>("fault");
    QTest::newRow("a user for themselves") << int(Role::User) << Ann << -1;
    QTest::newRow("a user for themselves, mail spelled loosely")
        << int(Role::User) << QStringLiteral(" ANN@example.org ") << -1;
    QTest::newRow("a user without naming anyone") << int(Role::User) << QString() << -1;
    QTest::newRow("an admin for another") << int(Role::Admin) << Bob << -1;
    QTest::newRow("a guest with a session") << int(Role::Guest) << Ann << int(AuthFault::Unauthenticated);
    QTest::newRow("a user for another") << int(Role::User) << Bob << int(AuthFault::Forbidden);
    QTest::newRow("staff for another") << int(Role::Staff) << Bob << int(AuthFault::Forbidden);
    QTest::newRow("a user for nobody known") << int(Role::User) << QStringLiteral("x@y.z") << int(AuthFault::Forbidden);
    QTest::newRow("an admin for nobody known")
        << int(Role::Admin) << QStringLiteral("x@y.z") << int(AuthFault::UserNotFound);
    QTest::newRow("an admin for a system account")
        << int(Role::Admin) << QStringLiteral("root@example.org") << int(AuthFault::Forbidden);
    QTest::newRow("SQL as mail") << int(Role::Admin) << QStringLiteral("x' OR '1'='1") << int(AuthFault::UserNotFound);
}

void TestApiKeys::whoMayIssueForWhom()
{
    QFETCH(int, callerRole);
    QFETCH(QString, email);
    QFETCH(int, fault);
    AuthFixture f;
    const Login ann = f.join(Ann);
    f.join(Bob);
    f.join(QStringLiteral("root@example.org"));
    QVERIFY(f.accounts.change(QStringLiteral("root@example.org"), [](User &user) { user.role = Role::System; }));
    const auto issued = f.apiKeys.issue(withRole(f.principalOf(ann), Role(callerRole)), email);
    QCOMPARE(issued ? -1 : int(issued.error().fault), fault);
}

void TestApiKeys::keysAreListedWithoutTheirSecret()
{
    AuthFixture f;
    const Login ann = f.join(Ann);
    const Principal caller = f.principalOf(ann);
    const auto issued = f.apiKeys.issue(caller, Ann);
    QVERIFY(issued);
    QVERIFY(f.apiKeys.issue(caller, Ann));
    f.clock.advance(1000);
    QVERIFY(f.apiKeys.logIn(issued->apiKey));
    const auto listed = f.apiKeys.list(caller, Ann);
    QVERIFY(listed);
    QCOMPARE(listed->size(), 2U);
    QCOMPARE(listed->front().id, issued->info.id);
    QVERIFY(issued->apiKey.startsWith(listed->front().hint));
    QVERIFY(listed->front().hint.size() < 12);
    QCOMPARE(listed->front().lastUsedAtMs.value_or(0), f.clock.nowMs());
    QVERIFY(!listed->back().lastUsedAtMs);
    QVERIFY(f.apiKeys.list({}, Ann).error().fault == AuthFault::Unauthenticated);
}

void TestApiKeys::aRevokedKeyEndsItsSessions()
{
    AuthFixture f;
    const Login ann = f.join(Ann);
    const auto issued = f.apiKeys.issue(f.principalOf(ann), Ann);
    QVERIFY(issued);
    const auto login = f.apiKeys.logIn(issued->apiKey);
    QVERIFY(login);
    QVERIFY(f.apiKeys.revoke(f.principalOf(ann), issued->info.id));
    QVERIFY(f.principalOf(*login).isGuest());
    QVERIFY(f.principalOf(ann).hasSession());
    QVERIFY(!f.apiKeys.logIn(issued->apiKey));
    QVERIFY(f.apiKeys.revoke(f.principalOf(ann), issued->info.id).error().fault == AuthFault::NotFound);
}

void TestApiKeys::strangersCannotRevokeAKey()
{
    AuthFixture f;
    const Login ann = f.join(Ann);
    const Login bob = f.join(Bob);
    const auto issued = f.apiKeys.issue(f.principalOf(ann), Ann);
    QVERIFY(issued);
    QVERIFY(f.apiKeys.revoke(f.principalOf(bob), issued->info.id).error().fault == AuthFault::NotFound);
    QVERIFY(f.apiKeys.revoke({}, issued->info.id).error().fault == AuthFault::Unauthenticated);
    QVERIFY(f.apiKeys.logIn(issued->apiKey));
    QVERIFY(f.apiKeys.revoke(withRole(f.principalOf(bob), Role::Admin), issued->info.id));
}

void TestApiKeys::keysPerUserAreBounded()
{
    AuthFixture f;
    const Principal caller = f.principalOf(f.join(Ann));
    for (size_t i = 0; i < ApiKeys::MaxPerUser; ++i)
        QVERIFY(f.apiKeys.issue(caller, {}));
    QVERIFY(f.apiKeys.issue(caller, {}).error().fault == AuthFault::TooMany);
}

void TestApiKeys::aDisabledOwnerCannotLogIn()
{
    AuthFixture f;
    const auto issued = f.apiKeys.issue(f.principalOf(f.join(Ann)), {});
    QVERIFY(issued);
    QVERIFY(f.accounts.change(Ann, [](User &user) { user.status = UserStatus::Disabled; }));
    QVERIFY(f.apiKeys.logIn(issued->apiKey).error().fault == AuthFault::InvalidCredentials);
}

void TestApiKeys::hostileKeysAreInvalidCredentials_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only the prefix") << QByteArray("tg_");
    QTest::newRow("unknown") << "tg_" + QByteArray(43, 'A');
    QTest::newRow("SQL") << QByteArray("tg_' OR '1'='1");
    QTest::newRow("huge") << "tg_" + QByteArray(1'000'000, 'A');
}

void TestApiKeys::hostileKeysAreInvalidCredentials()
{
    QFETCH(QByteArray, key);
    AuthFixture f;
    QVERIFY(f.apiKeys.issue(f.principalOf(f.join(Ann)), {}));
    QVERIFY(f.apiKeys.logIn(key).error().fault == AuthFault::InvalidCredentials);
}

QTEST_GUILESS_MAIN(TestApiKeys)
#include "tst_apikeys.moc"
