// SPDX-License-Identifier: MIT
#include "document/transactionwindow.h"

#include <QTest>

using namespace Tidegate;

namespace {

TransactionWindow windowOf(quint64 first, quint64 last, const DocumentLimits &limits = {})
{
    TransactionWindow window;
    for (quint64 seq = first; seq <= last; ++seq)
        window.push({seq, seq % 2 == 0, qint64(seq), "id" + QByteArray::number(seq), {}}, limits, qint64(last));
    return window;
}

QList<quint64> seqsAfter(const TransactionWindow &window, const QByteArray &cursor, quint64 newest)
{
    QList<quint64> seqs;
    const auto records = window.after(cursor, newest);
    if (!records)
        return {0}; // no such cursor
    for (const TransactionRecord &record : *records)
        seqs.append(record.seq);
    return seqs;
}

} // namespace

//! ShareData spec section 6.
class TestTransactionWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cursorIsFoundOrNot_data();
    void cursorIsFoundOrNot();
    void newestCursorIsGoodWithoutAnyWindow();
    void countBoundsTheWindow();
    void bytesBoundTheWindow();
    void ageBoundsTheWindow();
    void evictedTransactionsAreNotRecognisedAnyMore();
};

void TestTransactionWindow::cursorIsFoundOrNot_data()
{
    QTest::addColumn<QByteArray>("cursor");
    QTest::addColumn<QList<quint64>>("expected");
    const QList<quint64> notFound{0};
    QTest::newRow("two behind") << QByteArray("8") << QList<quint64>{9, 10};
    QTest::newRow("newest") << QByteArray("10") << QList<quint64>();
    QTest::newRow("oldest kept") << QByteArray("6") << QList<quint64>{7, 8, 9, 10};
    QTest::newRow("one before the oldest kept") << QByteArray("5") << notFound;
    QTest::newRow("newer than everything") << QByteArray("11") << notFound;
    QTest::newRow("beginning, which is not kept") << QByteArray("0") << notFound;
    for (const char *text : {"", "x", " 8", "08", "8.5", "8.0", "0x8", "-1", "+8", "18446744073709551616"})
        QTest::newRow(text[0] ? text : "empty") << QByteArray(text) << notFound;
}

void TestTransactionWindow::cursorIsFoundOrNot()
{
    QFETCH(QByteArray, cursor);
    QTEST(seqsAfter(windowOf(6, 10), cursor, 10), "expected");
}

void TestTransactionWindow::newestCursorIsGoodWithoutAnyWindow()
{
    QCOMPARE(seqsAfter({}, "7", 7), QList<quint64>());
    QCOMPARE(seqsAfter({}, "6", 7), QList<quint64>{0});
    QCOMPARE(seqsAfter({}, "0", 0), QList<quint64>());
    QCOMPARE(seqsAfter(windowOf(1, 3), "0", 3), (QList<quint64>{1, 2, 3}));
}

void TestTransactionWindow::countBoundsTheWindow()
{
    DocumentLimits limits;
    limits.windowCount = 3;
    QCOMPARE(seqsAfter(windowOf(1, 10, limits), "8", 10), (QList<quint64>{9, 10}));
    QCOMPARE(seqsAfter(windowOf(1, 10, limits), "7", 10), QList<quint64>{0});
}

void TestTransactionWindow::bytesBoundTheWindow()
{
    DocumentLimits limits;
    limits.windowBytes = 10'000;
    TransactionWindow window;
    for (quint64 seq = 1; seq <= 50; ++seq)
        window.push({seq, true, 0, {}, QByteArray(1000, 's')}, limits, 0);
    QVERIFY(window.bytes() <= limits.windowBytes);
    QVERIFY(window.records().size() >= 5);
    QCOMPARE(window.records().back().seq, 50U);
}

void TestTransactionWindow::ageBoundsTheWindow()
{
    DocumentLimits limits;
    limits.windowAgeMs = 4;
    QCOMPARE(windowOf(1, 10, limits).records().front().seq, 6U);
}

void TestTransactionWindow::evictedTransactionsAreNotRecognisedAnyMore()
{
    DocumentLimits limits;
    limits.windowCount = 3;
    const TransactionWindow window = windowOf(1, 10, limits);
    QCOMPARE(window.findByIdempotency("id10")->seq, 10U);
    QVERIFY(!window.findByIdempotency("id7"));
    QVERIFY(!window.findByIdempotency("other"));
}

QTEST_GUILESS_MAIN(TestTransactionWindow)
#include "tst_transactionwindow.moc"
