// SPDX-License-Identifier: MIT
#include "fault/hostilecases.h"

#include "support/waiting.h"

#include <QTest>

namespace Tidegate {

namespace {

QByteArray subscribe(const QByteArray &params)
{
    return textFrame(R"({"type":"channel.subscribe","channel":"global","params":)" + params + '}');
}

//! Sends \p frames and waits for \p answers acknowledgements; tells how many of them say \p wanted.
int countAnswers(RawPeer &peer, const QByteArray &frames, int answers, const QByteArray &wanted)
{
    peer.send(frames);
    (void)QTest::qWaitFor([&] { return peer.received().count("\"channel.ack\"") >= answers; }, WaitMs);
    return int(peer.received().count(wanted));
}

QByteArray complainUnless(bool holds, const char *what, int count)
{
    return holds ? QByteArray() : QByteArray(what) + ": " + QByteArray::number(count);
}

QByteArray tenThousandChannels(Scene &scene)
{
    RawPeer peer;
    if (!openLink(peer, scene, "many"))
        return "not let in";
    QByteArray frames;
    for (int i = 0; i < 10'000; ++i)
        frames += subscribe("{\"room\":" + QByteArray::number(i) + '}');
    const int refused = countAnswers(peer, frames, 10'000, "\"channel.ack\"");
    if (refused != 10'000)
        return complainUnless(false, "answers", refused);
    const int snapshots = int(peer.received().count("\"channel.snapshot\""));
    if (snapshots != 1024)
        return complainUnless(false, "subscriptions", snapshots);
    return complainUnless(peer.received().contains("TOO_MANY_SUBSCRIPTIONS"), "no reason given", 0);
}

QByteArray floodOfSubscribes(Scene &scene)
{
    RawPeer peer;
    if (!openLink(peer, scene, "subscribes"))
        return "not let in";
    const int limited = countAnswers(peer, subscribe("{}").repeated(10'000), 10'000, "RATE_LIMITED");
    // 3000 in each window of 10 s, however many windows a slow machine takes.
    return complainUnless(limited > 0 && (10'000 - limited) % 3'000 == 0, "limited", limited);
}

QByteArray floodOfMessages(Scene &scene)
{
    RawPeer peer;
    if (!openLink(peer, scene, "messages"))
        return "not let in";
    peer.send(textFrame(R"({"type":"ping"})").repeated(25'000));
    return complainUnless(peer.waitForText("RATE_LIMITED"), "not limited", 0);
}

QByteArray hugeParams(Scene &scene)
{
    RawPeer peer;
    if (!openLink(peer, scene, "params"))
        return "not let in";
    QByteArray frames;
    for (int i = 0; i < 20; ++i)
        frames += subscribe("{\"p\":\"" + QByteArray(60'000, char('a' + i)) + "\"}");
    // Each refusal says so twice: in the acknowledgement and in the channel.close behind it.
    (void)countAnswers(peer, frames, 20, "PAYLOAD_TOO_LARGE");
    const auto refused = [&] { return int(peer.received().count("PAYLOAD_TOO_LARGE")); };
    (void)QTest::qWaitFor([&] { return refused() >= 2 * 16; }, WaitMs);
    return complainUnless(refused() == 2 * 16, "refused", refused());
}

QByteArray growingFilter(Scene &scene)
{
    RawPeer peer;
    if (!openLink(peer, scene, "filter"))
        return "not let in";
    peer.send(subscribe("{}") + textFrame(R"({"type":"channel.command","channel":"global","command":"filter",)"
                                          R"("args":{"filter":{"p":")" +
                                          QByteArray(300'000, 'x') + "\"}}}"));
    return complainUnless(peer.waitForText("PAYLOAD_TOO_LARGE"), "not refused", 0);
}

} // namespace

std::vector<HostileCase> hostileSubscribers()
{
    return {
        {"flood of subscribes", "ssma.subscribe_max", "totals.rateLimitHits", floodOfSubscribes},
        {"flood of messages", "ssma.message_max", "totals.rateLimitHits", floodOfMessages},
        {"subscriber to 10 000 channels", "ssma.max_subscriptions", "subscriptionsRefused", tenThousandChannels},
        {"subscriptions with huge params", "ssma.max_subscription_bytes", "subscriptionsRefused", hugeParams},
        {"filter that grows", "ssma.max_subscription_bytes", "subscriptionsRefused", growingFilter},
    };
}

} // namespace Tidegate
