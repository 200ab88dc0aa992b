// SPDX-License-Identifier: MIT
// What a subscription costs in memory and a message in matching, with few and with very many subscriptions. Times are
// CPU time of this thread, the median of several rounds. See README.md.

#include "channel/broker.h"
#include "channel/fakelink.h"
#include "channel/fanout.h"
#include "cluster/local/bus.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <malloc.h>
#include <memory>
#include <unordered_map>

using namespace Tidegate;

namespace {

constexpr int Rounds = 9;
constexpr int Probes = 100'000;   //!< of a round
constexpr int WarmSubjects = 200; //!< that fit into the caches with everything a match touches

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

qint64 threadCpuNs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
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

//! Messages for \p distinct subjects, in the order in which they are asked.
std::vector<PublicationPtr> messagesFor(int distinct, int highest, const char *last)
{
    std::vector<PublicationPtr> messages;
    QRandomGenerator random(7);
    messages.reserve(size_t(distinct));
    for (int i = 0; i < distinct; ++i) {
        auto message = std::make_shared<Publication>();
        message->stream = "dock." + QByteArray::number(random.bounded(highest)) + '.' + last;
        messages.push_back(std::move(message));
    }
    return messages;
}

//! Median over the rounds, after one that does not count.
template <typename Match>
double nsPerMatch(const std::vector<PublicationPtr> &messages, const Match &match)
{
    std::vector<double> rounds;
    for (int round = 0; round <= Rounds; ++round) {
        const qint64 begin = threadCpuNs();
        for (int i = 0; i < Probes; ++i)
            match(messages[size_t(i) % messages.size()]);
        if (round > 0)
            rounds.push_back(double(threadCpuNs() - begin) / Probes);
    }
    std::nth_element(rounds.begin(), rounds.begin() + Rounds / 2, rounds.end());
    return rounds[Rounds / 2];
}

double nodesPerMatch(const SubjectTrie &trie, const std::vector<PublicationPtr> &messages)
{
    quint64 looked = 0;
    for (const PublicationPtr &message : messages)
        looked += trie.match(message->stream, [](SubjectTrie::Slot) {});
    return double(looked) / double(messages.size());
}

//! The core's half: one entry per distinct pattern. Warm and cold differ in how many subjects are asked for in turn:
//! a few, so that all that is touched stays in the caches, or as many as there are patterns.
void measureBroker(int count)
{
    const SystemClock clock;
    SystemRng rng;
    LocalBus bus;
    Broker broker(clock, rng, bus);
    SubjectTrie trie;
    CountingShard shards[4];
    for (int i = 0; i < 4; ++i)
        broker.addShard(i, &shards[i]);
    const qint64 before = heapBytes();
    for (int i = 0; i < count; ++i)
        broker.attach(i % 4, patternOf(i));
    const qint64 bytes = (heapBytes() - before) / count;
    for (int i = 0; i < count; ++i)
        trie.acquire(patternOf(i));
    for (const char *last : {"tide", "none"}) { // the latter: eight in ten match nothing
        const auto warm = messagesFor(WarmSubjects, count, last);
        const auto cold = messagesFor(Probes, count, last);
        const auto publish = [&](const PublicationPtr &message) { (void)broker.publish(message); };
        const auto match = [&](const PublicationPtr &message) {
            trie.match(message->stream, [&](SubjectTrie::Slot) { ++shards[0].routed; });
        };
        std::printf(
            "broker   %8d patterns  %4lld bytes each  .%s: %.2f nodes looked at, match %4.0f ns warm %4.0f cold, "
            "publish %4.0f ns warm %4.0f cold\n",
            count, qint64(bytes), last, nodesPerMatch(trie, cold), nsPerMatch(warm, match), nsPerMatch(cold, match),
            nsPerMatch(warm, publish), nsPerMatch(cold, publish));
    }
}

AudienceSpecPtr makeSpec()
{
    AudienceSpec spec;
    spec.variant = "1 109";
    spec.encode = [filter = std::shared_ptr<int>(), id = quint64(1)](const Publication &publication) {
        return filter && id ? QByteArray() : publication.body;
    };
    return std::make_shared<const AudienceSpec>(std::move(spec));
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
    const AudienceSpecPtr spec = makeSpec(); // clients begin to count at 1, so many have the same
    const qint64 before = heapBytes();
    for (int i = 0; i < count; ++i) {
        const QByteArray pattern = patternOf(i % patterns);
        const SubjectTrie::Slot slot = trie.acquire(pattern);
        if (slot >= names.size())
            names.resize(size_t(slot) + 1);
        if (trie.users(slot) == 1)
            names[slot] = pattern;
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
