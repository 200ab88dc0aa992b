// SPDX-License-Identifier: MIT
#include "session/ssma/subscriptiontable.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

class TestSsmaSubscriptionTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clientIsFoundUntilRemoved();
    void whatAClientHasKeptIsCounted();
    void serialsNeverRepeat();
    void keysOrderByChannelAndThenParams();

private:
    static ClientInfo client(quint64 link)
    {
        ClientInfo info;
        info.link.value = link;
        info.connectionId = "c" + QByteArray::number(link);
        return info;
    }
};

void TestSsmaSubscriptionTable::clientIsFoundUntilRemoved()
{
    SubscriptionTable table;
    table.addClient(client(1)).add({"global", "{}"}, Subscription());
    table.addClient(client(2));
    const LinkId one = client(1).link;
    QVERIFY(table.client(one));
    QCOMPARE(table.client(one)->info.connectionId, "c1");
    QCOMPARE(table.client(one)->subscriptions.size(), 1u);
    table.removeClient(one);
    QVERIFY(!table.client(one));
    QVERIFY(table.client(client(2).link));
    table.removeClient(one);
    QCOMPARE(table.clients().size(), 1);
}

void TestSsmaSubscriptionTable::whatAClientHasKeptIsCounted()
{
    SubscriptionTable table;
    SubscriptionTable::Client &keeper = table.addClient(client(1));
    const SubscriptionKey key{"global", "{\"a\":1}"};
    Subscription filtered;
    filtered.filter = "{\"b\":2}";
    keeper.add(key, filtered);
    keeper.add({"global", "{}"}, {});
    QCOMPARE(keeper.keptBytes, 7 + 7 + 2);
    keeper.setFilter(key, "{}");
    QCOMPARE(keeper.keptBytes, 7 + 2 + 2);
    keeper.remove(key);
    QCOMPARE(keeper.keptBytes, 2);
    QCOMPARE(keeper.subscriptions.size(), 1u);
}

void TestSsmaSubscriptionTable::serialsNeverRepeat()
{
    SubscriptionTable table;
    const quint64 first = table.nextSerial();
    QVERIFY(first != 0); // 0 is what a subscription has before it got one
    QVERIFY(table.nextSerial() > first);
}

void TestSsmaSubscriptionTable::keysOrderByChannelAndThenParams()
{
    const SubscriptionKey a1{"a", "1"};
    const SubscriptionKey a2{"a", "2"};
    const SubscriptionKey b1{"b", "1"};
    QVERIFY(a1 < a2 && a2 < b1 && a1 < b1);
    QVERIFY(!(a2 < a1) && !(b1 < a2) && !(a1 < a1));
    QVERIFY(a1 == (SubscriptionKey{"a", "1"}) && !(a1 == a2));
}

QTEST_GUILESS_MAIN(TestSsmaSubscriptionTable)
#include "tst_ssma_subscriptiontable.moc"
