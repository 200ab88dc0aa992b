// SPDX-License-Identifier: MIT
#include "auth/user.h"

#include <QTest>

using namespace Tidegate;

class TestUser : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theJsonIsThatOfSsma();
    void theJsonEscapesWhatPeopleType();
    void mailsAreNormalised_data();
    void mailsAreNormalised();
    void otherTextsAreNoMails_data();
    void otherTextsAreNoMails();
};

void TestUser::theJsonIsThatOfSsma()
{
    User user;
    user.id = "u-1";
    user.email = QStringLiteral("ann@example.org");
    user.name = QStringLiteral("Ann");
    user.role = Role::Staff;
    user.site = "never shown";
    user.createdAtMs = 1'700'000'000'007;
    user.updatedAtMs = 0;
    const QByteArray start = R"({"id":"u-1","email":"ann@example.org","name":"Ann","role":"staff","status":"active",)"
                             R"("createdAt":"2023-11-14T22:13:20.007Z","updatedAt":"1970-01-01T00:00:00.000Z",)";
    QCOMPARE(userJson(user), start + R"("lastLoginAt":null})");
    user.lastLoginAtMs = 1000;
    QCOMPARE(userJson(user), start + R"("lastLoginAt":"1970-01-01T00:00:01.000Z"})");
    user.status = UserStatus::Disabled;
    QVERIFY(userJson(user).contains(R"("status":"disabled")"));
}

void TestUser::theJsonEscapesWhatPeopleType()
{
    User user;
    user.name = QStringLiteral("\"}],\\ \n");
    QVERIFY(userJson(user).contains("\"name\":\"\\\"}],\\\\ \\n\""));
}

void TestUser::mailsAreNormalised_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("email");
    QTest::newRow("plain") << QStringLiteral("ann@example.org") << QStringLiteral("ann@example.org");
    QTest::newRow("padded and capital") << QStringLiteral("  Ann@Example.ORG\n") << QStringLiteral("ann@example.org");
    QTest::newRow("a host of one label") << QStringLiteral("root@localhost") << QStringLiteral("root@localhost");
    QTest::newRow("plus and dots") << QStringLiteral("a.b+c@x.y.z") << QStringLiteral("a.b+c@x.y.z");
    QTest::newRow("as SQL") << QStringLiteral("x';drop/**/table/**/users;--@x.org")
                            << QStringLiteral("x';drop/**/table/**/users;--@x.org");
    QTest::newRow("composed accent") << QStringLiteral("\u00e9@x.org") << QStringLiteral("\u00e9@x.org");
    QTest::newRow("combining accent is the same mail")
        << QStringLiteral("E\u0301@x.org") << QStringLiteral("\u00e9@x.org");
    QTest::newRow("other scripts") << QStringLiteral("\u7528\u6237@\u4f8b\u5b50.\u4e2d\u56fd")
                                   << QStringLiteral("\u7528\u6237@\u4f8b\u5b50.\u4e2d\u56fd");
    QTest::newRow("as long as allowed") << QString(248, QLatin1Char('a')) + QStringLiteral("@b.org")
                                        << QString(248, QLatin1Char('a')) + QStringLiteral("@b.org");
}

void TestUser::mailsAreNormalised()
{
    QFETCH(QString, text);
    QFETCH(QString, email);
    const auto normalised = normalisedEmail(text);
    QVERIFY(normalised.has_value());
    QCOMPARE(*normalised, email);
}

void TestUser::otherTextsAreNoMails_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("white space") << QStringLiteral("   ");
    QTest::newRow("no at") << QStringLiteral("ann.example.org");
    QTest::newRow("nobody") << QStringLiteral("@example.org");
    QTest::newRow("nowhere") << QStringLiteral("ann@");
    QTest::newRow("two ats") << QStringLiteral("ann@b@c.org");
    QTest::newRow("space inside") << QStringLiteral("a nn@example.org");
    QTest::newRow("line break inside") << QStringLiteral("ann@example.org\nBcc: x@y.z");
    QTest::newRow("null inside") << QStringLiteral("ann@exam") + QChar(0) + QStringLiteral("ple.org");
    QTest::newRow("zero-width joiner") << QStringLiteral("an\u200dn@example.org");
    QTest::newRow("right-to-left override") << QStringLiteral("an\u202en@example.org");
    QTest::newRow("empty label") << QStringLiteral("ann@example..org");
    QTest::newRow("label missing in front") << QStringLiteral("ann@.org");
    QTest::newRow("label missing behind") << QStringLiteral("ann@example.");
    QTest::newRow("lone surrogate") << QStringLiteral("a") + QChar(0xd800) + QStringLiteral("@x.org");
    QTest::newRow("invisible tag") << QStringLiteral("an\U000e0041n@example.org");
    QTest::newRow("one byte too long") << QString(249, QLatin1Char('a')) + QStringLiteral("@b.org");
    QTest::newRow("too long in bytes") << QString(130, QChar(0xe9)) + QStringLiteral("@b.org");
    QTest::newRow("huge") << QString(1'000'000, QLatin1Char('a')) + QStringLiteral("@b.org");
}

void TestUser::otherTextsAreNoMails()
{
    QFETCH(QString, text);
    QVERIFY(!normalisedEmail(text));
}

QTEST_GUILESS_MAIN(TestUser)
#include "tst_user.moc"
