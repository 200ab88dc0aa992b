// SPDX-License-Identifier: MIT
#include "channel/hub.h"
#include "replay/memoryreplaylog.h"

#include <QSignalSpy>
#include <QTest>

using namespace Tidegate;

namespace {

class RecordingSink final : public ShardSink
{
public:
    void deliver(const PublicationPtr &publication) override { got.push_back(publication); }
    std::vector<PublicationPtr> got;
};

PublicationPtr publication(const QByteArray &stream, Offset cursor)
{
    auto made = std::make_shared<Publication>();
    made->stream = stream;
    made->cursor = cursor;
    return made;
}

} // namespace

class TestHub : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void onlyInterestedShardsAreHandedAPublication();
    void everyShardGetsTheSameObjectOnceHoweverManySubscribers();
    void theLastDetachEndsInterest();
    void detachWithoutAttachIsReportedAndHarmless();
    void shardsAddedLaterTakePart();
    void appendedIsEmittedEvenWithoutSubscribers();
    void retainedEventsAreReadBackFromTheLog();

private:
    std::unique_ptr<MemoryReplayLog> m_log;
    std::unique_ptr<Hub> m_hub;
    RecordingSink m_sinks[3];
};

void TestHub::init()
{
    m_log = std::make_unique<MemoryReplayLog>(MemoryReplayLog::Config{});
    m_hub = std::make_unique<Hub>(*m_log);
    for (int shard = 0; shard < 2; ++shard)
        m_hub->addShard(shard, &m_sinks[shard]);
    for (RecordingSink &sink : m_sinks)
        sink.got.clear();
}

void TestHub::onlyInterestedShardsAreHandedAPublication()
{
    m_hub->attach(1, "a");
    m_hub->publish(publication("a", 1));
    m_hub->publish(publication("b", 2));
    QCOMPARE(m_sinks[0].got.size(), size_t(0));
    QCOMPARE(m_sinks[1].got.size(), size_t(1));
    QCOMPARE(m_sinks[1].got[0]->cursor, Offset(1));
}

void TestHub::everyShardGetsTheSameObjectOnceHoweverManySubscribers()
{
    for (int i = 0; i < 5; ++i) {
        m_hub->attach(0, "a");
        m_hub->attach(1, "a");
    }
    QCOMPARE(m_hub->subscriberCount("a"), qsizetype(10));
    const PublicationPtr sent = publication("a", 1);
    m_hub->publish(sent);
    QCOMPARE(m_sinks[0].got, std::vector<PublicationPtr>{sent});
    QCOMPARE(m_sinks[1].got, std::vector<PublicationPtr>{sent});
}

void TestHub::theLastDetachEndsInterest()
{
    m_hub->attach(0, "a");
    m_hub->attach(0, "a");
    m_hub->detach(0, "a");
    m_hub->publish(publication("a", 1));
    QCOMPARE(m_sinks[0].got.size(), size_t(1));
    m_hub->detach(0, "a");
    QCOMPARE(m_hub->streamCount(), qsizetype(0));
    m_hub->publish(publication("a", 2));
    QCOMPARE(m_sinks[0].got.size(), size_t(1));
}

void TestHub::detachWithoutAttachIsReportedAndHarmless()
{
    QTest::ignoreMessage(QtCriticalMsg, "detach without attach chan=a shard=0");
    m_hub->detach(0, "a");
    m_hub->attach(1, "a");
    QTest::ignoreMessage(QtCriticalMsg, "detach without attach chan=a shard=0");
    m_hub->detach(0, "a");
    QCOMPARE(m_hub->subscriberCount("a"), qsizetype(1));
}

void TestHub::shardsAddedLaterTakePart()
{
    m_hub->attach(0, "a");
    m_hub->addShard(2, &m_sinks[2]);
    m_hub->attach(2, "a");
    m_hub->publish(publication("a", 1));
    QCOMPARE(m_sinks[0].got.size(), size_t(1));
    QCOMPARE(m_sinks[2].got.size(), size_t(1));
}

void TestHub::appendedIsEmittedEvenWithoutSubscribers()
{
    QSignalSpy appended(m_hub.get(), &Hub::streamAppended);
    m_hub->publish(publication("a", 42));
    QCOMPARE(appended.size(), 1);
    QCOMPARE(appended[0][0].toByteArray(), QByteArray("a"));
    QCOMPARE(appended[0][1].toULongLong(), 42ull);
}

void TestHub::retainedEventsAreReadBackFromTheLog()
{
    auto event = std::make_shared<Event>();
    event->offset = 3;
    m_hub->retain("a", event);
    QCOMPARE(m_hub->log().readAfter("a", 0, 10).events, std::vector<EventPtr>{event});
}

QTEST_GUILESS_MAIN(TestHub)
#include "tst_hub.moc"
