// SPDX-License-Identifier: MIT
#include "auth/authfixture.h"
#include "auth/authservice.h"

#include <QCryptographicHash>
#include <QSignalSpy>
#include <QTest>

#include <thread>

using namespace Tidegate;

namespace {

const QString Ann = QStringLiteral("ann@example.org");

struct ServiceFixture
{
    ServiceFixture()
        : service(cheapConfig(folder), clock, rng)
    {
    }
    AuthResult<Login> join(const QString &email, const QByteArray &password = "password")
    {
        return service.registerUser({QStringLiteral("Somebody"), email, password}).result();
    }

    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    AuthService service;
};

template <typename T>
int faultOf(const AuthResult<T> &result)
{
    return result ? -1 : int(result.error().fault);
}

} // namespace

class TestAuthService : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRegisteredUserIsLoggedIn();
    void registrationsAreChecked_data();
    void registrationsAreChecked();
    void aMailCanRegisterOnce();
    void oneOfManyRegistrationsAtOnceWins();
    void loginNeedsTheRightPassword_data();
    void loginNeedsTheRightPassword();
    void disabledAccountsLookLikeWrongPasswords();
    void meIsTheUserOrNotFound();
    void endingASessionIsSignalled();
    void refreshingIsSignalled();
    void apiKeysWorkThroughTheService();
    void hugeArgumentsAreRefused();
    void aNonceVerifiesOneClaimOnce();
    void aForgedClaimDoesNotUseUpTheNonce();
    void hostileNonceIntentsAreRefused_data();
    void hostileNonceIntentsAreRefused();
    void usersAreImportedIntoAnEmptyStoreOnly();
    void accountsAndRevocationsOutliveARestart();
    void everyRequestIsAnsweredThroughAClose();
    void requestsWithoutAnOpenStoreAreAnswered();
    void tooManyPasswordsAtOnceAreRefusedAsUnavailable();
    void aServiceWithoutASecretDoesNotOpen();
};

void TestAuthService::aRegisteredUserIsLoggedIn()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto login = f.join(QStringLiteral(" Ann@Example.org"));
    QVERIFY(login);
    QCOMPARE(login->user.email, Ann);
    QVERIFY(login->user.role == Role::User);
    QVERIFY(!login->user.lastLoginAtMs);
    QCOMPARE(login->user.createdAtMs, f.clock.nowMs());
    QVERIFY(!login->refreshToken.isEmpty());
    const Principal principal = f.service.authenticator().fromCookies("ssma_session=" + login->accessToken);
    QCOMPARE(principal.subjectId, login->user.id);
    QCOMPARE(principal.sessionId, login->sessionId);
}

void TestAuthService::registrationsAreChecked_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("email");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("fault");
    const QByteArray good = "password";
    const QString none;
    QTest::newRow("eight characters") << none << Ann << good << -1;
    QTest::newRow("eight characters beyond ASCII")
        << none << Ann << QStringLiteral("\u00e9").repeated(8).toUtf8() << -1;
    QTest::newRow("as long as allowed") << none << Ann << QByteArray(1024, 'x') << -1;
    QTest::newRow("mail as SQL") << none << QStringLiteral("x');drop/**/table/**/users;--@x.org") << good << -1;
    QTest::newRow("mail in another script")
        << none << QStringLiteral("\u7528\u6237@\u4f8b\u5b50.\u4e2d\u56fd") << good << -1;
    QTest::newRow("seven characters") << none << Ann << QByteArray("passwor") << int(AuthFault::InvalidPassword);
    QTest::newRow("four characters of eight bytes")
        << none << Ann << QStringLiteral("\u00e9").repeated(4).toUtf8() << int(AuthFault::InvalidPassword);
    QTest::newRow("no password") << none << Ann << QByteArray() << int(AuthFault::InvalidPassword);
    QTest::newRow("a byte too long") << none << Ann << QByteArray(1025, 'x') << int(AuthFault::InvalidPassword);
    QTest::newRow("huge password") << none << Ann << QByteArray(10'000'000, 'x') << int(AuthFault::InvalidPassword);
    QTest::newRow("no mail") << none << none << good << int(AuthFault::MissingCredentials);
    QTest::newRow("mail that is none") << none << QStringLiteral("ann") << good << int(AuthFault::InvalidEmail);
    QTest::newRow("huge name") << QString(1'000'000, QLatin1Char('n')) << Ann << good << int(AuthFault::InvalidName);
}

void TestAuthService::registrationsAreChecked()
{
    QFETCH(QString, name);
    QFETCH(QString, email);
    QFETCH(QByteArray, password);
    QFETCH(int, fault);
    ServiceFixture f;
    QVERIFY(f.service.open());
    QCOMPARE(faultOf(f.service.registerUser({name, email, password}).result()), fault);
    if (fault == -1)
        QVERIFY(f.service.login(email, password).result());
    else
        QVERIFY(f.service.listUsers().result().value_or({}).empty());
}

void TestAuthService::aMailCanRegisterOnce()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    QVERIFY(f.join(Ann));
    const auto again = f.join(QStringLiteral("ANN@example.org"));
    QCOMPARE(faultOf(again), int(AuthFault::EmailTaken));
    QCOMPARE(again.error().text, QStringLiteral("Email already registered"));
}

void TestAuthService::oneOfManyRegistrationsAtOnceWins()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    std::vector<AuthFuture<Login>> futures;
    for (int i = 0; i < 20; ++i)
        futures.push_back(f.service.registerUser({{}, Ann, "password"}));
    int won = 0;
    for (const auto &future : futures) {
        const auto login = future.result();
        won += login.has_value();
        QVERIFY(login || login.error().fault == AuthFault::EmailTaken);
    }
    QCOMPARE(won, 1);
    QCOMPARE(f.service.listUsers().result().value_or({}).size(), 1U);
}

void TestAuthService::loginNeedsTheRightPassword_data()
{
    QTest::addColumn<QString>("email");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("fault");
    QTest::newRow("right") << Ann << QByteArray("password") << -1;
    QTest::newRow("mail spelled loosely") << QStringLiteral(" ANN@example.org ") << QByteArray("password") << -1;
    QTest::newRow("wrong password") << Ann << QByteArray("passwore") << int(AuthFault::InvalidCredentials);
    QTest::newRow("password with a null byte")
        << Ann << QByteArray("password\0", 9) << int(AuthFault::InvalidCredentials);
    QTest::newRow("unknown mail") << QStringLiteral("bob@example.org") << QByteArray("password")
                                  << int(AuthFault::InvalidCredentials);
    QTest::newRow("SQL for a mail") << QStringLiteral("' OR '1'='1") << QByteArray("password")
                                    << int(AuthFault::InvalidCredentials);
    QTest::newRow("huge mail") << QString(1'000'000, QLatin1Char('a')) << QByteArray("password")
                               << int(AuthFault::InvalidCredentials);
    QTest::newRow("huge password") << Ann << QByteArray(1'000'000, 'a') << int(AuthFault::InvalidCredentials);
    QTest::newRow("no mail") << QString() << QByteArray("password") << int(AuthFault::MissingCredentials);
    QTest::newRow("no password") << Ann << QByteArray() << int(AuthFault::MissingCredentials);
}

void TestAuthService::loginNeedsTheRightPassword()
{
    QFETCH(QString, email);
    QFETCH(QByteArray, password);
    QFETCH(int, fault);
    ServiceFixture f;
    QVERIFY(f.service.open());
    QVERIFY(f.join(Ann));
    f.clock.advance(5000);
    const auto login = f.service.login(email, password).result();
    QCOMPARE(faultOf(login), fault);
    if (login)
        QCOMPARE(login->user.lastLoginAtMs.value_or(0), f.clock.nowMs());
    else if (fault == int(AuthFault::InvalidCredentials))
        QCOMPARE(login.error().text, QStringLiteral("Invalid credentials"));
}

void TestAuthService::disabledAccountsLookLikeWrongPasswords()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto login = f.join(Ann);
    QVERIFY(login);
    QVERIFY(f.service.setStatus(Ann, UserStatus::Disabled).result());
    QVERIFY(f.service.login(Ann, "password").result().error() ==
            f.service.login(Ann, "wrong password").result().error());
    QVERIFY(f.service.authenticator().fromToken(login->accessToken).isGuest());
    QVERIFY(f.service.setStatus(Ann, UserStatus::Active).result());
    QVERIFY(f.service.login(Ann, "password").result());
}

void TestAuthService::meIsTheUserOrNotFound()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto login = f.join(Ann);
    QVERIFY(login);
    const auto me = f.service.me(login->user.id).result();
    QVERIFY(me);
    QVERIFY(*me == login->user);
    QCOMPARE(faultOf(f.service.me("nobody").result()), int(AuthFault::UserNotFound));
}

void TestAuthService::endingASessionIsSignalled()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    QSignalSpy revoked(&f.service, &AuthService::sessionRevoked);
    const auto login = f.join(Ann);
    QVERIFY(login);
    QVERIFY(f.service.logout(login->sessionId).result());
    QVERIFY(f.service.authenticator().fromToken(login->accessToken) == Principal());
    QTRY_COMPARE(revoked.count(), 1);
    QCOMPARE(revoked.at(0).at(0).toByteArray(), login->sessionId);
}

void TestAuthService::refreshingIsSignalled()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    QSignalSpy extended(&f.service, &AuthService::sessionExtended);
    const auto login = f.join(Ann);
    QVERIFY(login);
    f.clock.advance(60'000);
    const auto refreshed = f.service.refresh(login->refreshToken).result();
    QVERIFY(refreshed);
    QTRY_COMPARE(extended.count(), 1);
    QCOMPARE(extended.at(0).at(0).toByteArray(), login->sessionId);
    QCOMPARE(extended.at(0).at(1).toLongLong(), login->expiresAtMs + 60'000);
}

void TestAuthService::apiKeysWorkThroughTheService()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto login = f.join(Ann);
    QVERIFY(login);
    const Principal ann = f.service.authenticator().fromToken(login->accessToken);
    const auto issued = f.service.issueApiKey(ann, Ann).result();
    QVERIFY(issued);
    const auto byKey = f.service.loginWithApiKey(issued->apiKey).result();
    QVERIFY(byKey);
    QVERIFY(f.service.authenticator().fromBearer("Bearer " + byKey->accessToken).hasSession());
    QCOMPARE(f.service.listApiKeys(ann, {}).result().value_or({}).size(), 1U);
    QVERIFY(f.service.revokeApiKey(ann, issued->info.id).result());
    QCOMPARE(faultOf(f.service.loginWithApiKey(issued->apiKey).result()), int(AuthFault::InvalidCredentials));
}

void TestAuthService::hugeArgumentsAreRefused()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto login = f.join(Ann);
    QVERIFY(login);
    const Principal ann = f.service.authenticator().fromToken(login->accessToken);
    const QByteArray huge(1'000'000, 'a');
    const QString hugeText(1'000'000, QLatin1Char('a'));
    QCOMPARE(faultOf(f.service.refresh("tr_" + huge).result()), int(AuthFault::InvalidToken));
    QCOMPARE(faultOf(f.service.loginWithApiKey("tg_" + huge).result()), int(AuthFault::InvalidCredentials));
    QCOMPARE(faultOf(f.service.issueApiKey(ann, hugeText).result()), int(AuthFault::InvalidEmail));
    QCOMPARE(faultOf(f.service.listApiKeys(ann, hugeText).result()), int(AuthFault::InvalidEmail));
    QCOMPARE(faultOf(f.service.revokeApiKey(ann, huge).result()), int(AuthFault::NotFound));
}

void TestAuthService::aNonceVerifiesOneClaimOnce()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto nonce = f.service.issueNonce("logs.batch").result();
    QVERIFY(nonce);
    const QByteArray payload = "[1,2]";
    IntegrityClaim claim{"logs.batch",
                         QCryptographicHash::hash(payload, QCryptographicHash::Sha256).toHex(),
                         nonce->nonce,
                         f.clock.nowMs(),
                         {}};
    claim.signature = integritySignature(claim, integrityKey(cheapConfig(f.folder)));
    QVERIFY(f.service.verifyIntegrity(claim, payload).result());
    QCOMPARE(faultOf(f.service.verifyIntegrity(claim, payload).result()), int(AuthFault::InvalidIntegrity));
}

void TestAuthService::aForgedClaimDoesNotUseUpTheNonce()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    const auto nonce = f.service.issueNonce("logs.batch").result();
    QVERIFY(nonce);
    IntegrityClaim claim{"logs.batch", QCryptographicHash::hash("x", QCryptographicHash::Sha256).toHex(), nonce->nonce,
                         f.clock.nowMs(), QByteArray(64, '0')};
    QCOMPARE(faultOf(f.service.verifyIntegrity(claim, "x").result()), int(AuthFault::InvalidIntegrity));
    claim.signature = integritySignature(claim, integrityKey(cheapConfig(f.folder)));
    QVERIFY(f.service.verifyIntegrity(claim, "x").result());
}

void TestAuthService::hostileNonceIntentsAreRefused_data()
{
    QTest::addColumn<QByteArray>("intent");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("two lines") << QByteArray("a\nb");
    QTest::newRow("a byte too long") << QByteArray(129, 'a');
}

void TestAuthService::hostileNonceIntentsAreRefused()
{
    QFETCH(QByteArray, intent);
    ServiceFixture f;
    QVERIFY(f.service.open());
    QCOMPARE(faultOf(f.service.issueNonce(intent).result()), int(AuthFault::InvalidIntegrity));
}

void TestAuthService::usersAreImportedIntoAnEmptyStoreOnly()
{
    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    AuthConfig config = cheapConfig(folder);
    config.userImportPath = folder.filePath(QStringLiteral("users.json"));
    {
        AuthService withoutFile(config, clock, rng);
        QVERIFY(withoutFile.open());
        QVERIFY(withoutFile.listUsers().result().value_or({}).empty());
    }
    QFile file(config.userImportPath);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"users\":[{\"id\":\"u-1\",\"email\":\"ann@example.org\",\"status\":\"active\",\"passwordHash\":\"" +
               hashPassword("from before", {64, 1}).value_or("") + "\"}]}");
    file.close();
    for (int start = 0; start < 2; ++start) {
        AuthService service(config, clock, rng);
        QVERIFY(service.open());
        QVERIFY(service.login(Ann, "from before").result());
        QCOMPARE(service.listUsers().result().value_or({}).size(), 1U);
    }
}

void TestAuthService::accountsAndRevocationsOutliveARestart()
{
    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    Login ended;
    Login kept;
    {
        AuthService service(cheapConfig(folder), clock, rng);
        QVERIFY(service.open());
        ended = service.registerUser({{}, Ann, "password"}).result().value_or({});
        kept = service.login(Ann, "password").result().value_or({});
        QVERIFY(service.logout(ended.sessionId).result());
    }
    AuthService service(cheapConfig(folder), clock, rng);
    QVERIFY(service.open());
    QVERIFY(service.authenticator().fromToken(ended.accessToken) == Principal());
    QVERIFY(service.authenticator().fromToken(kept.accessToken).hasSession());
    QVERIFY(service.refresh(kept.refreshToken).result());
    QCOMPARE(faultOf(service.refresh(ended.refreshToken).result()), int(AuthFault::InvalidToken));
}

void TestAuthService::everyRequestIsAnsweredThroughAClose()
{
    ServiceFixture f;
    QVERIFY(f.service.open());
    std::vector<AuthFuture<Login>> logins;
    std::thread other([&f, &logins] {
        for (int i = 0; i < 200; ++i)
            logins.push_back(f.service.login(Ann, "password"));
    });
    f.service.close();
    other.join();
    for (const auto &login : logins) {
        const int fault = faultOf(login.result());
        QVERIFY(fault == int(AuthFault::Unavailable) || fault == int(AuthFault::InvalidCredentials));
    }
    QCOMPARE(faultOf(f.service.me("u").result()), int(AuthFault::Unavailable));
}

void TestAuthService::requestsWithoutAnOpenStoreAreAnswered()
{
    AuthFuture<User> early;
    {
        ServiceFixture f;
        early = f.service.me("u");
    }
    QCOMPARE(faultOf(early.result()), int(AuthFault::Unavailable));
}

void TestAuthService::tooManyPasswordsAtOnceAreRefusedAsUnavailable()
{
    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    AuthConfig config = cheapConfig(folder);
    config.argonMemoryKiB = 4096;
    config.argonPasses = 2;
    AuthService service(config, clock, rng);
    QVERIFY(service.open());
    std::vector<AuthFuture<Login>> logins;
    for (int i = 0; i < 4 * AuthService::MaxPasswordJobs; ++i)
        logins.push_back(service.login(Ann, "password"));
    int refused = 0;
    for (const auto &login : logins)
        refused += faultOf(login.result()) == int(AuthFault::Unavailable);
    QVERIFY(refused > 0);
    QVERIFY(refused <= 3 * AuthService::MaxPasswordJobs);
    QCOMPARE(faultOf(service.login(Ann, "password").result()), int(AuthFault::InvalidCredentials));
}

void TestAuthService::aServiceWithoutASecretDoesNotOpen()
{
    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    AuthConfig config = cheapConfig(folder);
    config.secret.clear();
    QVERIFY(!AuthService(config, clock, rng).open());
    config.secret = TestSecret;
    config.argonPasses = 0;
    QVERIFY(!AuthService(config, clock, rng).open());
}

QTEST_GUILESS_MAIN(TestAuthService)
#include "tst_authservice.moc"
