// SPDX-License-Identifier: MIT
#include "session/mesh/retainedmessages.h"

#include "cluster/local/bus.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

class TestMeshRetainedMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLastValueOfEachSubjectIsKept();
    void aRingKeepsTheNewestInOrder();
    void onlyTheNamedSubjectsAreKept();
    void requestsAreNotKept();
    void patternsFindThem_data();
    void patternsFindThem();
    void theNewestThatFitAreHandedOut();
    void aboveTheBoundTheOldestGo();
    void aMessageLargerThanTheBoundIsNotKept();
    void whatIsTooOldIsGone();
    void countersShowWhatIsKept();

private:
    void make(RetainedMessages::Config config) { m_retained.emplace(m_broker, m_clock, m_counters, std::move(config)); }
    void publish(const QByteArray &subject, const QByteArray &payload, const QByteArray &reply = {})
    {
        auto message = std::make_shared<Publication>();
        message->stream = subject;
        message->body = payload;
        message->reply = reply;
        QVERIFY(m_broker.publish(message));
    }
    QByteArrayList found(const QByteArray &pattern, qint64 maxBytes = 1'000'000)
    {
        QByteArrayList payloads;
        for (const PublicationPtr &message : m_retained->matching(pattern, maxBytes))
            payloads += message->body;
        return payloads;
    }

    FakeClock m_clock;
    SystemRng m_rng;
    LocalBus m_bus;
    Broker m_broker{m_clock, m_rng, m_bus};
    DialectCounters m_counters;
    std::optional<RetainedMessages> m_retained;
};

void TestMeshRetainedMessages::theLastValueOfEachSubjectIsKept()
{
    make({{"tide.>"}});
    publish("tide.a", "1");
    publish("tide.b", "2");
    publish("tide.a", "3");
    QCOMPARE(found("tide.a"), QByteArrayList{"3"});
    QCOMPARE(found("tide.*"), (QByteArrayList{"2", "3"}));
    QCOMPARE(m_retained->subjectCount(), 2);
}

void TestMeshRetainedMessages::aRingKeepsTheNewestInOrder()
{
    make({{"tide.>"}, 3});
    for (int i = 0; i < 10; ++i)
        publish(i % 2 ? "tide.odd" : "tide.even", QByteArray::number(i));
    QCOMPARE(found("tide.odd"), (QByteArrayList{"5", "7", "9"}));
    QCOMPARE(found(">"), (QByteArrayList{"4", "5", "6", "7", "8", "9"}));
}

void TestMeshRetainedMessages::onlyTheNamedSubjectsAreKept()
{
    make({{"tide.*", "wind"}});
    for (const char *subject : {"tide.a", "tide.a.b", "wind", "wind.a", "tide"})
        publish(subject, subject);
    QCOMPARE(found(">"), (QByteArrayList{"tide.a", "wind"}));
    m_retained.reset();
    QCOMPARE(m_broker.patternCount(), 0);
}

void TestMeshRetainedMessages::requestsAreNotKept()
{
    make({{"rpc"}});
    publish("rpc", "question", "_INBOX.x");
    QCOMPARE(found("rpc"), QByteArrayList());
}

void TestMeshRetainedMessages::patternsFindThem_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArrayList>("payloads");
    QTest::newRow("a literal is itself, not what it begins") << QByteArray("a.b") << QByteArrayList{"a.b"};
    QTest::newRow("a star is one token") << QByteArray("a.*") << QByteArrayList{"a.b", "a.bc"};
    QTest::newRow("a star in front") << QByteArray("*.b") << QByteArrayList{"a.b", "ab.b"};
    QTest::newRow("a tail is one or more") << QByteArray("a.>") << QByteArrayList{"a.b", "a.bc", "a.b.c"};
    QTest::newRow("everything") << QByteArray(">") << QByteArrayList{"a", "a.b", "a.bc", "a.b.c", "ab.b"};
    QTest::newRow("nothing") << QByteArray("b.>") << QByteArrayList();
}

void TestMeshRetainedMessages::patternsFindThem()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArrayList, payloads);
    make({{">"}});
    for (const char *subject : {"a", "a.b", "a.bc", "a.b.c", "ab.b"})
        publish(subject, subject);
    QCOMPARE(found(pattern), payloads);
}

void TestMeshRetainedMessages::theNewestThatFitAreHandedOut()
{
    make({{"tide"}, 100});
    for (int i = 0; i < 50; ++i)
        publish("tide", QByteArray::number(10 + i) + QByteArray(94, ' '));
    const QByteArrayList some = found("tide", 500); // 100 bytes each with the subject
    QCOMPARE(some.size(), 5);
    QCOMPARE(some.first().trimmed(), QByteArray("55"));
    QCOMPARE(some.last().trimmed(), QByteArray("59"));
}

void TestMeshRetainedMessages::aboveTheBoundTheOldestGo()
{
    make({{"tide.>"}, 10, 20'000});
    for (int i = 0; i < 100; ++i) {
        publish("tide." + QByteArray::number(i % 7), QByteArray::number(i) + QByteArray(1000, ' '));
        QVERIFY(m_counters.retainedBytes.value() <= 20'000);
    }
    const QByteArrayList kept = found("tide.>");
    QVERIFY(kept.size() > 5 && kept.size() < 20);
    for (qsizetype i = 0; i < kept.size(); ++i)
        QCOMPARE(kept[i].trimmed().toInt(), int(100 - kept.size() + i));
}

void TestMeshRetainedMessages::aMessageLargerThanTheBoundIsNotKept()
{
    make({{"tide"}, 1, 10'000});
    publish("tide", "small");
    publish("tide", QByteArray(20'000, 'x'));
    QCOMPARE(found("tide"), QByteArrayList{"small"});
}

void TestMeshRetainedMessages::whatIsTooOldIsGone()
{
    make({{"tide.>"}, 1, 100'000, 5'000});
    publish("tide.a", "old");
    m_clock.advance(3'000);
    publish("tide.b", "new");
    m_clock.advance(2'000);
    QCOMPARE(found("tide.>"), QByteArrayList{"new"});
    m_clock.advance(3'000);
    QCOMPARE(found("tide.>"), QByteArrayList());
    QCOMPARE(m_retained->subjectCount(), 0);
}

void TestMeshRetainedMessages::countersShowWhatIsKept()
{
    make({{"tide.>"}});
    publish("tide.a", "1");
    const qint64 one = m_counters.retainedBytes.value();
    publish("tide.a", "2");
    QCOMPARE(m_counters.retainedMessages.value(), 1);
    QCOMPARE(m_counters.retainedBytes.value(), one);
    publish("tide.b", "3");
    QCOMPARE(m_counters.retainedMessages.value(), 2);
    QCOMPARE(m_counters.retainedBytes.value(), 2 * one);
}

QTEST_GUILESS_MAIN(TestMeshRetainedMessages)
#include "tst_mesh_retainedmessages.moc"
