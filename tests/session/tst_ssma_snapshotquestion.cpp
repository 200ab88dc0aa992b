// SPDX-License-Identifier: MIT
#include "session/ssma/snapshotquestion.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

Q_DECLARE_METATYPE(Tidegate::Ssma::SnapshotScope)

//! Who may be given whose snapshot.
class TestSsmaSnapshotQuestion : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whoSharesWithWhom_data();
    void whoSharesWithWhom();
    void wideScopesNameNobody_data();
    void wideScopesNameNobody();
    void subjectScopeNamesTheClient();

private:
    static ClientInfo client(const char *subject, Role role, const char *site = "s", const char *ip = "192.0.2.1")
    {
        ClientInfo info;
        info.connectionId = QByteArray("c-") + subject;
        info.site = site;
        info.ip = ip;
        info.userAgent = "browser";
        info.principal.subjectId = subject;
        info.principal.role = role;
        return info;
    }
};

void TestSsmaSnapshotQuestion::whoSharesWithWhom_data()
{
    QTest::addColumn<ClientInfo>("a");
    QTest::addColumn<ClientInfo>("b");
    QTest::addColumn<QByteArray>("scopes"); // those in which they share
    const auto row = [](const char *name, const ClientInfo &a, const ClientInfo &b, const char *scopes) {
        QTest::newRow(name) << a << b << QByteArray(scopes);
    };
    row("one user, two addresses", client("u1", Role::User), client("u1", Role::User, "s", "198.51.100.9"),
        "subject role site");
    row("two users of one role", client("u1", Role::User), client("u2", Role::User), "role site");
    row("one user whose role changed", client("u1", Role::Staff), client("u1", Role::User), "site");
    row("a user before and after logging out", client("u1", Role::User), client("", Role::Guest), "site");
    row("guests of one address", client("", Role::Guest), client("", Role::Guest), "subject role site");
    row("guests of two addresses", client("", Role::Guest), client("", Role::Guest, "s", "198.51.100.9"), "role site");
    row("one user on two sites", client("u1", Role::User, "a"), client("u1", Role::User, "b"), "");
    row("guests of two sites", client("", Role::Guest, "a"), client("", Role::Guest, "b"), "");
}

void TestSsmaSnapshotQuestion::whoSharesWithWhom()
{
    QFETCH(ClientInfo, a);
    QFETCH(ClientInfo, b);
    QFETCH(QByteArray, scopes);
    const std::pair<const char *, SnapshotScope> all[] = {
        {"subject", SnapshotScope::Subject}, {"role", SnapshotScope::Role}, {"site", SnapshotScope::Site}};
    for (const auto &[name, scope] : all) {
        const SubscriptionKey key{"todos", "{}"};
        const SnapshotQuestion one = snapshotQuestion(a, key, scope, Role::Guest);
        QVERIFY2((one.key == snapshotQuestion(b, key, scope, Role::Guest).key) == scopes.contains(name), name);
        QVERIFY(!(one.key == snapshotQuestion(a, {"todos", R"({"page":2})"}, scope, Role::Guest).key));
        QVERIFY(!(one.key == snapshotQuestion(a, {"other", "{}"}, scope, Role::Guest).key));
    }
}

void TestSsmaSnapshotQuestion::wideScopesNameNobody_data()
{
    QTest::addColumn<SnapshotScope>("scope");
    QTest::addColumn<QByteArray>("role");
    QTest::newRow("role: as the role of the asker") << SnapshotScope::Role << QByteArray("admin");
    QTest::newRow("site: as the least who may subscribe") << SnapshotScope::Site << QByteArray("user");
}

void TestSsmaSnapshotQuestion::wideScopesNameNobody()
{
    QFETCH(SnapshotScope, scope);
    QFETCH(QByteArray, role);
    const SnapshotQuestion question = snapshotQuestion(client("u1", Role::Admin), {"todos", "{}"}, scope, Role::User);
    QCOMPARE(question.request.channel, QByteArray("todos"));
    const BackendContext nobody{"s", {}, {}, {}, {}, role};
    QVERIFY(question.request.context == nobody);
}

void TestSsmaSnapshotQuestion::subjectScopeNamesTheClient()
{
    const SnapshotQuestion question =
        snapshotQuestion(client("u1", Role::Admin), {"todos", "{}"}, SnapshotScope::Subject, Role::User);
    const BackendContext whole{"s", "c-u1", "192.0.2.1", "browser", "u1", "admin"};
    QVERIFY(question.request.context == whole);
}

QTEST_GUILESS_MAIN(TestSsmaSnapshotQuestion)
#include "tst_ssma_snapshotquestion.moc"
