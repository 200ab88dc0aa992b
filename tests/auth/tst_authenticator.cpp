// SPDX-License-Identifier: MIT
#include "auth/authenticator.h"
#include "auth/revokedsessions.h"

#include <QTest>

using namespace Tidegate;
using namespace std::chrono_literals;

namespace {

const QByteArray Secret = "a secret of at least thirty-two bytes";

QByteArray tokenFor(const QByteArray &subject, const FakeClock &clock)
{
    Principal principal;
    principal.subjectId = subject;
    principal.role = Role::User;
    principal.sessionId = "session-of-" + subject;
    return TokenSigner(Secret).issue(principal, 15min, clock.nowMs());
}

} // namespace

class TestAuthenticator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theSessionCookieNamesThePrincipal();
    void otherCookieHeadersAreGuests_data();
    void otherCookieHeadersAreGuests();
    void onlyTheBearerSchemeCounts_data();
    void onlyTheBearerSchemeCounts();
    void anAuthorizationHeaderOverrulesTheCookie();
    void expiredTokensAreGuests();
    void revokedSessionsAreGuests();

private:
    Authenticator authenticator() const { return {TokenSigner(Secret), "ssma_session", m_revoked, m_clock}; }
    FakeClock m_clock;
    RevokedSessions m_revoked;
};

void TestAuthenticator::theSessionCookieNamesThePrincipal()
{
    const QByteArray token = tokenFor("ann", m_clock);
    QCOMPARE(authenticator().fromCookies("theme=dark; ssma_session=" + token + "; x=1").subjectId, "ann");
    QByteArray encoded = token;
    encoded.replace('.', "%2E");
    QCOMPARE(authenticator().fromCookies("ssma_session=" + encoded).subjectId, "ann");
}

void TestAuthenticator::otherCookieHeadersAreGuests_data()
{
    QTest::addColumn<QByteArray>("header");
    const QByteArray token = tokenFor("ann", m_clock);
    QTest::newRow("none") << QByteArray();
    QTest::newRow("another name") << "session=" + token;
    QTest::newRow("our name as a suffix") << "x_ssma_session=" + token;
    QTest::newRow("our name as a prefix") << "ssma_session_x=" + token;
    QTest::newRow("no value") << QByteArray("ssma_session=");
    QTest::newRow("no equals sign") << QByteArray("ssma_session");
    QTest::newRow("rubbish") << QByteArray(";;;==;=;\0;", 10);
    QTest::newRow("huge") << "ssma_session=" + QByteArray(1'000'000, 'a');
}

void TestAuthenticator::otherCookieHeadersAreGuests()
{
    QFETCH(QByteArray, header);
    QVERIFY(authenticator().fromCookies(header) == Principal());
}

void TestAuthenticator::onlyTheBearerSchemeCounts_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("subject");
    const QByteArray token = tokenFor("ann", m_clock);
    QTest::newRow("bearer") << "Bearer " + token << QByteArray("ann");
    QTest::newRow("bearer in lower case with spaces") << " bearer   " + token + ' ' << QByteArray("ann");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("no scheme") << token << QByteArray();
    QTest::newRow("basic") << "Basic " + token << QByteArray();
    QTest::newRow("no space") << "Bearer" + token << QByteArray();
    QTest::newRow("no token") << QByteArray("Bearer ") << QByteArray();
    QTest::newRow("two tokens") << "Bearer " + token + ' ' + token << QByteArray();
}

void TestAuthenticator::onlyTheBearerSchemeCounts()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, subject);
    QCOMPARE(authenticator().fromBearer(header).subjectId, subject);
}

void TestAuthenticator::anAuthorizationHeaderOverrulesTheCookie()
{
    const QByteArray cookie = "ssma_session=" + tokenFor("ann", m_clock);
    QCOMPARE(authenticator().fromRequest(cookie, {}).subjectId, "ann");
    QCOMPARE(authenticator().fromRequest(cookie, "Bearer " + tokenFor("bob", m_clock)).subjectId, "bob");
    QVERIFY(authenticator().fromRequest(cookie, "Bearer wrong").isGuest());
}

void TestAuthenticator::expiredTokensAreGuests()
{
    const QByteArray token = tokenFor("ann", m_clock);
    m_clock.advance(899'999);
    QVERIFY(authenticator().fromToken(token).hasSession());
    m_clock.advance(1);
    QVERIFY(authenticator().fromToken(token) == Principal());
}

void TestAuthenticator::revokedSessionsAreGuests()
{
    const QByteArray ann = tokenFor("ann", m_clock);
    const QByteArray bob = tokenFor("bob", m_clock);
    m_revoked.add("session-of-ann", m_clock.nowMs() + 900'000, m_clock.nowMs());
    QVERIFY(authenticator().fromToken(ann) == Principal());
    QVERIFY(authenticator().fromToken(bob).hasSession());
}

QTEST_GUILESS_MAIN(TestAuthenticator)
#include "tst_authenticator.moc"
