// SPDX-License-Identifier: MIT
#include "auth/cookies.h"

#include <QTest>

using namespace Tidegate;

class TestCookies : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theCookieIsWrittenAsSsmaDoes();
    void secureIsAppendedWhenConfigured();
    void theClearedCookieEndsAtOnce();
};

void TestCookies::theCookieIsWrittenAsSsmaDoes()
{
    QCOMPARE(sessionCookie({}, "a.b.c"), "ssma_session=a.b.c; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
}

void TestCookies::secureIsAppendedWhenConfigured()
{
    QCOMPARE(sessionCookie({"sid", true}, "a.b.c"), "sid=a.b.c; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax; Secure");
}

void TestCookies::theClearedCookieEndsAtOnce()
{
    QCOMPARE(clearedSessionCookie({}), "ssma_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
}

QTEST_GUILESS_MAIN(TestCookies)
#include "tst_cookies.moc"
