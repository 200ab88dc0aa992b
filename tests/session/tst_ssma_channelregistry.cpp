// SPDX-License-Identifier: MIT
#include "session/ssma/channelregistry.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

class TestSsmaChannelRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultProfileHasTheTwoBuiltIns();
    void channelIsOpenFromItsRoleUp();
    void configuringAgainReplacesTheConfiguredOnes();
    void channelsAddedInCodeStayAndWin();
    void commandsAreFoundByName();
    void rowIsSeenThroughAnyOfItsChannels_data();
    void rowIsSeenThroughAnyOfItsChannels();

private:
    static Principal someone(Role role)
    {
        Principal principal;
        principal.role = role;
        return principal;
    }
};

void TestSsmaChannelRegistry::defaultProfileHasTheTwoBuiltIns()
{
    ChannelRegistry registry;
    registry.configure(Profile().channels);
    QVERIFY(registry.find("global"));
    QVERIFY(registry.find("ops.audit"));
    QVERIFY(!registry.find("ops"));
    QVERIFY(!registry.find(""));
    QVERIFY(registry.find("global")->isOpenTo(someone(Role::Guest)));
    QVERIFY(!registry.find("ops.audit")->isOpenTo(someone(Role::User)));
}

void TestSsmaChannelRegistry::channelIsOpenFromItsRoleUp()
{
    ChannelRegistry registry;
    registry.configure({{"c", {Role::Staff, FilterMode::Ignored}}});
    const ChannelSpec *spec = registry.find("c");
    QVERIFY(spec);
    for (const Role role : {Role::Guest, Role::User})
        QVERIFY(!spec->isOpenTo(someone(role)));
    for (const Role role : {Role::Staff, Role::Admin, Role::System})
        QVERIFY(spec->isOpenTo(someone(role)));
}

void TestSsmaChannelRegistry::configuringAgainReplacesTheConfiguredOnes()
{
    ChannelRegistry registry;
    registry.configure({{"gone", {}}, {"kept", {}}});
    registry.configure({{"kept", {Role::Admin, FilterMode::Ignored}}});
    QVERIFY(!registry.find("gone"));
    QCOMPARE(registry.find("kept")->rule.access, Role::Admin);
}

void TestSsmaChannelRegistry::channelsAddedInCodeStayAndWin()
{
    ChannelRegistry registry;
    ChannelSpec spec;
    spec.rule.access = Role::Admin;
    spec.metadata = R"({"own":true})";
    registry.add("mine", spec);
    registry.configure({{"mine", {}}});
    registry.configure({});
    QVERIFY(registry.find("mine"));
    QCOMPARE(registry.find("mine")->rule.access, Role::Admin);
    QCOMPARE(registry.find("mine")->metadata, R"({"own":true})");
}

void TestSsmaChannelRegistry::commandsAreFoundByName()
{
    ChannelRegistry registry;
    ChannelSpec spec;
    spec.commands["echo"] = [](const CommandCall &call) -> Result<QByteArray> { return call.args; };
    registry.add("mine", spec);
    const auto &commands = registry.find("mine")->commands;
    QVERIFY(commands.contains("echo"));
    const auto answer = commands.at("echo")({"mine", "{}", R"({"x":1})", "default", {}});
    QVERIFY(answer.has_value());
    QCOMPARE(*answer, R"({"x":1})");
}

void TestSsmaChannelRegistry::rowIsSeenThroughAnyOfItsChannels_data()
{
    QTest::addColumn<QByteArrayList>("channels");
    QTest::addColumn<int>("role");
    QTest::newRow("open channel") << QByteArrayList{"open"} << int(Role::Guest);
    QTest::newRow("closed channel") << QByteArrayList{"closed"} << int(Role::Staff);
    QTest::newRow("the lowest of several") << QByteArrayList{"top", "closed"} << int(Role::Staff);
    QTest::newRow("open and closed") << QByteArrayList{"closed", "open"} << int(Role::Guest);
    QTest::newRow("a channel nobody registered hides nothing")
        << QByteArrayList{"closed", "unknown"} << int(Role::Guest);
    QTest::newRow("no channel at all") << QByteArrayList() << int(Role::Guest);
}

void TestSsmaChannelRegistry::rowIsSeenThroughAnyOfItsChannels()
{
    QFETCH(QByteArrayList, channels);
    QFETCH(int, role);
    ChannelRegistry registry;
    registry.configure(
        {{"open", {}}, {"closed", {Role::Staff, FilterMode::Ignored}}, {"top", {Role::System, FilterMode::Ignored}}});
    QCOMPARE(int(registry.roleToSee(channels)), role);
}

QTEST_GUILESS_MAIN(TestSsmaChannelRegistry)
#include "tst_ssma_channelregistry.moc"
