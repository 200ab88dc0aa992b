// SPDX-License-Identifier: MIT
#include "admin/local/adminservice.h"

#include "admin/local/accountproviders.h"
#include "admin/local/linksprovider.h"
#include "admin/local/localadminport.h"
#include "admin/local/policy.h"
#include "admin/local/streamproviders.h"

namespace Tidegate::Admin {

namespace {

//! Other threads may hold the queue a moment longer than we do, and a QObject must go on its own thread.
std::shared_ptr<TaskQueue> makeHomeQueue()
{
    return {new TaskQueue, [](TaskQueue *queue) { queue->deleteLater(); }};
}

} // namespace

AdminService::AdminService(GatewayView view, Config config)
    : m_view(std::move(view))
    , m_config(std::move(config))
    , m_startedAtMs(m_view.clock.nowMs())
    , m_home{makeHomeQueue(), std::make_shared<CpuMeter>()}
    , m_pulse(std::make_shared<StreamPulse>(m_view.clock))
    , m_sampler(m_view, m_home, m_pulse)
{
    m_view.log.setTap([this](const QByteArray &line) { m_tail.push(line); });
    auto audit = std::make_unique<AuditTrail>(m_config.auditPath);
    m_audit = audit.get();
    add(std::move(audit));
    add(std::make_unique<LogProvider>(m_tail));
    add(std::make_unique<DecisionsProvider>(m_view, m_home));
    auto limits = std::make_unique<LimitsProvider>(m_view, m_home);
    m_limits = limits.get();
    add(std::move(limits));
    add(std::make_unique<LinksProvider>(m_view, m_home));
    // Runs where the Hub does, and ends with it.
    connect(&m_view.hub, &Hub::streamAppended, &m_view.hub,
            [pulse = m_pulse](const QByteArray &stream) { pulse->note(stream); });
    add(std::make_unique<StreamsProvider>(m_view, m_home, m_pulse));
    add(std::make_unique<SubscriptionsProvider>(m_view, m_home));
    add(std::make_unique<EventsProvider>(m_view, m_home));
    add(std::make_unique<UsersProvider>(m_view, m_home));
    add(std::make_unique<KeysProvider>(m_view, m_home));
    add(std::make_unique<SessionsProvider>(m_view, m_home));
}

AdminService::~AdminService()
{
    Q_EMIT aboutToGo();
    m_view.log.setTap({});
    m_home.tasks->close();
}

void AdminService::add(std::unique_ptr<ResourceProvider> provider)
{
    const QString resource = provider->resource();
    m_providers[resource] = std::move(provider);
}

void AdminService::start()
{
    QStringList offered;
    for (const auto &[resource, provider] : m_providers) {
        offered.append(resource);
        for (const QString &command : provider->commands())
            offered.append(resource + u'.' + command);
    }
    m_catalog = ResourceCatalog::builtIn().offering(offered);
    m_sampler.start();
}

std::unique_ptr<AdminPort> AdminService::makePort(Operator who)
{
    return std::make_unique<LocalAdminPort>(*this, std::move(who));
}

Identity AdminService::identityFor(const Operator &who) const
{
    return {m_config.gateway, QStringLiteral(TIDEGATE_VERSION), m_config.node, m_startedAtMs, who.name, who.role};
}

void AdminService::explain(const PolicyQuestion &question, AdminPort::Answer<PolicyAnswer> done)
{
    const auto decide = [this, question, done](const Principal &principal) {
        const auto ask = [&ssma = m_view.ssma, question, principal] {
            return explainPolicy(ssma, question, principal);
        };
        askCore<PolicyAnswer>(m_view, m_home, ask, [done](PolicyAnswer answer) { done(std::move(answer)); });
    };
    Principal principal;
    principal.role = roleFromName(question.role.toUtf8()).value_or(Role::Guest);
    if (question.user.isEmpty()) {
        decide(principal);
        return;
    }
    m_view.auth.listUsers().then([=, tasks = m_home.tasks](const AuthResult<std::vector<User>> &users) {
        tasks->post([=] {
            if (!users) {
                done(Error{ErrorCode::Unavailable, users.error().text, true});
                return;
            }
            const QByteArray id = question.user.toUtf8();
            const auto user = std::find_if(users->begin(), users->end(), [&](const User &each) {
                return each.id == id || each.email.compare(question.user, Qt::CaseInsensitive) == 0;
            });
            if (user == users->end()) {
                done(Error{ErrorCode::NotFound, QStringLiteral("there is no user \"%1\"").arg(question.user)});
                return;
            }
            Principal known = principal;
            known.subjectId = user->id;
            known.site = user->site;
            if (question.role.isEmpty())
                known.role = user->status == UserStatus::Active ? user->role : Role::Guest;
            decide(known);
        });
    });
}

ResourceProvider *AdminService::provider(const QString &resource) const
{
    const auto found = m_providers.find(resource);
    return found == m_providers.end() ? nullptr : found->second.get();
}

} // namespace Tidegate::Admin
