// SPDX-License-Identifier: MIT
#include "session/mesh/servicecalls.h"

#include <QTest>

using namespace Tidegate::Mesh;

class TestMeshServiceCalls : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aTokenIsGoodOnce()
    {
        ServiceCalls calls;
        const QByteArray first = calls.add("_INBOX.a", 0);
        const QByteArray second = calls.add("_INBOX.b", 0);
        QVERIFY(first != second && !first.contains('.'));
        QCOMPARE(calls.take(second), std::optional(QByteArray("_INBOX.b")));
        QCOMPARE(calls.take(second), std::nullopt);
        QCOMPARE(calls.take("none"), std::nullopt);
        QCOMPARE(calls.count(), 1);
    }

    void whatNobodyAnswersIsForgotten()
    {
        ServiceCalls calls;
        const QByteArray old = calls.add("_INBOX.a", 0);
        const QByteArray young = calls.add("_INBOX.b", 5'000);
        calls.forgetOverdue(ServiceCalls::LifetimeMs);
        QCOMPARE(calls.take(old), std::nullopt);
        QVERIFY(calls.take(young));
        calls.add("_INBOX.c", 5'000 + 2 * ServiceCalls::LifetimeMs);
        QCOMPARE(calls.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestMeshServiceCalls)
#include "tst_mesh_servicecalls.moc"
