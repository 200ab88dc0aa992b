// SPDX-License-Identifier: MIT
#include "qml/models/palettemodel.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

class TestPaletteModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lettersAreFoundInOrderWhateverTheirCase_data();
    void lettersAreFoundInOrderWhateverTheirCase();
    void beginningsOfWordsComeFirst();
    void hiddenWordsAreFoundToo();
    void withoutAQueryAllAreShownInTheirOrder();
};

void TestPaletteModel::lettersAreFoundInOrderWhateverTheirCase_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<bool>("isFound");
    QTest::newRow("a beginning") << u"dead"_s << true;
    QTest::newRow("initials") << u"DL"_s << true;
    QTest::newRow("scattered letters") << u"dtr"_s << true;
    QTest::newRow("two words") << u"dead le"_s << true;
    QTest::newRow("a wrong order") << u"ld"_s << false;
    QTest::newRow("a letter it does not have") << u"dx"_s << false;
}

void TestPaletteModel::lettersAreFoundInOrderWhateverTheirCase()
{
    QFETCH(QString, query);
    QFETCH(bool, isFound);
    QCOMPARE(fuzzyScore(query, u"Dead letters"_s) > 0, isFound);
}

void TestPaletteModel::beginningsOfWordsComeFirst()
{
    QVERIFY(fuzzyScore(u"con"_s, u"Connections"_s) > fuzzyScore(u"con"_s, u"second one"_s));
    QVERIFY(fuzzyScore(u"dl"_s, u"Dead letters"_s) > fuzzyScore(u"dl"_s, u"middle"_s));
}

void TestPaletteModel::hiddenWordsAreFoundToo()
{
    PaletteModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setEntries({QVariantMap{{u"title"_s, u"Audit"_s}, {u"words"_s, u"operators"_s}, {u"action"_s, 1}},
                      QVariantMap{{u"title"_s, u"Open"_s}, {u"action"_s, 2}}});
    model.setQuery(u"oper"_s);
    QCOMPARE(model.count(), 1);
    QCOMPARE(model.actionAt(0).toInt(), 1);
    model.setQuery(u"zzz"_s);
    QCOMPARE(model.count(), 0);
    QVERIFY(!model.actionAt(0).isValid());
}

void TestPaletteModel::withoutAQueryAllAreShownInTheirOrder()
{
    PaletteModel model;
    model.setEntries({QVariantMap{{u"title"_s, u"b"_s}}, QVariantMap{{u"title"_s, u"a"_s}}});
    QCOMPARE(model.index(0).data(PaletteModel::TitleRole).toString(), u"b"_s);
    QCOMPARE(model.count(), 2);
}

QTEST_GUILESS_MAIN(TestPaletteModel)
#include "tst_palettemodel.moc"
