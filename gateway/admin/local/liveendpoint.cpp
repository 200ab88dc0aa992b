// SPDX-License-Identifier: MIT
#include "admin/local/liveendpoint.h"

#include <QJsonDocument>

namespace Tidegate::Admin {

namespace {

HttpResponse refusal(const Error &error)
{
    const int status = error.code == ErrorCode::Unauthenticated ? 401 : 403;
    const QByteArray body =
        QJsonDocument(QJsonObject{{QStringLiteral("error"), error.text}}).toJson(QJsonDocument::Compact);
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, body};
}

} // namespace

//! One operator's link. What the gateway's thread sends comes back as tasks of the shard and finds it by its id.
class LiveEndpoint::Handler final : public LinkHandler
{
public:
    Handler(LiveEndpoint &endpoint, OperatorGate::Visitor visitor)
        : m_endpoint(endpoint)
        , m_visitor(std::move(visitor))
    {
    }

    void opened(Link &link) override
    {
        m_link = &link;
        m_id = link.id().value;
        m_endpoint.m_handlers.emplace(m_id, this);
        const auto onLink = [endpoint = &m_endpoint, id = m_id](qsizetype cost, auto act) {
            endpoint->m_shard.tasks->post(
                [endpoint, id, act] {
                    if (const auto found = endpoint->m_handlers.find(id); found != endpoint->m_handlers.end())
                        act(*found->second->m_link);
                },
                cost);
        };
        OperatorGate::Caller caller;
        caller.visitor = m_visitor;
        caller.send = [onLink](const QJsonObject &message) {
            const QByteArray text = QJsonDocument(message).toJson(QJsonDocument::Compact);
            onLink(text.size(), [text](Link &to) { to.sendText(text); });
        };
        caller.close = [onLink](quint16 code, const QByteArray &text) {
            onLink(64, [code, text](Link &to) { to.close(CloseReason::Requested, code, text); });
        };
        m_endpoint.m_gate->open(m_id, std::move(caller));
    }
    void textReceived(QByteArrayView text) override { m_endpoint.m_gate->receive(m_id, text.toByteArray()); }
    void binaryReceived(QByteArrayView bytes) override { textReceived(bytes); }
    void closed(CloseReason) override
    {
        m_endpoint.m_handlers.erase(m_id);
        m_endpoint.m_gate->close(m_id);
    }

private:
    LiveEndpoint &m_endpoint;
    const OperatorGate::Visitor m_visitor;
    Link *m_link = nullptr;
    quint64 m_id = 0;
};

LiveEndpoint::LiveEndpoint(const ShardView &shard, std::shared_ptr<OperatorGate> gate)
    : m_shard(shard)
    , m_gate(std::move(gate))
{
}

LiveEndpoint::~LiveEndpoint() = default;

std::variant<LinkAdmission, HttpResponse> LiveEndpoint::admit(const HttpRequest &request)
{
    if (!m_shard.ssma->origins().isAllowed(headerValue(request.headers, "Origin"), headerValue(request.headers, "Host"),
                                           request.peer.isTls))
        return refusal({ErrorCode::Forbidden, QStringLiteral("the origin is not in origins.allowed")});
    auto visitor = m_gate->admit(request);
    if (!visitor)
        return refusal(visitor.error());
    LinkAdmission admission;
    admission.slowText = "Too slow";
    admission.linkClass = LinkClass::Staff; // when links are shed, whoever looks why should be the last to go
    admission.handler = std::make_unique<Handler>(*this, std::move(*visitor));
    return admission;
}

} // namespace Tidegate::Admin
