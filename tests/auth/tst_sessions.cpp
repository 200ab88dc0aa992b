// SPDX-License-Identifier: MIT
#include "auth/authfixture.h"

#include <QRegularExpression>
#include <QTest>

using namespace Tidegate;
using namespace std::chrono_literals;

namespace {

const QString Ann = QStringLiteral("ann@example.org");
constexpr qint64 DayMs = 86'400'000;

void expectReuseWarning()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("^refresh token used twice")));
}

} // namespace

class TestSessions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".?"))); }
    void aLoginIsASessionWithATokenThatNamesIt();
    void refreshingGivesNewTokensForTheSameSession();
    void reuseOfARefreshTokenEndsTheSession();
    void refreshTokensExpire();
    void aRefreshTokenSlidesTheSessionOn();
    void hostileRefreshTokensAreInvalid_data();
    void hostileRefreshTokensAreInvalid();
    void theTokenOfAnEndedSessionIsAGuest();
    void revocationsOutliveARestart();
    void aLogoutEndsOnlyItsSession();
    void theOldestSessionGivesWay();
    void changedAccountsLoseTheirSessions();
    void disabledAccountsCannotRefresh();
    void endedSessionsAreRemovedFromTheStore();
    void onlyHashesOfRefreshTokensAreStored();
};

void TestSessions::aLoginIsASessionWithATokenThatNamesIt()
{
    AuthFixture f;
    QVERIFY(f.isOpen);
    const Login login = f.join(Ann);
    const Principal principal = f.principalOf(login);
    QCOMPARE(principal.subjectId, login.user.id);
    QCOMPARE(principal.sessionId, login.sessionId);
    QVERIFY(principal.role == Role::User);
    QCOMPARE(principal.expiresAtMs, login.expiresAtMs);
    QCOMPARE(login.expiresAtMs, f.clock.nowMs() + 900'000);
}

void TestSessions::refreshingGivesNewTokensForTheSameSession()
{
    AuthFixture f;
    const Login first = f.join(Ann);
    f.clock.advance(1'000'000);
    QVERIFY(f.principalOf(first).isGuest());
    const auto second = f.sessions.refresh(first.refreshToken);
    QVERIFY(second);
    QCOMPARE(second->sessionId, first.sessionId);
    QVERIFY(second->refreshToken != first.refreshToken);
    QCOMPARE(f.principalOf(*second).sessionId, first.sessionId);
    QCOMPARE(f.extendedIds, QByteArrayList{first.sessionId});
    QVERIFY(f.sessions.refresh(second->refreshToken));
}

void TestSessions::reuseOfARefreshTokenEndsTheSession()
{
    AuthFixture f;
    const Login first = f.join(Ann);
    const auto second = f.sessions.refresh(first.refreshToken);
    QVERIFY(second);
    expectReuseWarning();
    const auto stolen = f.sessions.refresh(first.refreshToken);
    QVERIFY(!stolen);
    QVERIFY(stolen.error().fault == AuthFault::InvalidToken);
    QVERIFY(!f.sessions.refresh(second->refreshToken));
    QVERIFY(f.principalOf(*second).isGuest());
    QCOMPARE(f.revokedIds, QByteArrayList{first.sessionId});
}

void TestSessions::refreshTokensExpire()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    f.clock.advance(30 * DayMs);
    QVERIFY(!f.sessions.refresh(login.refreshToken));
}

void TestSessions::aRefreshTokenSlidesTheSessionOn()
{
    AuthFixture f;
    Login login = f.join(Ann);
    for (int i = 0; i < 4; ++i) {
        f.clock.advance(20 * DayMs);
        const auto next = f.sessions.refresh(login.refreshToken);
        QVERIFY(next);
        login = *next;
    }
}

void TestSessions::hostileRefreshTokensAreInvalid_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only the prefix") << QByteArray("tr_");
    QTest::newRow("unknown") << "tr_" + QByteArray(43, 'A');
    QTest::newRow("SQL") << QByteArray("tr_' OR '1'='1");
    QTest::newRow("null bytes") << "tr_" + QByteArray(43, '\0');
    QTest::newRow("huge") << "tr_" + QByteArray(1'000'000, 'A');
}

void TestSessions::hostileRefreshTokensAreInvalid()
{
    QFETCH(QByteArray, token);
    AuthFixture f;
    const Login login = f.join(Ann);
    const auto refreshed = f.sessions.refresh(token);
    QVERIFY(!refreshed);
    QVERIFY(refreshed.error().fault == AuthFault::InvalidToken);
    QVERIFY(f.principalOf(login).hasSession());
    QVERIFY(!f.sessions.refresh(login.accessToken));
}

void TestSessions::theTokenOfAnEndedSessionIsAGuest()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    QVERIFY(f.accounts.logOut(login.sessionId));
    QVERIFY(f.principalOf(login) == Principal());
    QVERIFY(!f.sessions.refresh(login.refreshToken));
    QVERIFY(f.accounts.logOut(login.sessionId));
    QVERIFY(f.accounts.logOut("unknown"));
    QVERIFY(f.accounts.logOut(""));
    QCOMPARE(f.revokedIds, QByteArrayList{login.sessionId});
}

void TestSessions::revocationsOutliveARestart()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    const Login other = f.join(QStringLiteral("bob@example.org"));
    QVERIFY(f.accounts.logOut(login.sessionId));

    RevokedSessions revokedAfterwards;
    Sessions sessionsAfterwards(f.database, f.config, revokedAfterwards, f.clock, f.rng, {});
    QVERIFY(sessionsAfterwards.load());
    QVERIFY(revokedAfterwards.contains(login.sessionId, login.expiresAtMs));
    QVERIFY(!revokedAfterwards.contains(other.sessionId, other.expiresAtMs));
}

void TestSessions::aLogoutEndsOnlyItsSession()
{
    AuthFixture f;
    const Login first = f.join(Ann);
    const auto second = f.accounts.logIn(first.user.id);
    QVERIFY(second);
    QVERIFY(f.accounts.logOut(first.sessionId));
    QVERIFY(f.principalOf(*second).hasSession());
}

void TestSessions::theOldestSessionGivesWay()
{
    AuthFixture f;
    const Login first = f.join(Ann);
    for (size_t i = 1; i < Sessions::MaxPerUser; ++i)
        QVERIFY(f.accounts.logIn(first.user.id));
    QVERIFY(f.principalOf(first).hasSession());
    QVERIFY(f.accounts.logIn(first.user.id));
    QVERIFY(f.principalOf(first).isGuest());
    QCOMPARE(f.revokedIds, QByteArrayList{first.sessionId});
}

void TestSessions::changedAccountsLoseTheirSessions()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    QVERIFY(f.accounts.change(Ann, [](User &) {}));
    QVERIFY2(f.principalOf(login).hasSession(), "nothing was changed");
    const auto changed = f.accounts.change(QStringLiteral(" ANN@example.org"), [](User &user) {
        user.role = Role::Staff;
        user.site = "north";
    });
    QVERIFY(changed);
    QVERIFY(changed->role == Role::Staff);
    QVERIFY(f.principalOf(login).isGuest());
    const auto again = f.accounts.logIn(login.user.id);
    QVERIFY(again);
    QVERIFY(f.principalOf(*again).role == Role::Staff);
    QCOMPARE(f.principalOf(*again).site, "north");
    QVERIFY(f.accounts.change(QStringLiteral("nobody@x.org"), [](User &) {}).error().fault == AuthFault::UserNotFound);
}

void TestSessions::disabledAccountsCannotRefresh()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    QVERIFY(f.accounts.change(Ann, [](User &user) { user.status = UserStatus::Disabled; }));
    QVERIFY(!f.sessions.refresh(login.refreshToken));
    QVERIFY(f.accounts.logIn(login.user.id).error().fault == AuthFault::InvalidCredentials);
}

void TestSessions::endedSessionsAreRemovedFromTheStore()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    f.clock.advance(31 * DayMs);
    QVERIFY(f.accounts.logIn(login.user.id));
    for (const char *table : {"sessions", "refresh_tokens"}) {
        auto row = f.database.run(QStringLiteral("SELECT count(*) FROM %1").arg(QLatin1String(table)));
        QVERIFY(row && row->next());
        QCOMPARE(row->value(0).toInt(), 1);
    }
}

void TestSessions::onlyHashesOfRefreshTokensAreStored()
{
    AuthFixture f;
    const Login login = f.join(Ann);
    f.database.close();
    for (const char *suffix : {"", "-wal"}) {
        QFile file(f.config.dbPath + QLatin1String(suffix));
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArray stored = file.readAll();
            QVERIFY(!stored.contains(login.refreshToken));
            QVERIFY(!stored.contains(login.refreshToken.mid(3)));
            QVERIFY(!stored.contains(login.accessToken));
        }
    }
}

QTEST_GUILESS_MAIN(TestSessions)
#include "tst_sessions.moc"
