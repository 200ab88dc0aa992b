// SPDX-License-Identifier: MIT
#include "qml/consolefixture.h"
#include "qml/models/subjecttree.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

struct Tree : ConsoleFixture
{
    explicit Tree(const Admin::ScriptedAdminPort::Script &script = {})
        : ConsoleFixture(script)
        , tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , resets(&model, &QAbstractItemModel::modelReset)
    {
        model.setSession(&session);
    }

    bool isReady() const { return model.state() == SubjectTree::State::Ready; }
    QStringList subjects() const
    {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row)
            all.append(model.subjectAt(row));
        return all;
    }

    SubjectTree model;
    QAbstractItemModelTester tester;
    QSignalSpy resets;
};

} // namespace

class TestSubjectTree : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void levelsOfNamesMakeATree();
    void unfoldingInsertsWhatIsBelow();
    void aSearchShowsMatchesUnfolded();
    void revealUnfoldsTheWay();
    void manyStreamsAreCutAndSaySo();
    void refreshingKeepsThePlaces();
    void whatIsNotOfferedIsUnavailable();
};

void TestSubjectTree::levelsOfNamesMakeATree()
{
    Tree tree;
    QTRY_VERIFY(tree.isReady());
    QCOMPARE(tree.model.streams(), 400);
    QCOMPARE(tree.model.subjectAt(0), u"ssma"_s);
    QCOMPARE(tree.model.index(0).data(SubjectTree::StreamsRole).toInt(), 400);
    QVERIFY(tree.model.hasChildrenAt(0));
    QVERIFY(!tree.model.isStreamAt(0));
    QCOMPARE(tree.model.parentOf(1), 0);
}

void TestSubjectTree::unfoldingInsertsWhatIsBelow()
{
    Tree tree;
    QTRY_VERIFY(tree.isReady());
    const QStringList before = tree.subjects();
    const int last = tree.model.rowCount() - 1;
    tree.model.setUnfolded(last, true);
    QVERIFY(tree.model.rowCount() > before.size());
    QVERIFY(tree.model.subjectAt(last + 1).startsWith(tree.model.subjectAt(last) + u'.'));
    tree.model.setUnfolded(last, false);
    QCOMPARE(tree.subjects(), before);
    QCOMPARE(tree.resets.size(), 0);
}

void TestSubjectTree::aSearchShowsMatchesUnfolded()
{
    Tree tree;
    QTRY_VERIFY(tree.isReady());
    tree.model.setSearch(u"harbour"_s);
    QTRY_VERIFY(tree.model.streams() < 400);
    int streams = 0;
    for (int row = 0; row < tree.model.rowCount(); ++row)
        streams += tree.model.isStreamAt(row) ? 1 : 0;
    QCOMPARE(streams, tree.model.streams());
}

void TestSubjectTree::revealUnfoldsTheWay()
{
    Tree tree;
    QTRY_VERIFY(tree.isReady());
    tree.model.setSearch(u"board"_s);
    QTRY_VERIFY(tree.model.streams() < 400);
    QString stream;
    for (int row = 0; row < tree.model.rowCount() && stream.isEmpty(); ++row)
        stream = tree.model.isStreamAt(row) ? tree.model.subjectAt(row) : QString();
    tree.model.setSearch({});
    QTRY_COMPARE(tree.model.streams(), 400);
    const int row = tree.model.reveal(stream);
    QCOMPARE(tree.model.subjectAt(row), stream);
    QCOMPARE(tree.model.reveal(u"no.such.stream"_s), -1);
}

void TestSubjectTree::manyStreamsAreCutAndSaySo()
{
    Admin::ScriptedAdminPort::Script script;
    script.sizes.streams = SubjectTree::MaxStreams + 700;
    Tree tree(script);
    QTRY_VERIFY(tree.isReady());
    QVERIFY(tree.model.isCut());
    QCOMPARE(tree.model.streams(), SubjectTree::MaxStreams);
}

void TestSubjectTree::refreshingKeepsThePlaces()
{
    Tree tree;
    QTRY_VERIFY(tree.isReady());
    QSignalSpy inserted(&tree.model, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&tree.model, &QAbstractItemModel::rowsRemoved);
    const int before = pagesAsked(tree.port, u"streams"_s);
    tree.model.refresh();
    QTRY_VERIFY(pagesAsked(tree.port, u"streams"_s) > before);
    QCoreApplication::processEvents();
    QCOMPARE(inserted.size() + removed.size() + tree.resets.size(), 0);
}

void TestSubjectTree::whatIsNotOfferedIsUnavailable()
{
    Admin::ScriptedAdminPort::Script script;
    script.offers = {u"links"_s};
    Tree tree(script);
    QCOMPARE(tree.model.state(), SubjectTree::State::Unavailable);
}

QTEST_GUILESS_MAIN(TestSubjectTree)
#include "tst_subjecttree.moc"
