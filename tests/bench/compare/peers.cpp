// SPDX-License-Identifier: MIT
#include "bench/compare/peers.h"

#include "auth/signclaims.h"
#include "bench/compare/installedpeers.h"
#include "bench/compare/natsdialect.h"
#include "bench/compare/plaindialect.h"
#include "bench/compare/relaymessage.h"
#include "bench/compare/socketiodialect.h"
#include "bench/meshdialect.h"
#include "bench/ownserver.h"
#include "bench/ssmadialect.h"

namespace Tidegate::Bench {

namespace {

using Started = Result<std::unique_ptr<RunningPeer>>;
using Transport = PlainDialect::Transport;
using Publishing = PlainDialect::Publishing;

class RunningGateway final : public RunningPeer
{
public:
    static Started start(const QStringList &flags)
    {
        auto peer = std::make_unique<RunningGateway>();
        if (const auto started = peer->m_server.start(QStringLiteral(TIDEGATE_BINARY), {}, flags); !started)
            return started.error();
        return Started(std::move(peer));
    }
    QString url() const override { return m_server.url(); }
    qint64 processId() const override { return m_server.processId(); }

private:
    OwnServer m_server;
};

Peer gateway(const QByteArray &key, const QString &label, const QString &store, SsmaDialect::Transport transport)
{
    const QStringList flags{QStringLiteral("--store-kind"), store};
    return {key, label, false, [=] { return RunningGateway::start(flags); },
            [=](const Target &target) {
                SsmaDialect::Config config;
                config.transport = transport;
                return std::make_unique<SsmaDialect>(target, config);
            }};
}

Peer rawLoop(const QByteArray &key, const QString &label, const QStringList &flags, Transport transport,
             Publishing publishing)
{
    return {key, label, false, [=] { return startAnnouncing(QStringLiteral(TIDEGATE_RAWLOOP_BINARY), flags); },
            [=](const Target &target) { return std::make_unique<PlainDialect>(target, transport, publishing); }};
}

const QByteArray MeshSecret = QByteArrayLiteral("a key of a measurement, more than 32 bytes");

QByteArray meshToken()
{
    return signClaims(R"({"sub":"load","iat":0,"exp":99999999999,"permissions":["publish","subscribe"]})", MeshSecret);
}

template <typename Spoken, typename... Arguments>
std::function<std::unique_ptr<Dialect>(const Target &)> speaks(Arguments... arguments)
{
    return [=](const Target &target) { return std::make_unique<Spoken>(target, arguments...); };
}

} // namespace

std::vector<Peer> allPeers()
{
    const QString durable = QStringLiteral("sqlite");
    const QString memory = QStringLiteral("memory");
    const auto plain = speaks<PlainDialect>(Transport::WebSocket, Publishing::Broadcast);
    const auto echo = speaks<PlainDialect>(Transport::WebSocket, Publishing::Echo);
    const auto node = [](const QString &script, const QStringList &flags) {
        return [=] { return startNode(QStringLiteral(TIDEGATE_NODE_PEERS), script, flags); };
    };
    return {
        rawLoop("rawloop", QStringLiteral("raw epoll loop"), {}, Transport::WebSocket, Publishing::Broadcast),
        rawLoop("rawloop-single", QStringLiteral("raw epoll loop, a write per frame"),
                {QStringLiteral("--no-coalesce")}, Transport::WebSocket, Publishing::Broadcast),
        rawLoop("rawloop-sse", QStringLiteral("raw epoll loop, SSE"), {QStringLiteral("--sse")}, Transport::EventStream,
                Publishing::Broadcast),
        rawLoop("rawloop-echo", QStringLiteral("raw epoll loop, echo"), {QStringLiteral("--echo")},
                Transport::WebSocket, Publishing::Echo),
        gateway("tidegate", QStringLiteral("Tidegate, durable"), durable, SsmaDialect::Transport::WebSocket),
        gateway("tidegate-sse", QStringLiteral("Tidegate, durable, SSE"), durable, SsmaDialect::Transport::EventStream),
        gateway("tidegate-memory", QStringLiteral("Tidegate, memory"), memory, SsmaDialect::Transport::WebSocket),
        gateway("tidegate-memory-sse", QStringLiteral("Tidegate, memory, SSE"), memory,
                SsmaDialect::Transport::EventStream),
        {"tidegate-mesh", QStringLiteral("Tidegate, mesh"), false,
         [] { return startMesh(QStringLiteral(TIDEGATE_BINARY), MeshSecret); },
         speaks<MeshDialect>(MeshDialect::Config{"global", meshToken(), relayMessage})},
        {"nats", QStringLiteral("nats-server"), true, startNats, speaks<NatsDialect>()},
        {"nchan", QStringLiteral("nginx + nchan"), true, startNchan, plain},
        {"ws", QStringLiteral("npm ws"), true, node(QStringLiteral("ws.mjs"), {}), plain},
        {"ws-echo", QStringLiteral("npm ws, echo"), true, node(QStringLiteral("ws.mjs"), {QStringLiteral("--echo")}),
         echo},
        {"socketio", QStringLiteral("socket.io"), true, node(QStringLiteral("socketio.mjs"), {}),
         speaks<SocketIoDialect>()},
    };
}

} // namespace Tidegate::Bench
