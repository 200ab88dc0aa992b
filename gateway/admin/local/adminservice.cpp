// SPDX-License-Identifier: MIT
#include "admin/local/adminservice.h"

#include "admin/local/linksprovider.h"
#include "admin/local/localadminport.h"

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
    , m_sampler(m_view, m_home)
{
    m_view.log.setTap([this](const QByteArray &line) { m_tail.push(line); });
    auto audit = std::make_unique<AuditTrail>(m_config.auditPath);
    m_audit = audit.get();
    add(std::move(audit));
    add(std::make_unique<LogProvider>(m_tail));
    add(std::make_unique<LinksProvider>(m_view, m_home));
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
    const ResourceCatalog all = ResourceCatalog::builtIn().offering(offered);
    m_catalog = ResourceCatalog(all.resources(), all.statistics(), m_explain ? all.policyActions() : QStringList());
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

ResourceProvider *AdminService::provider(const QString &resource) const
{
    const auto found = m_providers.find(resource);
    return found == m_providers.end() ? nullptr : found->second.get();
}

} // namespace Tidegate::Admin
