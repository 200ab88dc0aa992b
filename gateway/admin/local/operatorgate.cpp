// SPDX-License-Identifier: MIT
#include "admin/local/operatorgate.h"

#include "admin/adminjson.h"
#include "base/logging.h"
#include "wire/websocketframe.h"

namespace Tidegate::Admin {

std::optional<OperatorRole> OperatorRoles::roleOf(const Principal &principal) const
{
    if (principal.may(admin))
        return OperatorRole::Admin;
    if (principal.may(operate))
        return OperatorRole::Operate;
    return principal.may(view) ? std::optional(OperatorRole::View) : std::nullopt;
}

struct OperatorGate::Talk
{
    Caller caller;
    Conversation conversation;
};

OperatorGate::OperatorGate(AdminService &service, const Authenticator &authenticator)
    : m_service(service)
    , m_authenticator(authenticator)
    , m_home(service.home().tasks)
{
}

OperatorGate::~OperatorGate() = default;

void OperatorGate::shutDown()
{
    m_talks.clear();
}

void OperatorGate::setRoles(const OperatorRoles &roles)
{
    const std::lock_guard lock(m_mutex);
    m_roles = roles;
}

Result<OperatorGate::Visitor> OperatorGate::admit(const HttpRequest &request) const
{
    Visitor visitor;
    visitor.principal = m_authenticator.fromRequest(headerValue(request.headers, "Cookie"),
                                                    headerValue(request.headers, "Authorization"));
    if (visitor.principal.isGuest())
        return Error{ErrorCode::Unauthenticated, QStringLiteral("log in, or send a token: Authorization: Bearer ...")};
    const std::lock_guard lock(m_mutex);
    const auto role = m_roles.roleOf(visitor.principal);
    // A tenant's own staff must not see the other tenants.
    if (!role || !visitor.principal.site.isEmpty())
        return Error{ErrorCode::Forbidden, QStringLiteral("operators need the role of admin.view_role and no site")};
    visitor.who = {QString::fromUtf8(visitor.principal.subjectId), QString::fromUtf8(request.peer.address), *role};
    return visitor;
}

void OperatorGate::open(quint64 link, Caller caller)
{
    m_home->post([this, link, caller = std::move(caller)] {
        if (m_talks.size() >= size_t(MaxConversations)) {
            caller.close(WebSocket::CloseTryAgainLater, "Too many operators");
            return;
        }
        qCInfo(lcApp, "operator connected user=%s role=%s", qPrintable(caller.visitor.who.name),
               qPrintable(operatorRoleName(caller.visitor.who.role)));
        // The conversation speaks at once, through the caller it is stored with.
        auto port = m_service.makePort(caller.visitor.who);
        const auto send = caller.send;
        m_talks.emplace(link, std::unique_ptr<Talk>(new Talk{caller, {std::move(port), send}}));
    });
}

void OperatorGate::receive(quint64 link, QByteArray text)
{
    const qsizetype cost = text.size();
    m_home->post(
        [this, link, text = std::move(text)] {
            const auto talk = m_talks.find(link);
            if (talk == m_talks.end())
                return;
            const CpuMeter::Scope spent(*m_service.home().cpu);
            if (!talk->second->conversation.receive(text))
                talk->second->caller.close(WebSocket::CloseInvalidPayload, "Not a JSON object");
        },
        cost);
}

void OperatorGate::close(quint64 link)
{
    m_home->post([this, link] { m_talks.erase(link); });
}

void OperatorGate::ask(Visitor visitor, QJsonObject message, std::function<void(Result<QJsonObject>)> done)
{
    m_home->post([this, visitor = std::move(visitor), message = std::move(message), done = std::move(done)] {
        const quint64 talk = FirstSingleTalk + ++m_singleTalks;
        const auto send = [this, talk, done](const QJsonObject &reply) {
            if (reply.contains(QStringLiteral("event")))
                return;
            if (const QJsonValue error = reply.value(QStringLiteral("error")); error.isObject())
                done(errorFromJson(error.toObject()));
            else
                done(reply.value(QStringLiteral("result")).toObject());
            close(talk); // later: the conversation is on the stack
        };
        auto port = m_service.makePort(visitor.who);
        const Caller caller{visitor, send, [](quint16, const QByteArray &) {}};
        auto &opened = m_talks[talk];
        opened.reset(new Talk{caller, {std::move(port), send}});
        opened->conversation.take(message);
    });
}

void OperatorGate::endSession(const QByteArray &sessionId)
{
    for (const auto &[link, talk] : m_talks) {
        if (talk->caller.visitor.principal.sessionId == sessionId)
            talk->caller.close(WebSocket::ClosePolicyViolation, "The session has ended");
    }
}

void OperatorGate::endExpired()
{
    const qint64 now = m_service.view().clock.nowMs();
    for (const auto &[link, talk] : m_talks) {
        if (talk->caller.visitor.principal.isExpiredAt(now))
            talk->caller.close(WebSocket::ClosePolicyViolation, "The token has expired");
    }
}

} // namespace Tidegate::Admin
