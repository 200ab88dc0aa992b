// SPDX-License-Identifier: MIT
// What a subscription costs in memory and a message in matching, with few and with very many subscriptions. See
// README.md.

#include "channel/broker.h"
#include "channel/fakelink.h"
#include "channel/fanout.h"
#include "cluster/local/bus.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>

#include <cstdio>
#include <malloc.h>
#include <memory>
#include <unistd.h>
#include <unordered_map>

using namespace Tidegate;

namespace {

constexpr int Probes = 200'000;

class CountingShard final : public BrokerShard
{
public:
    void route(const PublicationPtr &) override { ++routed; }
    void routeTo(const QByteArray &, const PublicationPtr &) override { ++routed; }
    qint64 routed = 0;
};

qint64 heapBytes()
{
    const auto info = mallinfo2();
    return qint64(info.uordblks + info.hblkhd);
}

//! Eight in ten name one subject, one in ten has a star, one in ten a tail.
QByteArray patternOf(int i)
{
    const QByteArray number = QByteArray::number(i);
    switch (i % 10) {
    case 0:
        return "dock." + number + ".*";
    case 1:
        return "dock." + number + ".>";
    default:
        return "dock." + number + ".tide";
    }
}

PublicationPtr messageFor(int i)
{
    auto message = std::make_shared<Publication>();
    message->stream = "dock." + QByteArray::number(i) + ".tide";
    return message;
}

double nsPerMatch(Broker &broker, int highest, const std::function<int(int)> &choose)
{
    std::vector<PublicationPtr> messages;
    QRandomGenerator random(7);
    messages.reserve(Probes);
    for (int i = 0; i < Probes; ++i)
        messages.push_back(messageFor(choose(random.bounded(highest))));
    QElapsedTimer timer;
    timer.start();
    for (const PublicationPtr &message : messages)
        (void)broker.publish(message);
    return double(timer.nsecsElapsed()) / Probes;
}

//! The core's half: one entry per distinct pattern.
void measureBroker(int count)
{
    const SystemClock clock;
    SystemRng rng;
    LocalBus bus;
    Broker broker(clock, rng, bus);
    CountingShard shards[4];
    for (int i = 0; i < 4; ++i)
        broker.addShard(i, &shards[i]);
    const qint64 before = heapBytes();
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < count; ++i)
        broker.attach(i % 4, patternOf(i));
    const qint64 attachNs = timer.nsecsElapsed() / count;
    const qint64 bytes = (heapBytes() - before) / count;
    const double hit = nsPerMatch(broker, count, [](int i) { return i; });
    const double miss = nsPerMatch(broker, count, [count](int i) { return count + i; });
    std::printf("broker   %8d patterns  %4lld bytes each  %5lld ns to attach  %4.0f ns per message that matches  "
                "%4.0f ns per message that does not\n",
                count, qint64(bytes), attachNs, hit, miss);
}

//! A shard's half: what each subscriber costs there, with as many patterns as subscribers and with few.
void measureFanout(int count, int patterns)
{
    FanoutCounters counters;
    Fanout fanout(counters);
    SubjectTrie trie;
    FakeLink link;
    std::vector<QByteArray> names;
    std::unordered_map<quint64, Fanout::Membership> members;
    const qint64 before = heapBytes();
    for (int i = 0; i < count; ++i) {
        const QByteArray pattern = patternOf(i % patterns);
        const SubjectTrie::Slot slot = trie.acquire(pattern);
        if (slot >= names.size())
            names.resize(size_t(slot) + 1);
        if (trie.users(slot) == 1)
            names[slot] = pattern;
        AudienceSpec spec;
        spec.variant = "1 109";
        spec.encode = [filter = std::shared_ptr<int>(), id = quint64(1)](const Publication &publication) {
            return filter && id ? QByteArray() : publication.body;
        };
        fanout.join(names[slot], spec, link, members[quint64(i)]);
    }
    const qint64 bytes = (heapBytes() - before) / count;
    std::printf("shard    %8d subscriptions of %d patterns  %4lld bytes each\n", count, patterns, bytes);
    for (auto &[id, member] : members)
        fanout.leave(member);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    for (const int count : {1'000, 100'000, 1'000'000})
        measureBroker(count);
    for (const int count : {1'000, 100'000, 1'000'000}) {
        measureFanout(count, 1'000);
        measureFanout(count, count);
    }
    return 0;
}
