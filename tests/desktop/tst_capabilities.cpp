// SPDX-License-Identifier: MIT
#include "desktop/bridge/capabilities.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Desktop;

namespace {

constexpr auto Notes = R"({"capabilities": [
    {"name": "notes", "windows": ["main", "note-*"],
     "allow": ["command:notes.*", "event:notes.changed", "link:/optimistic/ws"],
     "deny": ["command:notes.wipe"]},
    {"name": "everybody", "windows": ["*"], "allow": ["command:app.info", "command:notes.wipe"]}
]})";

Capabilities parsed(const QByteArray &json)
{
    auto capabilities = Capabilities::parse(json, QStringLiteral("caps.json"));
    return capabilities ? *capabilities : Capabilities();
}

} // namespace

class TestCapabilities : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rulesDecide_data();
    void rulesDecide();
    void refusalNamesWindowRequestRuleAndLine_data();
    void refusalNamesWindowRequestRuleAndLine();
    void withoutAFileNothingIsAllowed();
    void brokenFilesAreRefused_data();
    void brokenFilesAreRefused();
    void starsCannotMakeACheckSlow();
};

void TestCapabilities::rulesDecide_data()
{
    QTest::addColumn<QString>("window");
    QTest::addColumn<RequestKind>("kind");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isAllowed");
    const auto row = [](const char *title, const char *window, RequestKind kind, const char *name, bool isAllowed) {
        QTest::newRow(title) << QString::fromLatin1(window) << kind << QString::fromLatin1(name) << isAllowed;
    };
    row("a star allows what begins so", "main", RequestKind::Command, "notes.add", true);
    row("a star in a window's name counts as well", "note-7", RequestKind::Command, "notes.add", true);
    row("deny beats allow in the same capability", "main", RequestKind::Command, "notes.wipe", false);
    row("deny beats the allow of another capability", "note-1", RequestKind::Command, "notes.wipe", false);
    row("a deny is for its windows alone", "report", RequestKind::Command, "notes.wipe", true);
    row("another window has not these rights", "report", RequestKind::Command, "notes.add", false);
    row("kinds are apart: a command is no event", "main", RequestKind::Event, "notes.add", false);
    row("an event by its whole name", "main", RequestKind::Event, "notes.changed", true);
    row("a longer name is another one", "main", RequestKind::Event, "notes.changed2", false);
    row("a link by its path", "main", RequestKind::Link, "/optimistic/ws", true);
    row("other links are not", "main", RequestKind::Link, "/admin/v1/live", false);
    row("names are compared with case", "Main", RequestKind::Command, "notes.add", false);
}

void TestCapabilities::rulesDecide()
{
    QFETCH(QString, window);
    QFETCH(RequestKind, kind);
    QFETCH(QString, name);
    const Verdict verdict = parsed(Notes).check(window, kind, name);
    QTEST(verdict.isAllowed, "isAllowed");
    QCOMPARE(verdict.text.isEmpty(), verdict.isAllowed);
}

void TestCapabilities::refusalNamesWindowRequestRuleAndLine_data()
{
    QTest::addColumn<QString>("window");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::newRow("a deny names itself and where it stands")
        << "main"
        << "notes.wipe"
        << R"(window "main" may not invoke command "notes.wipe": rule "command:notes.wipe" in "deny" of capability "notes" forbids it; remove that line from caps.json to permit it)";
    QTest::newRow("a missing allow names the line to add")
        << "main"
        << "files.open"
        << R"(window "main" may not invoke command "files.open": no rule allows it; add the line "command:files.open" to "allow" of capability "notes" in caps.json)";
    QTest::newRow("a window in a star is told of that capability")
        << "report"
        << "files.open"
        << R"(window "report" may not invoke command "files.open": no rule allows it; add the line "command:files.open" to "allow" of capability "everybody" in caps.json)";
}

void TestCapabilities::refusalNamesWindowRequestRuleAndLine()
{
    QFETCH(QString, window);
    QFETCH(QString, name);
    QTEST(parsed(Notes).check(window, RequestKind::Command, name).text, "text");
}

void TestCapabilities::withoutAFileNothingIsAllowed()
{
    const Verdict verdict = Capabilities().check(QStringLiteral("main"), RequestKind::Event, QStringLiteral("x"));
    QVERIFY(!verdict.isAllowed);
    QCOMPARE(
        verdict.text,
        QStringLiteral(
            R"(window "main" may not listen to event "x": no capability is for this window; add the line )"
            R"({"name": "main", "windows": ["main"], "allow": ["event:x"]} to "capabilities" in capabilities.json)"));
}

void TestCapabilities::brokenFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("part");
    QTest::newRow("not JSON") << QByteArray("{") << "at byte";
    QTest::newRow("another shape") << QByteArray("[]") << "no list \"capabilities\"";
    QTest::newRow("a misspelt key, which might have been a deny")
        << QByteArray(R"({"capabilities":[{"windows":["a"],"denny":["command:x"]}]})") << "unknown key \"denny\"";
    QTest::newRow("no window") << QByteArray(R"({"capabilities":[{"name":"n","allow":["command:x"]}]})")
                               << "names no window";
    QTest::newRow("a rule of no kind") << QByteArray(R"({"capabilities":[{"windows":["a"],"allow":["notes.add"]}]})")
                                       << "\"notes.add\" in \"allow\" is no rule";
    QTest::newRow("a rule without a name")
        << QByteArray(R"({"capabilities":[{"windows":["a"],"deny":["event:"]}]})") << "is no rule";
    QTest::newRow("a list that is a text") << QByteArray(R"({"capabilities":[{"windows":"a"}]})") << "is not a list";
    QTest::newRow("a number among texts") << QByteArray(R"({"capabilities":[{"windows":[1]}]})") << "not a text";
}

void TestCapabilities::brokenFilesAreRefused()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, part);
    const auto capabilities = Capabilities::parse(json, QStringLiteral("caps.json"));
    QVERIFY(!capabilities);
    QVERIFY2(capabilities.error().text.startsWith(QLatin1StringView("caps.json")),
             qPrintable(capabilities.error().text));
    QVERIFY2(capabilities.error().text.contains(part), qPrintable(capabilities.error().text));
}

void TestCapabilities::starsCannotMakeACheckSlow()
{
    const QByteArray rule = "command:" + QByteArray("*a").repeated(2000) + "b";
    const auto capabilities = parsed(R"({"capabilities":[{"windows":["a"],"allow":[")" + rule + R"("]}]})");
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!capabilities.check(QStringLiteral("a"), RequestKind::Command, QString(20'000, u'a')).isAllowed);
    QVERIFY(timer.elapsed() < 5'000);
}

QTEST_GUILESS_MAIN(TestCapabilities)
#include "tst_capabilities.moc"
