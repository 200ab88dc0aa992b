// SPDX-License-Identifier: MIT
#include "fault/hostilecases.h"

#include <memory>

namespace Tidegate {

namespace {

QByteArray post(const QByteArray &headers, const QByteArray &body)
{
    return "POST /logs/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + headers + "\r\n" +
           body;
}

//! Sends \p begin, then \p piece for ever; \p status is the answer.
QByteArray slowRequest(Scene &scene, const QByteArray &begin, const QByteArray &piece, int status)
{
    RawPeer peer;
    if (!peer.connectTo(scene.port()))
        return "not let in";
    peer.send(begin);
    dribble(peer, piece, [&] { return peer.received().contains("\r\n\r\n"); });
    return complainUnlessStatus(peer, status);
}

QByteArray wholeRequest(Scene &scene, const QByteArray &request, int status)
{
    RawPeer peer;
    if (!peer.connectTo(scene.port()))
        return "not let in";
    peer.send(request);
    return complainUnlessStatus(peer, status);
}

QByteArray manyHalfHeads(Scene &scene)
{
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 300; ++i) {
        if (!peers.emplace_back(std::make_unique<RawPeer>())->connectTo(scene.port()))
            return "not let in";
        peers.back()->send("GET /health HTTP/1.1\r\nX: ");
    }
    for (const auto &peer : peers) {
        if (const QByteArray complaint = complainUnlessStatus(*peer, 408); !complaint.isEmpty())
            return complaint;
    }
    return {};
}

QByteArray manyHalfBodies(Scene &scene)
{
    const qint64 before = scene.metric("transport.shed");
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 30; ++i) {
        if (!peers.emplace_back(std::make_unique<RawPeer>())->connectTo(scene.port()))
            return "not let in";
        peers.back()->send(post("Content-Length: 1048576\r\n", QByteArray(1'000'000, 'x')));
    }
    return scene.waitForMetric("transport.shed", before) ? QByteArray() : QByteArray("kept");
}

QByteArray unreadAnswers(Scene &scene)
{
    RawPeer peer;
    if (!peer.connectTo(scene.port()))
        return "not let in";
    peer.socket().setReadBufferSize(1);
    const qint64 before = scene.metric("transport.answerTimeouts");
    peer.send(get("/optimistic/metrics").repeated(10'000));
    return scene.waitForMetric("transport.answerTimeouts", before) ? QByteArray() : QByteArray("kept");
}

QByteArray tooManyIslands(Scene &scene)
{
    RawPeer peer;
    if (!peer.connectTo(scene.port()))
        return "not let in";
    QByteArray names;
    for (int i = 0; i < 101; ++i)
        names += "island-" + QByteArray::number(i) + ',';
    peer.send(get("/optimistic/events?islands=" + names));
    const auto response = peer.takeResponse();
    const bool isDue = response && response->status == 400 && response->body.contains("islands");
    return isDue ? QByteArray() : QByteArray("not refused");
}

} // namespace

std::vector<HostileCase> hostileHttpPeers()
{
    const QByteArray head = "GET /health HTTP/1.1\r\nX: ";
    return {
        {"head byte by byte", "http.head_timeout", "transport.headTimeouts",
         [=](Scene &scene) { return slowRequest(scene, head, "x", 408); }},
        {"300 heads that stop half way", "http.head_timeout", "transport.headTimeouts", manyHalfHeads},
        {"head without an end", "http.head_limit", "transport.headsRefused",
         [=](Scene &scene) { return slowRequest(scene, head, QByteArray(1000, 'x'), 431); }},
        {"counted body byte by byte", "http.body_timeout", "transport.bodyTimeouts",
         [](Scene &scene) { return slowRequest(scene, post("Content-Length: 100000\r\n", {}), "x", 408); }},
        {"chunked body byte by byte", "http.body_timeout", "transport.bodyTimeouts",
         [](Scene &scene) {
             return slowRequest(scene, post("Transfer-Encoding: chunked\r\n", {}), "1\r\nx\r\n", 408);
         }},
        {"30 bodies of 1 MiB that stop before their end", "server.max_queued", "transport.shed", manyHalfBodies},
        {"compressed body", "never accepted", "transport.encodedBodiesRefused",
         [](Scene &scene) {
             return wholeRequest(scene, post("Content-Encoding: gzip\r\nContent-Length: 9\r\n", "\x1f\x8b bombs!"),
                                 415);
         }},
        {"10 000 requests whose answers it does not read", "http.answer_timeout", "transport.answerTimeouts",
         unreadAnswers},
        {"event stream of 101 islands", "100 names of up to 128 bytes", "sse.requestsRefused", tooManyIslands},
    };
}

} // namespace Tidegate
