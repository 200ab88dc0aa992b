// SPDX-License-Identifier: MIT
#include "channel/broker.h"

#include <QTest>

using namespace Tidegate;

namespace {

class RecordingShard final : public BrokerShard
{
public:
    void route(const PublicationPtr &publication) override { routed += publication->stream; }
    void routeTo(const QByteArray &pattern, const PublicationPtr &publication) override
    {
        routed += pattern + " <- " + publication->stream;
    }
    QByteArrayList routed;
};

class RecordingBus final : public ClusterBus
{
public:
    void open(BusReceiver &owner) override { receiver = &owner; }
    void subscribe(const QByteArray &pattern) override { journal += "+" + pattern; }
    void unsubscribe(const QByteArray &pattern) override { journal += "-" + pattern; }
    Result<void> publish(const BusMessage &message) override
    {
        if (isFull)
            return Error{ErrorCode::Unavailable, QStringLiteral("full"), true};
        journal += message.subject;
        lastReply = message.reply;
        return {};
    }
    BusState state() const override { return stateValue; }

    BusReceiver *receiver = nullptr;
    QByteArrayList journal;
    QByteArray lastReply;
    BusState stateValue = BusState::Alone;
    bool isFull = false;
};

PublicationPtr message(const QByteArray &subject, const QByteArray &payload = {})
{
    auto made = std::make_shared<Publication>();
    made->stream = subject;
    made->body = payload;
    return made;
}

} // namespace

class TestBroker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aShardIsHandedAMessageOnceHoweverManyPatternsMatch();
    void onlyShardsWithAMatchingPatternAreAsked();
    void detachWithoutAttachIsReportedAndHarmless();
    void everyConsumerWithoutAGroupGetsEveryMessage();
    void ofAGroupOneMemberGetsEachMessageInTurn();
    void groupsOfOneNameOnTwoPatternsAreTwoGroups();
    void aConsumerMayUnsubscribeItselfWhileItIsCalled();
    void theFirstAnswerEndsARequest();
    void aRequestNobodyHearsFailsAtOnce();
    void aSilentSubscriberTurnsNoRespondersIntoATimeout();
    void timeoutZeroStillSends();
    void theTimerEndsRequests();
    void eachRequestHasAReplySubjectThatCannotBeGuessed();
    void openRequestsAreCancelledWhenTheBrokerGoes();
    void theBusSubscribesOncePerPattern();
    void whatComesFromTheBusReachesThatPatternOnly();
    void whatGatewaysSayToEachOtherIsNoMessage();
    void publishedMessagesGoToTheBusToo();
    void aFullBusIsTold();
    void requestsWaitForOtherNodesWhileTheBusIsConnected();
    void requestsFailFastWithoutTheBus();
    void losingTheBusFailsWhatOnlyOthersCouldAnswer();

private:
    QByteArray outcomeOf(const Result<QByteArray> &result)
    {
        return result ? "answer " + *result : "error " + QByteArray::number(int(result.error().code));
    }
    static QByteArray errorText(ErrorCode code) { return "error " + QByteArray::number(int(code)); }
    void ask(const QByteArray &subject, qint64 timeoutMs)
    {
        m_broker->request(subject, "question", timeoutMs,
                          [this](const Result<QByteArray> &result) { m_outcomes += outcomeOf(result); });
    }

    FakeClock m_clock;
    SystemRng m_rng;
    RecordingShard m_shards[3];
    RecordingBus m_bus;
    std::unique_ptr<Broker> m_broker;
    QByteArrayList m_outcomes;
};

void TestBroker::init()
{
    m_broker.reset(); // cancels what is still open
    m_outcomes.clear();
    m_bus = {};
    m_broker = std::make_unique<Broker>(m_clock, m_rng, m_bus);
    for (int i = 0; i < 3; ++i) {
        m_shards[i].routed.clear();
        m_broker->addShard(i, &m_shards[i]);
    }
}

void TestBroker::aShardIsHandedAMessageOnceHoweverManyPatternsMatch()
{
    for (const char *pattern : {"dock.7", "dock.*", "dock.>", ">"})
        m_broker->attach(1, pattern);
    QVERIFY(m_broker->publish(message("dock.7")));
    QCOMPARE(m_shards[1].routed, QByteArrayList{"dock.7"});
}

void TestBroker::onlyShardsWithAMatchingPatternAreAsked()
{
    m_broker->attach(0, "dock.*");
    m_broker->attach(1, "pier.*");
    m_broker->attach(2, "dock.>");
    QVERIFY(m_broker->publish(message("dock.7.tide")));
    QVERIFY(m_shards[0].routed.isEmpty() && m_shards[1].routed.isEmpty());
    QCOMPARE(m_shards[2].routed, QByteArrayList{"dock.7.tide"});
    m_broker->detach(2, "dock.>");
    QVERIFY(m_broker->publish(message("dock.7.tide")));
    QCOMPARE(m_shards[2].routed.size(), 1);
    QCOMPARE(m_broker->patternCount(), 2);
}

void TestBroker::detachWithoutAttachIsReportedAndHarmless()
{
    m_broker->attach(0, "a");
    QTest::ignoreMessage(QtCriticalMsg, "detach without attach pattern=a shard=1");
    m_broker->detach(1, "a");
    QVERIFY(m_broker->publish(message("a")));
    QCOMPARE(m_shards[0].routed, QByteArrayList{"a"});
}

void TestBroker::everyConsumerWithoutAGroupGetsEveryMessage()
{
    int first = 0;
    int second = 0;
    m_broker->subscribe("jobs.>", [&](const PublicationPtr &) { ++first; });
    const auto id = m_broker->subscribe("jobs.*", [&](const PublicationPtr &) { ++second; });
    QVERIFY(m_broker->publish(message("jobs.a")));
    m_broker->unsubscribe(id);
    QVERIFY(m_broker->publish(message("jobs.b")));
    QCOMPARE(first, 2);
    QCOMPARE(second, 1);
}

void TestBroker::ofAGroupOneMemberGetsEachMessageInTurn()
{
    int got[3] = {};
    Broker::ConsumerId ids[3];
    for (int i = 0; i < 3; ++i)
        ids[i] = m_broker->subscribe(
            "jobs", [&got, i](const PublicationPtr &) { ++got[i]; }, "workers");
    int watcher = 0;
    m_broker->subscribe("jobs", [&](const PublicationPtr &) { ++watcher; });
    for (int i = 0; i < 9; ++i)
        QVERIFY(m_broker->publish(message("jobs")));
    QCOMPARE(got[0] + got[1] + got[2], 9);
    QVERIFY(got[0] == 3 && got[1] == 3 && got[2] == 3);
    QCOMPARE(watcher, 9);
    m_broker->unsubscribe(ids[1]);
    for (int i = 0; i < 4; ++i)
        QVERIFY(m_broker->publish(message("jobs")));
    QCOMPARE(got[0] + got[2], 10);
}

void TestBroker::groupsOfOneNameOnTwoPatternsAreTwoGroups()
{
    int wide = 0;
    int narrow = 0;
    m_broker->subscribe(
        "jobs.>", [&](const PublicationPtr &) { ++wide; }, "workers");
    m_broker->subscribe(
        "jobs.a", [&](const PublicationPtr &) { ++narrow; }, "workers");
    QVERIFY(m_broker->publish(message("jobs.a")));
    QCOMPARE(wide, 1);
    QCOMPARE(narrow, 1);
}

void TestBroker::aConsumerMayUnsubscribeItselfWhileItIsCalled()
{
    int calls = 0;
    Broker::ConsumerId id = 0;
    id = m_broker->subscribe("once", [&](const PublicationPtr &) {
        ++calls;
        m_broker->unsubscribe(id);
    });
    m_broker->subscribe("once", [&](const PublicationPtr &) { ++calls; });
    QVERIFY(m_broker->publish(message("once")));
    QVERIFY(m_broker->publish(message("once")));
    QCOMPARE(calls, 3);
}

void TestBroker::theFirstAnswerEndsARequest()
{
    m_broker->subscribe("rpc.sum", [&](const PublicationPtr &asked) {
        QCOMPARE(asked->body, QByteArray("question"));
        QVERIFY(m_broker->publish(message(asked->reply, "first")));
        QVERIFY(m_broker->publish(message(asked->reply, "second")));
    });
    ask("rpc.sum", 1000);
    QCOMPARE(m_outcomes, QByteArrayList{"answer first"});
    QCOMPARE(m_broker->pendingRequests(), 0);
}

void TestBroker::aRequestNobodyHearsFailsAtOnce()
{
    ask("rpc.none", 1000);
    QCOMPARE(m_outcomes, QByteArrayList{errorText(ErrorCode::NotFound)});
}

void TestBroker::aSilentSubscriberTurnsNoRespondersIntoATimeout()
{
    m_broker->attach(0, "rpc.*");
    ask("rpc.none", 1000);
    QCOMPARE(m_shards[0].routed, QByteArrayList{"rpc.none"});
    m_clock.advance(999);
    m_broker->expireRequests();
    QVERIFY(m_outcomes.isEmpty());
    m_clock.advance(1);
    m_broker->expireRequests();
    QCOMPARE(m_outcomes, QByteArrayList{errorText(ErrorCode::Timeout)});
}

void TestBroker::timeoutZeroStillSends()
{
    m_broker->attach(0, "rpc");
    ask("rpc", 0);
    QCOMPARE(m_shards[0].routed, QByteArrayList{"rpc"});
    QCOMPARE(m_outcomes, QByteArrayList{errorText(ErrorCode::Timeout)});
}

void TestBroker::theTimerEndsRequests()
{
    const SystemClock clock;
    Broker broker(clock, m_rng, m_bus);
    broker.addShard(0, &m_shards[0]);
    broker.attach(0, "rpc");
    broker.request("rpc", {}, 30, [this](const Result<QByteArray> &result) { m_outcomes += outcomeOf(result); });
    broker.request("rpc", {}, 10, [this](const Result<QByteArray> &result) { m_outcomes += outcomeOf(result); });
    QTRY_COMPARE(m_outcomes.size(), 2);
    QCOMPARE(m_outcomes[0], m_outcomes[1]);
}

void TestBroker::eachRequestHasAReplySubjectThatCannotBeGuessed()
{
    QByteArrayList replies;
    m_broker->subscribe("rpc", [&](const PublicationPtr &asked) { replies += asked->reply; });
    for (int i = 0; i < 100; ++i)
        ask("rpc", 1000);
    std::sort(replies.begin(), replies.end());
    QVERIFY(std::adjacent_find(replies.begin(), replies.end()) == replies.end());
    QVERIFY(replies.front().startsWith(m_broker->inboxPrefix()));
    QVERIFY(replies.front().size() >= m_broker->inboxPrefix().size() + 17);
    QCOMPARE(replies.front().count('.'), 2);
}

void TestBroker::openRequestsAreCancelledWhenTheBrokerGoes()
{
    m_broker->attach(0, "rpc");
    ask("rpc", 1000);
    m_broker.reset();
    QCOMPARE(m_outcomes, QByteArrayList{errorText(ErrorCode::Cancelled)});
}

void TestBroker::theBusSubscribesOncePerPattern()
{
    m_bus.journal.clear();
    m_broker->attach(0, "a.>");
    m_broker->attach(1, "a.>");
    const auto id = m_broker->subscribe("a.>", [](const PublicationPtr &) {});
    QCOMPARE(m_bus.journal, QByteArrayList{"+a.>"});
    m_broker->detach(0, "a.>");
    m_broker->unsubscribe(id);
    QCOMPARE(m_bus.journal, QByteArrayList{"+a.>"});
    m_broker->detach(1, "a.>");
    QCOMPARE(m_bus.journal, (QByteArrayList{"+a.>", "-a.>"}));
}

void TestBroker::whatComesFromTheBusReachesThatPatternOnly()
{
    m_bus.stateValue = BusState::Connected;
    m_broker->attach(0, "a.*");
    m_broker->attach(1, "a.>");
    m_bus.journal.clear();
    m_bus.receiver->busMessage("a.*", {"a.b", {}, {}});
    QCOMPARE(m_shards[0].routed, QByteArrayList{"a.* <- a.b"});
    QVERIFY(m_shards[1].routed.isEmpty());
    m_bus.receiver->busMessage("a.>", {"a.b", {}, {}});
    QCOMPARE(m_shards[1].routed, QByteArrayList{"a.> <- a.b"});
    QVERIFY2(m_bus.journal.isEmpty(), "and is not sent back");
}

void TestBroker::whatGatewaysSayToEachOtherIsNoMessage()
{
    m_bus.stateValue = BusState::Connected;
    m_broker->attach(0, ">");
    m_bus.receiver->busMessage(">", {"tidegate.shop.log", {}, {}});
    m_bus.receiver->busMessage(">", {"tidegate", {}, {}});
    QCOMPARE(m_shards[0].routed, QByteArrayList{"> <- tidegate"});
}

void TestBroker::publishedMessagesGoToTheBusToo()
{
    m_bus.stateValue = BusState::Connected;
    QCOMPARE(m_bus.journal, QByteArrayList{"+" + m_broker->inboxPrefix() + "*"});
    m_broker->attach(0, "a");
    QVERIFY(m_broker->publish(message("a")));
    QCOMPARE(m_shards[0].routed, QByteArrayList{"a"});
    QCOMPARE(m_bus.journal.last(), QByteArray("a"));
}

void TestBroker::aFullBusIsTold()
{
    m_bus.stateValue = BusState::Connected;
    m_broker->attach(0, "a");
    m_bus.isFull = true;
    QCOMPARE(m_broker->publish(message("a")).error().code, ErrorCode::Unavailable);
    QCOMPARE(m_shards[0].routed, QByteArrayList{"a"});
}

void TestBroker::requestsWaitForOtherNodesWhileTheBusIsConnected()
{
    m_bus.stateValue = BusState::Connected;
    ask("rpc", 1000);
    QVERIFY(m_outcomes.isEmpty());
    m_bus.receiver->busMessage(m_broker->inboxPrefix() + '*', {m_bus.lastReply, "from afar", {}});
    QCOMPARE(m_outcomes, QByteArrayList{"answer from afar"});
    ask("rpc", 1000);
    m_bus.receiver->busNoResponders(m_bus.lastReply);
    QCOMPARE(m_outcomes.last(), errorText(ErrorCode::NotFound));
}

void TestBroker::requestsFailFastWithoutTheBus()
{
    m_bus.stateValue = BusState::Connected;
    m_bus.stateValue = BusState::Lost;
    ask("rpc", 1000);
    QCOMPARE(m_outcomes, QByteArrayList{errorText(ErrorCode::Unavailable)});
    m_broker->attach(0, "rpc");
    ask("rpc", 1000);
    QCOMPARE(m_outcomes.size(), 1); // somebody here may answer
}

void TestBroker::losingTheBusFailsWhatOnlyOthersCouldAnswer()
{
    m_bus.stateValue = BusState::Connected;
    ask("rpc.there", 1000);
    m_broker->attach(0, "rpc.here");
    ask("rpc.here", 1000);
    m_bus.receiver->busStateChanged(BusState::Lost);
    QCOMPARE(m_outcomes, QByteArrayList{errorText(ErrorCode::Unavailable)});
    QCOMPARE(m_broker->pendingRequests(), 1);
}

QTEST_GUILESS_MAIN(TestBroker)
#include "tst_broker.moc"
