// SPDX-License-Identifier: MIT
#include "session/mesh/subjectcounts.h"

#include <QTest>

using namespace Tidegate::Mesh;

class TestMeshSubjectCounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFirstTokenIsTheRow()
    {
        SubjectCounts counts;
        counts.add("dock.7.tide", published(10));
        counts.add("dock.8", published(5));
        counts.add("dock", published(1));
        counts.add("dockyard", published(2));
        const SubjectCounts::Table table = tableOf(counts);
        QCOMPARE(table.size(), 2);
        QCOMPARE(table["dock"].published, 3);
        QCOMPARE(table["dock"].publishedBytes, 16);
        QCOMPARE(table["dockyard"].publishedBytes, 2);
    }

    void manyPrefixesShareARowBeyondTheBound()
    {
        SubjectCounts counts;
        for (int i = 0; i < 10'000; ++i)
            counts.add("p" + QByteArray::number(i) + ".x", published(1));
        counts.add(QByteArray(1000, 'x'), published(1));
        const SubjectCounts::Table table = tableOf(counts);
        QCOMPARE(table.size(), SubjectCounts::MaxPrefixes + 1);
        QCOMPARE(table["*"].published, 10'001 - SubjectCounts::MaxPrefixes);
    }

    void refusalsMakeNoRow()
    {
        SubjectCounts counts;
        SubjectCounts::Counts refused;
        refused.refused = 1;
        counts.add("nonsense", refused);
        counts.add("dock.7", published(1));
        counts.add("dock.8", refused);
        const SubjectCounts::Table table = tableOf(counts);
        QCOMPARE(table.size(), 2);
        QCOMPARE(table["*"].refused, 1);
        QCOMPARE(table["dock"].refused, 1);
    }

    void shardsAddUp()
    {
        SubjectCounts counts[2];
        SubjectCounts::Table sum;
        for (SubjectCounts &each : counts) {
            each.add("dock.7", published(3));
            each.addTo(sum);
        }
        QCOMPARE(sum["dock"].published, 2);
        QCOMPARE(sum["dock"].publishedBytes, 6);
    }

private:
    static SubjectCounts::Counts published(qint64 bytes)
    {
        SubjectCounts::Counts counts;
        counts.published = 1;
        counts.publishedBytes = bytes;
        return counts;
    }
    static SubjectCounts::Table tableOf(const SubjectCounts &counts)
    {
        SubjectCounts::Table table;
        counts.addTo(table);
        return table;
    }
};

QTEST_GUILESS_MAIN(TestMeshSubjectCounts)
#include "tst_mesh_subjectcounts.moc"
