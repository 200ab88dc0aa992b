// SPDX-License-Identifier: MIT
#include "fuzz/linkunderfuzz.h"

#include "fuzz/fuzztarget.h"

#include <QEventLoop>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace Tidegate::Test {

class LinkUnderFuzz::Echo final : public LinkHandler
{
public:
    explicit Echo(QByteArrayList &texts)
        : m_texts(texts)
    {
    }
    void opened(Link &link) override { m_link = &link; }
    void textReceived(QByteArrayView text) override
    {
        m_texts.append(text.toByteArray());
        m_link->sendText(text);
    }
    void binaryReceived(QByteArrayView bytes) override { m_link->sendText(bytes.toByteArray().toHex()); }
    void closed(CloseReason) override {}

private:
    QByteArrayList &m_texts;
    Link *m_link = nullptr;
};

class LinkUnderFuzz::EchoEndpoint final : public Endpoint
{
public:
    explicit EchoEndpoint(QByteArrayList &texts)
        : m_texts(texts)
    {
    }
    Kind kind() const override { return Kind::WebSocket; }
    std::variant<LinkAdmission, HttpResponse> admit(const HttpRequest &) override
    {
        LinkAdmission admission;
        admission.handler = std::make_unique<Echo>(m_texts);
        return admission;
    }

private:
    QByteArrayList &m_texts;
};

namespace {

sockaddr_un addressOf(const QByteArray &name, socklen_t &length)
{
    // The abstract name space: gone with the listener, whatever ends this process.
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.constData(), size_t(name.size()));
    length = socklen_t(offsetof(sockaddr_un, sun_path) + 1 + size_t(name.size()));
    return address;
}

} // namespace

LinkUnderFuzz::LinkUnderFuzz()
    : m_address("tidegate-fuzz-" + QByteArray::number(::getpid()))
{
    LinkLimits limits;
    limits.wsMessageBytes = MaxMessageBytes;
    limits.wsMaxFragments = 16;
    limits.wsPingIntervalMs = 0;
    limits.wsDeflateMinBytes = 64;
    m_shard = std::make_unique<IoShard>(0, limits, IoShard::Services{m_clock, m_counters, m_budgets, nullptr, {}, {}});
    m_shard->addEndpoint("/ws", std::make_unique<EchoEndpoint>(m_texts));
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t length = 0;
    const sockaddr_un address = addressOf(m_address, length);
    require(::bind(listener, reinterpret_cast<const sockaddr *>(&address), length) == 0 && ::listen(listener, 16) == 0,
            "there is a listener");
    m_shard->listen(listener, nullptr);
}

LinkUnderFuzz::~LinkUnderFuzz() = default;

void LinkUnderFuzz::settle()
{
    QEventLoop loop;
    while (loop.processEvents()) {
    }
}

int LinkUnderFuzz::open()
{
    const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t length = 0;
    const sockaddr_un address = addressOf(m_address, length);
    require(::connect(client, reinterpret_cast<const sockaddr *>(&address), length) == 0, "the shard lets in");
    const QByteArray answer =
        exchange(client, {"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"});
    require(answer.startsWith("HTTP/1.1 101") && answer.contains("permessage-deflate"), "deflating is agreed");
    return client;
}

QByteArray LinkUnderFuzz::exchange(int client, const QByteArrayList &pieces)
{
    QByteArray answer;
    char buffer[64 * 1024];
    for (const QByteArray &piece : pieces) {
        (void)::send(client, piece.constData(), size_t(piece.size()), MSG_NOSIGNAL);
        qsizetype before = 0;
        do {
            before = answer.size();
            settle();
            for (ssize_t got = 0; (got = ::recv(client, buffer, sizeof buffer, 0)) > 0;)
                answer.append(buffer, got);
        } while (answer.size() > before);
    }
    return answer;
}

void LinkUnderFuzz::close(int client)
{
    ::close(client);
    settle();
}

} // namespace Tidegate::Test
