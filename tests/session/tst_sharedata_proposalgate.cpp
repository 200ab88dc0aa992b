// SPDX-License-Identifier: MIT
#include "session/sharedata/proposalgate.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::ShareData;

//! How much of what clients propose may be undecided at a time.
class TestShareDataProposalGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneProposalAlwaysPasses();
    void fullDocumentHoldsUpItsOwnAlone();
    void whenAllTogetherOweMuchEachDocumentHasOne();
    void whoWaitsGoesOnInItsOrder();
    void whoLeavesWaitsNoMore();
};

void TestShareDataProposalGate::oneProposalAlwaysPasses()
{
    ProposalGate gate;
    QVERIFY(gate.mayPass("d"));
    gate.enter("d", 10 * ProposalGate::MaxTotalBytes);
    QVERIFY(!gate.mayPass("d"));
    QVERIFY(gate.mayPass("e"));
}

void TestShareDataProposalGate::fullDocumentHoldsUpItsOwnAlone()
{
    ProposalGate gate;
    gate.enter("d", ProposalGate::MaxDocumentBytes - 1);
    QVERIFY(gate.mayPass("d"));
    gate.enter("d", 1);
    gate.enter("e", 1);
    QVERIFY(!gate.mayPass("d"));
    QVERIFY(gate.mayPass("e"));
    gate.leave("d", 1);
    QVERIFY(gate.mayPass("d"));
}

void TestShareDataProposalGate::whenAllTogetherOweMuchEachDocumentHasOne()
{
    ProposalGate gate;
    constexpr qsizetype Part = ProposalGate::MaxDocumentBytes / 2;
    for (qsizetype i = 0; i < ProposalGate::MaxTotalBytes / Part; ++i)
        gate.enter("d" + QByteArray::number(i), Part);
    QVERIFY(!gate.mayPass("d1"));
    QVERIFY(gate.mayPass("other"));
    gate.leave("d0", Part);
    QVERIFY(gate.mayPass("d1"));
}

void TestShareDataProposalGate::whoWaitsGoesOnInItsOrder()
{
    ProposalGate gate;
    gate.enter("d", ProposalGate::MaxDocumentBytes);
    gate.enter("d", 5);
    gate.wait("d", LinkId{2});
    gate.wait("d", LinkId{1});
    gate.leave("d", 5);
    QVERIFY(gate.takeWaiting("d").empty()); // as full as before
    gate.leave("d", ProposalGate::MaxDocumentBytes);
    QVERIFY(gate.takeWaiting("e").empty());
    QCOMPARE(gate.takeWaiting("d"), (std::deque<LinkId>{LinkId{2}, LinkId{1}}));
    QVERIFY(gate.takeWaiting("d").empty());
}

void TestShareDataProposalGate::whoLeavesWaitsNoMore()
{
    ProposalGate gate;
    gate.enter("d", ProposalGate::MaxDocumentBytes);
    gate.wait("d", LinkId{1});
    gate.wait("d", LinkId{2});
    gate.stopWaiting("d", LinkId{1});
    gate.stopWaiting("e", LinkId{2});
    gate.leave("d", ProposalGate::MaxDocumentBytes);
    QCOMPARE(gate.takeWaiting("d"), (std::deque<LinkId>{LinkId{2}}));
}

QTEST_GUILESS_MAIN(TestShareDataProposalGate)
#include "tst_sharedata_proposalgate.moc"
