// SPDX-License-Identifier: MIT
#include "auth/accesspolicy.h"

#include <QTest>

using namespace Tidegate;

class TestAccessPolicy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roleNamesAreReadBackExactly();
    void otherRoleNamesAreNothing_data();
    void otherRoleNamesAreNothing();
    void defaultsAreTheTableOfSsma_data();
    void defaultsAreTheTableOfSsma();
    void aConfiguredTableReplacesTheDefaults();
    void visibilityFollowsRank();
};

void TestAccessPolicy::roleNamesAreReadBackExactly()
{
    for (Role role : {Role::Guest, Role::User, Role::Staff, Role::Admin, Role::System})
        QVERIFY(roleFromName(roleName(role)) == role);
    QCOMPARE(roleName(Role::Guest), "guest");
    QCOMPARE(roleName(Role::System), "system");
}

void TestAccessPolicy::otherRoleNamesAreNothing_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("upper case") << QByteArray("Admin");
    QTest::newRow("padded") << QByteArray("admin ");
    QTest::newRow("with a null byte") << QByteArray("admin\0", 6);
    QTest::newRow("unknown") << QByteArray("root");
}

void TestAccessPolicy::otherRoleNamesAreNothing()
{
    QFETCH(QByteArray, name);
    QVERIFY(!roleFromName(name));
}

void TestAccessPolicy::defaultsAreTheTableOfSsma_data()
{
    QTest::addColumn<QByteArray>("island");
    QTest::addColumn<int>("role");
    QTest::newRow("inventory") << QByteArray("product-inventory") << int(Role::Guest);
    QTest::newRow("reviews") << QByteArray("product-reviews") << int(Role::User);
    QTest::newRow("comments") << QByteArray("blog-comments") << int(Role::User);
    QTest::newRow("hydration") << QByteArray("hydration-test") << int(Role::Guest);
    QTest::newRow("operators") << QByteArray("ops.dashboard") << int(Role::Staff);
    QTest::newRow("unlisted") << QByteArray("weather") << int(Role::Guest);
    QTest::newRow("empty name") << QByteArray() << int(Role::Guest);
}

void TestAccessPolicy::defaultsAreTheTableOfSsma()
{
    QFETCH(QByteArray, island);
    QFETCH(int, role);
    QCOMPARE(int(IslandPolicy().roleFor(island)), role);
}

void TestAccessPolicy::aConfiguredTableReplacesTheDefaults()
{
    const IslandPolicy policy({{"vault", Role::Admin}});
    QVERIFY(policy.roleFor("vault") == Role::Admin);
    QVERIFY(policy.roleFor("ops.dashboard") == Role::Guest);
}

void TestAccessPolicy::visibilityFollowsRank()
{
    const IslandPolicy policy;
    Principal principal;
    QVERIFY(!policy.isVisibleTo(principal, "ops.dashboard"));
    principal.role = Role::User;
    QVERIFY(!policy.isVisibleTo(principal, "ops.dashboard"));
    principal.role = Role::Staff;
    QVERIFY(policy.isVisibleTo(principal, "ops.dashboard"));
    principal.role = Role::System;
    QVERIFY(policy.isVisibleTo(principal, "ops.dashboard"));
}

QTEST_GUILESS_MAIN(TestAccessPolicy)
#include "tst_accesspolicy.moc"
