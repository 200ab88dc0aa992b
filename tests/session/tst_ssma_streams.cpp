// SPDX-License-Identifier: MIT
#include "session/ssma/streams.h"

#include <QSet>
#include <QTest>

using namespace Tidegate::Ssma;

class TestSsmaStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPurposeHasItsOwnSubject();
    void differentNamesNeverShareASubject_data();
    void differentNamesNeverShareASubject();
};

void TestSsmaStreams::everyPurposeHasItsOwnSubject()
{
    const QByteArrayList all{channelStream("default", "global"), siteStream("default"), allSitesStream(),
                             islandStream(), connectionStream()};
    QCOMPARE(QSet<QByteArray>(all.begin(), all.end()).size(), all.size());
    for (const QByteArray &subject : all)
        QVERIFY(subject.startsWith("ssma."));
}

void TestSsmaStreams::differentNamesNeverShareASubject_data()
{
    QTest::addColumn<QByteArray>("one");
    QTest::addColumn<QByteArray>("other");
    QTest::newRow("dot in the site") << channelStream("a.channel.b", "c") << channelStream("a", "b.channel.c");
    QTest::newRow("dot in the channel") << channelStream("a", "b.c") << channelStream("a.b", "c");
    QTest::newRow("escape of an escape") << channelStream("a", "b%2Ec") << channelStream("a", "b.c");
    QTest::newRow("wildcard") << channelStream("a", "*") << channelStream("a", "b");
    QTest::newRow("rest wildcard") << channelStream("a", ">") << channelStream("a", "b");
    QTest::newRow("site called rows") << siteStream("x") << channelStream("x", "rows");
    QTest::newRow("site that names a channel") << siteStream("a.channel") << channelStream("a", "rows");
    QTest::newRow("letter case") << channelStream("a", "B") << channelStream("a", "b");
    QTest::newRow("white space") << channelStream("a", "b c") << channelStream("a", "bc");
}

void TestSsmaStreams::differentNamesNeverShareASubject()
{
    QFETCH(QByteArray, one);
    QFETCH(QByteArray, other);
    QVERIFY2(one != other, one.constData());
    QVERIFY2(!one.contains('*') && !one.contains('>') && !one.contains(' '), one.constData());
}

QTEST_GUILESS_MAIN(TestSsmaStreams)
#include "tst_ssma_streams.moc"
