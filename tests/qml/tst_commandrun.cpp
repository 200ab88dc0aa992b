// SPDX-License-Identifier: MIT
#include "qml/consolefixture.h"
#include "qml/session/commandrun.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;
using Phase = CommandRun::Phase;

namespace {

struct Run : ConsoleFixture
{
    explicit Run(const Admin::ScriptedAdminPort::Script &script = {})
        : ConsoleFixture(script)
    {
        run.setProperty("session", QVariant::fromValue(&session));
    }

    CommandRun run;
};

} // namespace

class TestCommandRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDryRunSaysWhatWouldHappenAndDoesNothing();
    void keysThatAreGoneAreNamed();
    void argumentsTakeTheirType();
    void aResultIsHandedOut();
    void aRoleMayNotDoWhatIsAboveIt();
    void anErrorIsToldInWords();
    void anAnswerAfterTheEndIsNotShown();
};

void TestCommandRun::aDryRunSaysWhatWouldHappenAndDoesNothing()
{
    Run run;
    QVERIFY(run.run.begin(u"links"_s, u"kick"_s, {u"lk-000001"_s, u"lk-000002"_s}));
    QVERIFY(run.run.command()[u"isDestructive"_s].toBool());
    run.run.ask({});
    QCOMPARE(run.run.phase(), Phase::Asking);
    QTRY_COMPARE(run.run.phase(), Phase::Asked);
    QCOMPARE(run.run.affected(), 2);
    QVERIFY(run.port.commandCalls().last().isDryRun);
    run.run.run({{u"reason"_s, u"maintenance"_s}});
    QTRY_COMPARE(run.run.phase(), Phase::Done);
    QVERIFY(!run.port.commandCalls().last().isDryRun);
    QCOMPARE(run.port.commandCalls().last().args[u"reason"_s].toString(), u"maintenance"_s);
}

void TestCommandRun::keysThatAreGoneAreNamed()
{
    Run run;
    QVERIFY(run.run.begin(u"links"_s, u"kick"_s, {u"lk-000001"_s, u"nobody"_s}));
    run.run.ask({});
    QTRY_COMPARE(run.run.phase(), Phase::Asked);
    QCOMPARE(run.run.errors().keys(), QStringList{u"nobody"_s});
}

void TestCommandRun::argumentsTakeTheirType()
{
    Run run;
    QVERIFY(run.run.begin(u"links"_s, u"throttle"_s, {u"lk-000001"_s}));
    run.run.ask({{u"max"_s, u"25"_s}});
    QTRY_COMPARE(run.run.phase(), Phase::Asked);
    QCOMPARE(run.port.commandCalls().last().args[u"max"_s], QJsonValue(25));
    run.run.ask({{u"max"_s, u"many"_s}});
    QTRY_COMPARE(run.run.phase(), Phase::Failed);
    QVERIFY(run.run.text().contains(u"max"_s));
}

void TestCommandRun::aResultIsHandedOut()
{
    Run run;
    QVERIFY(run.run.begin(u"users"_s, u"issue-key"_s, {u"u-0001"_s}));
    run.run.run({});
    QTRY_COMPARE(run.run.phase(), Phase::Done);
    QVERIFY(run.run.result().contains(u"apiKey"_s));
    run.run.end();
    QVERIFY(run.run.result().isEmpty());
}

void TestCommandRun::aRoleMayNotDoWhatIsAboveIt()
{
    Admin::ScriptedAdminPort::Script script;
    script.role = Admin::OperatorRole::View;
    Run run(script);
    QVERIFY(!run.run.begin(u"links"_s, u"kick"_s, {u"lk-000001"_s}));
    QVERIFY(run.session.resource(u"links"_s)[u"commands"_s].toList().isEmpty());
}

void TestCommandRun::anErrorIsToldInWords()
{
    Run run;
    QVERIFY(run.run.begin(u"links"_s, u"kick"_s, {u"lk-000001"_s}));
    run.port.failNext({ErrorCode::Unavailable, u"lost on the way"_s, false});
    run.run.run({});
    QTRY_COMPARE(run.run.phase(), Phase::Failed);
    QCOMPARE(run.run.text(), u"lost on the way"_s);
}

void TestCommandRun::anAnswerAfterTheEndIsNotShown()
{
    Run run;
    QVERIFY(run.run.begin(u"links"_s, u"kick"_s, {u"lk-000001"_s}));
    run.port.holdAnswers();
    run.run.ask({});
    run.run.end();
    run.port.releaseAnswers();
    QCoreApplication::processEvents();
    QCOMPARE(run.run.phase(), Phase::Idle);
}

QTEST_GUILESS_MAIN(TestCommandRun)
#include "tst_commandrun.moc"
