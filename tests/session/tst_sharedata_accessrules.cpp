// SPDX-License-Identifier: MIT
#include "session/sharedata/accessrules.h"

#include <QTest>

using namespace Tidegate::ShareData;

class TestShareDataAccessRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstRuleThatFitsDecides_data();
    void firstRuleThatFitsDecides();
    void badRulesAreRefused_data();
    void badRulesAreRefused();
    void claimsAreReadAsTexts();
};

void TestShareDataAccessRules::firstRuleThatFitsDecides_data()
{
    QTest::addColumn<QByteArrayList>("rules");
    QTest::addColumn<bool>("isAllowed"); // ann, an editor of teams x and y, wants reset on notes/1
    const auto row = [](const char *name, const QByteArrayList &rules, bool isAllowed) {
        QTest::newRow(name) << rules << isAllowed;
    };
    row("no rules", {}, true);
    row("allow", {"allow"}, true);
    row("deny", {"deny"}, false);
    row("none fits", {"allow subject=bob"}, false);
    row("first one wins", {"deny function=reset", "allow"}, false);
    row("rules for others are passed over", {"deny subject=bob", "deny document=x", "allow"}, true);
    row("pattern", {"allow document=notes/*"}, true);
    row("every condition must hold", {"allow document=notes/* function=append"}, false);
    row("claim", {"allow claim.role=editor"}, true);
    row("claim of several values", {"allow claim.team=y"}, true);
    row("claim that is not there", {"deny claim.other=*", "allow"}, true);
    row("claim that is no text", {"allow claim.level=3"}, true);
    row("percents", {"allow document=notes%2F1"}, true);
}

void TestShareDataAccessRules::firstRuleThatFitsDecides()
{
    QFETCH(QByteArrayList, rules);
    const auto parsed = AccessRules::parse(rules);
    QVERIFY(parsed);
    const auto ann = identityFromClaims(R"({"sub":"ann","role":"editor","team":["x","y"],"level":3})");
    QVERIFY(ann);
    QTEST(parsed->allows(*ann, "notes/1", "reset"), "isAllowed");
}

void TestShareDataAccessRules::badRulesAreRefused_data()
{
    QTest::addColumn<QByteArray>("rule");
    for (const char *rule : {"", "permit", "allow subject", "allow =x", "allow colour=red", "allow claim.=x"})
        QTest::newRow(rule[0] ? rule : "empty") << QByteArray(rule);
}

void TestShareDataAccessRules::badRulesAreRefused()
{
    QFETCH(QByteArray, rule);
    QVERIFY(!AccessRules::isRule(rule));
}

void TestShareDataAccessRules::claimsAreReadAsTexts()
{
    QVERIFY(!identityFromClaims("[]"));
    QVERIFY(!identityFromClaims("{"));
    const auto identity = identityFromClaims("{\n\"sub\":\"\\u00e9\",\"admin\":true}", {});
    QVERIFY(identity);
    QCOMPARE(identity->subject(), "\xC3\xA9");
    QCOMPARE(identity->claims.value("admin"), QByteArrayList{"true"});
    QVERIFY(!identity->proposer.claims.contains('\n'));
    QCOMPARE(identityFromClaims(R"({"sub":"a"})", "b")->subject(), "b");
}

QTEST_GUILESS_MAIN(TestShareDataAccessRules)
#include "tst_sharedata_accessrules.moc"
