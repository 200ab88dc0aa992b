// SPDX-License-Identifier: MIT
#include "qml/models/linediff.h"

#include <QTest>

using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

//! "same:a|a changed:b|c" for an eye to check.
QString told(const QString &left, const QString &right)
{
    QStringList rows;
    for (const QVariant &line : LineDiff::lines(left, right)) {
        const QVariantMap row = line.toMap();
        rows.append(row[u"kind"_s].toString() + u':' + row[u"left"_s].toString() + u'|' + row[u"right"_s].toString());
    }
    return rows.join(u' ');
}

} // namespace

class TestLineDiff : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void linesStandBesideWhatBecameOfThem_data();
    void linesStandBesideWhatBecameOfThem();
    void hugeTextsAreCutAndSaySo();
};

void TestLineDiff::linesStandBesideWhatBecameOfThem_data()
{
    QTest::addColumn<QString>("left");
    QTest::addColumn<QString>("right");
    QTest::addColumn<QString>("rows");
    QTest::newRow("nothing") << QString() << QString() << QString();
    QTest::newRow("equal") << u"a\nb"_s << u"a\nb"_s << u"same:a|a same:b|b"_s;
    QTest::newRow("one changed") << u"a\nb\nc"_s << u"a\nx\nc"_s << u"same:a|a changed:b|x same:c|c"_s;
    QTest::newRow("one came") << u"a\nc"_s << u"a\nb\nc"_s << u"same:a|a right:|b same:c|c"_s;
    QTest::newRow("one went") << u"a\nb\nc"_s << u"a\nc"_s << u"same:a|a left:b| same:c|c"_s;
    QTest::newRow("all new") << QString() << u"a"_s << u"right:|a"_s;
}

void TestLineDiff::linesStandBesideWhatBecameOfThem()
{
    QFETCH(QString, left);
    QFETCH(QString, right);
    QFETCH(QString, rows);
    QCOMPARE(told(left, right), rows);
}

void TestLineDiff::hugeTextsAreCutAndSaySo()
{
    const QString huge = u"x\n"_s.repeated(5000);
    const QVariantList lines = LineDiff::lines(huge, {});
    QCOMPARE(lines.size(), LineDiff::MaxLines + 1);
    QVERIFY(lines.last().toMap()[u"left"_s].toString().contains(u"more lines"_s));
}

QTEST_GUILESS_MAIN(TestLineDiff)
#include "tst_linediff.moc"
