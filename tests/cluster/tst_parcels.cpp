// SPDX-License-Identifier: MIT
#include "cluster/parcels.h"

#include <QTest>

using namespace Tidegate;

//! Messages between gateways, cut into what a broker takes and joined again.
class TestParcels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anySizeComesThrough_data();
    void anySizeComesThrough();
    void aMissingPartDropsItsParcelOnly();
    void sendersDoNotMix();
    void garbageIsNothing();
    void parcelsOfThoseWhoAreGoneMakeRoom();

private:
    static QByteArray text(qsizetype bytes) { return QByteArray(bytes, 'x'); }
};

void TestParcels::anySizeComesThrough_data()
{
    QTest::addColumn<qsizetype>("bytes");
    QTest::addColumn<size_t>("parts");
    QTest::newRow("nothing") << qsizetype(0) << size_t(1);
    QTest::newRow("a part") << ParcelCutter::MaxPartBytes << size_t(1);
    QTest::newRow("one byte more") << ParcelCutter::MaxPartBytes + 1 << size_t(2);
    QTest::newRow("many") << 10 * ParcelCutter::MaxPartBytes - 1 << size_t(10);
}

void TestParcels::anySizeComesThrough()
{
    QFETCH(qsizetype, bytes);
    ParcelCutter cutter("a");
    ParcelJoiner joiner;
    const auto parts = cutter.cut(text(bytes));
    QTEST(parts.size(), "parts");
    for (size_t i = 0; i + 1 < parts.size(); ++i)
        QVERIFY(!joiner.take(parts[i]));
    const auto whole = joiner.take(parts.back());
    QVERIFY(whole);
    QCOMPARE(*whole, text(bytes));
}

void TestParcels::aMissingPartDropsItsParcelOnly()
{
    ParcelCutter cutter("a");
    ParcelJoiner joiner;
    const auto broken = cutter.cut(text(3 * ParcelCutter::MaxPartBytes));
    QVERIFY(!joiner.take(broken[0]) && !joiner.take(broken[2]) && !joiner.take(broken[1]));
    const auto next = cutter.cut(text(2 * ParcelCutter::MaxPartBytes));
    QVERIFY(!joiner.take(next[0]) && joiner.take(next[1]));
}

void TestParcels::sendersDoNotMix()
{
    ParcelCutter a("a");
    ParcelCutter b("b");
    ParcelJoiner joiner;
    const auto first = a.cut(text(2 * ParcelCutter::MaxPartBytes));
    const auto second = b.cut(text(2 * ParcelCutter::MaxPartBytes - 1));
    QVERIFY(!joiner.take(first[0]) && !joiner.take(second[0]));
    QCOMPARE(joiner.take(first[1])->size(), 2 * ParcelCutter::MaxPartBytes);
    QCOMPARE(joiner.take(second[1])->size(), 2 * ParcelCutter::MaxPartBytes - 1);
}

void TestParcels::garbageIsNothing()
{
    ParcelJoiner joiner;
    const QByteArray part = ParcelCutter("a").cut(text(2 * ParcelCutter::MaxPartBytes)).front();
    for (qsizetype size = 0; size < 13; ++size)
        QVERIFY(!joiner.take(part.first(size)));
    QVERIFY(!joiner.take(QByteArray(100, '\xff')));
}

//! A gateway that ends in the middle of a parcel comes back as another sender, again and again.
void TestParcels::parcelsOfThoseWhoAreGoneMakeRoom()
{
    ParcelJoiner joiner;
    for (qsizetype bytes = 0; bytes < 2 * ParcelJoiner::MaxOpenBytes; bytes += ParcelCutter::MaxPartBytes) {
        ParcelCutter gone("gone-" + QByteArray::number(bytes));
        QVERIFY(!joiner.take(gone.cut(text(2 * ParcelCutter::MaxPartBytes)).front()));
    }
    ParcelCutter alive("alive");
    const auto parts = alive.cut(text(8 * ParcelCutter::MaxPartBytes));
    for (size_t i = 0; i + 1 < parts.size(); ++i)
        QVERIFY(!joiner.take(parts[i]));
    QVERIFY(joiner.take(parts.back()));
}

QTEST_APPLESS_MAIN(TestParcels)
#include "tst_parcels.moc"
