// SPDX-License-Identifier: MIT
#include "document/documentrules.h"

#include <QTest>

using namespace Tidegate;

class TestDocumentRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void starStandsForAnyCharacters_data();
    void starStandsForAnyCharacters();
    void hostilePatternIsNoLongWork();
    void exactIdGoesBeforeTheLongestPattern();
};

void TestDocumentRules::starStandsForAnyCharacters_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *pattern, const char *text, bool matches) {
        QTest::addRow("%s on %s", pattern, text) << QByteArray(pattern) << QByteArray(text) << matches;
    };
    row("a", "a", true);
    row("a", "ab", false);
    row("*", "", true);
    row("*", "anything/at all", true);
    row("notes/*", "notes/1", true);
    row("notes/*", "notes", false);
    row("*/x", "a/b/x", true);
    row("a*b*c", "aXbYbZc", true);
    row("a*b*c", "aXcYb", false);
    row("", "", true);
    row("", "a", false);
}

void TestDocumentRules::starStandsForAnyCharacters()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, text);
    QTEST(matchesPattern(pattern, text), "matches");
}

void TestDocumentRules::hostilePatternIsNoLongWork()
{
    QByteArray pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "*a";
    QVERIFY(!matchesPattern(pattern + 'b', QByteArray(20'000, 'a')));
}

void TestDocumentRules::exactIdGoesBeforeTheLongestPattern()
{
    DocumentRules rules;
    rules["*"].functions = {"any"};
    rules["notes/*"].functions = {"notes"};
    rules["notes/1"].functions = {"first"};
    QCOMPARE(ruleFor(rules, "notes/1").functions, QByteArrayList{"first"});
    QCOMPARE(ruleFor(rules, "notes/2").functions, QByteArrayList{"notes"});
    QCOMPARE(ruleFor(rules, "other").functions, QByteArrayList{"any"});
    QVERIFY(ruleFor({}, "other").functions.isEmpty());
}

QTEST_GUILESS_MAIN(TestDocumentRules)
#include "tst_documentrules.moc"
