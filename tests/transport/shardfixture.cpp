// SPDX-License-Identifier: MIT
#include "transport/shardfixture.h"

#include "transport/socketio.h"

#include <future>

namespace Tidegate {

void ScriptedHttp::handle(HttpRequest request, Responder respond)
{
    HttpResponse response;
    if (request.bodyTooLarge)
        response.status = 413;
    else if (request.path == "/echo")
        response.body = request.body;
    else if (request.path == "/big")
        response.body = QByteArray(BigBytes, 'b');
    else if (request.path != "/hold")
        response.status = 404;
    const std::lock_guard lock(m_mutex);
    if (request.path == "/hold")
        m_held.push_back(std::move(respond));
    else
        respond(std::move(response));
    m_requests.push_back(std::move(request));
}

void ScriptedHttp::release()
{
    const std::lock_guard lock(m_mutex);
    for (const Responder &respond : m_held)
        respond({200, {}, "released"});
    m_held.clear();
}

std::vector<HttpRequest> ScriptedHttp::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

int ScriptedHttp::heldCount() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_held.size());
}

void LinkJournal::note(const QByteArray &line)
{
    const std::lock_guard lock(m_mutex);
    m_lines << line;
}

QByteArrayList LinkJournal::lines() const
{
    const std::lock_guard lock(m_mutex);
    return m_lines;
}

class ScriptedLink final : public LinkHandler
{
public:
    explicit ScriptedLink(ShardFixture &fixture)
        : m_fixture(fixture)
    {
    }

    void opened(Link &link) override
    {
        m_link = &link;
        m_fixture.m_links.emplace(link.id().value, &link);
        m_fixture.journal.note("opened");
    }
    void textReceived(QByteArrayView text) override
    {
        m_fixture.journal.note("text");
        if (text == "close") {
            m_link->close(CloseReason::Requested, 4321, "bye");
        } else if (text == "pause") {
            m_link->setReadingPaused(true);
        } else if (text.startsWith("flood ")) {
            const int count = text.sliced(6).toInt();
            for (int i = 0; i < count; ++i)
                m_link->sendText(QByteArray::number(i) + ' ' + QByteArray(1000, 'f'), SendKind::Live);
        } else {
            m_link->sendText(text);
        }
    }
    void binaryReceived(QByteArrayView bytes) override { m_link->sendText("binary " + bytes.toByteArray().toHex()); }
    void closed(CloseReason reason) override
    {
        m_fixture.m_links.erase(m_link->id().value);
        m_fixture.journal.note("closed " + QByteArray::number(int(reason)));
    }

private:
    ShardFixture &m_fixture;
    Link *m_link = nullptr;
};

namespace {

class ScriptedEndpoint final : public Endpoint
{
public:
    ScriptedEndpoint(ShardFixture &fixture, Kind kind, bool isRefusing = false)
        : m_fixture(fixture)
        , m_kind(kind)
        , m_isRefusing(isRefusing)
    {
    }
    Kind kind() const override { return m_kind; }
    std::variant<LinkAdmission, HttpResponse> admit(const HttpRequest &request) override
    {
        if (m_isRefusing)
            return HttpResponse{403, {}, "no"};
        LinkAdmission admission;
        admission.handler = std::make_unique<ScriptedLink>(m_fixture);
        admission.subprotocol = headerValue(request.headers, "Sec-WebSocket-Protocol");
        admission.extraHeaders = {{"X-Extra", "yes"}};
        admission.slowCode = 4002;
        admission.slowText = "SLOW";
        admission.slowEvent = "event: slow\ndata: {}\n\n";
        admission.budgetBytes = m_kind == Kind::WebSocket ? m_fixture.wsBudgetBytes : m_fixture.sseBudgetBytes;
        admission.linkClass = request.query == "staff" ? LinkClass::Staff : LinkClass::Guest;
        return admission;
    }

private:
    ShardFixture &m_fixture;
    const Kind m_kind;
    const bool m_isRefusing;
};

} // namespace

ShardFixture::ShardFixture(const LinkLimits &limits, std::shared_ptr<TlsContext> tls, bool hasHttp,
                           const BudgetPool::Config &budgetConfig)
    : budgets(budgetConfig)
{
    m_anchor.moveToThread(&m_thread);
    m_thread.start();
    const auto create = [&] {
        IoShard::Services services{
            clock, counters,    budgets, hasHttp ? &http : nullptr, [this] { return isCoreBusy.load(); },
            {},    &m_decisions};
        services.guard = [](HttpRequest &request) -> std::optional<HttpResponse> {
            return request.path.startsWith("/guarded/") ? std::optional(HttpResponse{403, {}, {}}) : std::nullopt;
        };
        m_shard = std::make_unique<IoShard>(0, limits, std::move(services));
        m_shard->addEndpoint("/ws", std::make_unique<ScriptedEndpoint>(*this, Endpoint::Kind::WebSocket));
        m_shard->addEndpoint("/refuse", std::make_unique<ScriptedEndpoint>(*this, Endpoint::Kind::WebSocket, true));
        m_shard->addEndpoint("/events", std::make_unique<ScriptedEndpoint>(*this, Endpoint::Kind::EventStream));
        const Result<int> descriptor = SocketIo::listenOn({"127.0.0.1", 0}, SocketIo::Sharing::First);
        if (!descriptor)
            qFatal("cannot listen: %s", qPrintable(descriptor.error().text));
        m_port = SocketIo::boundPort(*descriptor);
        m_shard->listen(*descriptor, std::move(tls));
    };
    runOnThread(create);
}

ShardFixture::~ShardFixture()
{
    http.release();
    runOnThread([this] { m_shard.reset(); });
    m_thread.quit();
    m_thread.wait();
}

void ShardFixture::runOnThread(const std::function<void()> &act)
{
    std::promise<void> done;
    m_anchor.post([&] {
        act();
        done.set_value();
    });
    done.get_future().wait();
}

void ShardFixture::run(const std::function<void(IoShard &)> &act)
{
    runOnThread([&] { act(*m_shard); });
}

void ShardFixture::sendToAll(const QByteArray &bytes, SendKind kind)
{
    // As a task, because what a turn has queued is written at its end.
    run([&](IoShard &shard) { shard.tasks().post([this, bytes, kind] { sendToAllNow(bytes, kind); }); });
}

void ShardFixture::sendToAllNow(const QByteArray &bytes, SendKind kind)
{
    for (const auto &[id, link] : m_links)
        link->sendText(bytes, kind);
}

void ShardFixture::setReadingPausedForAll(bool paused)
{
    run([&](IoShard &shard) {
        shard.tasks().post([this, paused] {
            for (const auto &[id, link] : m_links)
                link->setReadingPaused(paused);
        });
    });
}

qint64 ShardFixture::decided(const DecisionRule &rule) const
{
    qint64 count = 0;
    for (const auto &entry : decisions.entries())
        count += entry->decision.rule == &rule ? entry->decision.count : 0;
    return count;
}

} // namespace Tidegate
