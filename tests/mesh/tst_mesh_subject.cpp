// SPDX-License-Identifier: MIT
#include "mesh/subject.h"

#include <QByteArrayList>
#include <QTest>

using namespace Tidegate::Mesh;

//! MottoMesh spec section 5, and rows 1 and 2 of section 14.
class TestMeshSubject : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void matching_data();
    void matching();
    void grammar_data();
    void grammar();
    void aSubjectHasABoundInBytes();
    void subset_data();
    void subset();
    void overlap_data();
    void overlap();
    void relationsAgreeWithMatchingOnEverySmallSubject();
};

void TestMeshSubject::matching_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<bool>("isMatch");
    const auto row = [](const char *pattern, const char *subject, bool isMatch) {
        QTest::addRow("'%s' %s '%s'", pattern, isMatch ? "matches" : "does not match", subject)
            << QByteArray(pattern) << QByteArray(subject) << isMatch;
    };
    row("a", "a", true);
    row("a", "A", false);
    row("a", "a.b", false);
    row("a.b", "a", false);
    row("a.*", "a.b", true);
    row("a.*", "a", false);
    row("a.*", "a.b.c", false);
    row("a.*", "a.", true);
    row("*.b", "a.b", true);
    row("a.*.c", "a.x.c", true);
    row("*.>", "a", false);
    row("*.k.>", "a.k.b", true);
    row("a.b*", "a.bc", false);
    row("a*", "ab", false);
    row("a.>", "a.*", true);
    row("a.>", "a.b", true);
    row("a.>", "a.b.c.d", true);
    row("a.>", "a", false);
    row("a.>", "a.", true);
    row(">", "a", true);
    row(">", "a.b", true);
    row(">", "", true);
    row("a.>.z", "a.b", true);
    row("a.>.z", "a", false);
    row("*", "", true);
    row("", "", true);
    row("", "a", false);
    row("a.*", "a.>", true);
    row("a.secret", "a.*", false);
}

void TestMeshSubject::matching()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, subject);
    QTEST(matches(pattern, subject), "isMatch");
}

void TestMeshSubject::grammar_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("canBePublished");
    QTest::addColumn<bool>("canBeSubscribed");
    QTest::newRow("one token") << QByteArray("a") << true << true;
    QTest::newRow("tokens") << QByteArray("dock.7.tide") << true << true;
    QTest::newRow("not ASCII") << QByteArray("\xc3\xa9.x") << true << true;
    QTest::newRow("a star inside a token") << QByteArray("a.b*") << true << true;
    QTest::newRow("two stars") << QByteArray("a.**") << true << true;
    QTest::newRow("a star") << QByteArray("a.*") << false << true;
    QTest::newRow("a star in the middle") << QByteArray("a.*.b") << false << true;
    QTest::newRow("a tail") << QByteArray("a.>") << false << true;
    QTest::newRow("everything") << QByteArray(">") << false << true;
    QTest::newRow("a tail that is not last") << QByteArray("a.>.b") << false << false;
    QTest::newRow("empty") << QByteArray("") << false << false;
    QTest::newRow("an empty token inside") << QByteArray("a..b") << false << false;
    QTest::newRow("an empty token first") << QByteArray(".a") << false << false;
    QTest::newRow("an empty token last") << QByteArray("a.") << false << false;
    QTest::newRow("a space") << QByteArray("a b") << false << false;
    QTest::newRow("a tab") << QByteArray("a\tb") << false << false;
    QTest::newRow("a line break") << QByteArray("a\r\nPUB x 0") << false << false;
    QTest::newRow("a NUL") << QByteArray("a\0b", 3) << false << false;
    QTest::newRow("DEL") << QByteArray("a\x7f") << false << false;
}

void TestMeshSubject::grammar()
{
    QFETCH(QByteArray, text);
    QTEST(isSubject(text), "canBePublished");
    QTEST(isPattern(text), "canBeSubscribed");
}

void TestMeshSubject::aSubjectHasABoundInBytes()
{
    QVERIFY(isSubject(QByteArray(MaxSubjectBytes, 'a')));
    QVERIFY(!isSubject(QByteArray(MaxSubjectBytes + 1, 'a')));
    QVERIFY(!isPattern(QByteArray(MaxSubjectBytes + 1, 'a')));
}

void TestMeshSubject::subset_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("whole");
    QTest::addColumn<bool>("isInside");
    const auto row = [](const char *pattern, const char *whole, bool isInside) {
        QTest::addRow("'%s' %s '%s'", pattern, isInside ? "inside" : "not inside", whole)
            << QByteArray(pattern) << QByteArray(whole) << isInside;
    };
    row("a", "a", true);
    row("a.*", "a.*", true);
    row("a.b", "a.*", true);
    row("a.>", "a.*", false); // the hole of the reference: taken as text, ">" is a token that "*" matches
    row("a.*", "a.b", false);
    row("*", "a", false);
    row(">", "*", false);
    row("*", ">", true);
    row(">", ">", true);
    row("a.>", ">", true);
    row("a.>", "a.>", true);
    row("a.*.>", "a.>", true);
    row("a.>", "a.*.>", false);
    row("a.b.c", "a.>", true);
    row("a", "a.>", false);
    row("a.b.>", "a.>.z", true); // a tail ends a permission, whatever follows it
    row("a.b", "a.b.c", false);
    row("a.b.c", "a.b", false);
    row("a", "", false);
}

void TestMeshSubject::subset()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, whole);
    QTEST(isSubset(pattern, whole), "isInside");
}

void TestMeshSubject::overlap_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<bool>("meet");
    QTest::newRow("equal") << QByteArray("a.b") << QByteArray("a.b") << true;
    QTest::newRow("different") << QByteArray("a.b") << QByteArray("a.c") << false;
    QTest::newRow("star and literal") << QByteArray("a.*") << QByteArray("a.secret") << true;
    QTest::newRow("tail and literal") << QByteArray("a.>") << QByteArray("a.secret") << true;
    QTest::newRow("tail and shorter") << QByteArray("a.>") << QByteArray("a") << false;
    QTest::newRow("crossing stars") << QByteArray("*.b") << QByteArray("a.*") << true;
    QTest::newRow("different lengths") << QByteArray("*.b") << QByteArray("*") << false;
}

void TestMeshSubject::overlap()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    QFETCH(bool, meet);
    QCOMPARE(overlaps(a, b), meet);
    QCOMPARE(overlaps(b, a), meet);
}

void TestMeshSubject::relationsAgreeWithMatchingOnEverySmallSubject()
{
    // Three letters and up to four tokens tell any two patterns of two letters and up to three tokens apart.
    const auto texts = [](const QByteArrayList &tokens, int longest) {
        QByteArrayList all = tokens;
        for (qsizetype begin = 0, length = 1; length < longest; ++length) {
            const qsizetype end = all.size();
            for (; begin < end; ++begin) {
                for (const QByteArray &token : tokens)
                    all += all[begin] + '.' + token;
            }
        }
        return all;
    };
    const QByteArrayList subjects = texts({"a", "b", "c"}, 4);
    QByteArrayList patterns = texts({"a", "b", "*", ">"}, 3);
    patterns.removeIf([](const QByteArray &text) { return !isPattern(text); });
    for (const QByteArray &one : patterns) {
        for (const QByteArray &other : patterns) {
            bool isInside = true;
            bool meet = false;
            for (const QByteArray &subject : subjects) {
                const bool inOne = matches(one, subject);
                const bool inOther = matches(other, subject);
                isInside = isInside && (!inOne || inOther);
                meet = meet || (inOne && inOther);
            }
            QVERIFY2(isSubset(one, other) == isInside, qPrintable(QString::fromUtf8(one + " in " + other)));
            QVERIFY2(overlaps(one, other) == meet, qPrintable(QString::fromUtf8(one + " and " + other)));
        }
    }
}

QTEST_GUILESS_MAIN(TestMeshSubject)
#include "tst_mesh_subject.moc"
