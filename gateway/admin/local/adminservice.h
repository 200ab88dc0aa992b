// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/audittrail.h"
#include "admin/local/decisionsprovider.h"
#include "admin/local/gatewayview.h"
#include "admin/local/logtail.h"
#include "admin/local/provider.h"
#include "admin/local/sampler.h"

#include <QObject>

#include <map>

namespace Tidegate::Admin {

//! Everything about one running gateway that operators share: its resources, pulse, log tail and audit. Each operator
//! has a port of its own on it. Lives on the gateway's thread; made before the shards, destroyed while they still run.
class AdminService final : public QObject
{
    Q_OBJECT
public:
    struct Config
    {
        QString gateway; //!< name shown to operators
        QString node;
        QString auditPath; //!< empty = the audit ends with the process
    };

    AdminService(GatewayView view, Config config);
    //! Ports that are still there go offline; what they wait for ends as Unavailable.
    ~AdminService() override;

    //! Before start().
    void add(std::unique_ptr<ResourceProvider> provider);
    //! Where else callers are counted. Until the service goes; \p source need not answer once the gateway stops.
    void addLimits(LimitsProvider::Source source) { m_limits->addSource(std::move(source)); }
    void addShard(const ShardView &shard) { m_view.shards.push_back(shard); }
    //! Once all shards are there.
    void start();

    std::unique_ptr<AdminPort> makePort(Operator who);

    // For ports.
    const ResourceCatalog &catalog() const { return m_catalog; }
    Identity identityFor(const Operator &who) const;
    ResourceProvider *provider(const QString &resource) const;
    AuditTrail &audit() { return *m_audit; }
    const LogTail &logTail() const { return m_tail; }
    Sampler &sampler() { return m_sampler; }
    void explain(const PolicyQuestion &question, AdminPort::Answer<PolicyAnswer> done);
    const Home &home() const { return m_home; }
    const GatewayView &view() const { return m_view; }

Q_SIGNALS:
    void aboutToGo();

private:
    GatewayView m_view;
    const Config m_config;
    const qint64 m_startedAtMs;
    const Home m_home;
    LogTail m_tail;
    const std::shared_ptr<StreamPulse> m_pulse; //!< core thread
    Sampler m_sampler;
    AuditTrail *m_audit = nullptr;      //!< one of m_providers
    LimitsProvider *m_limits = nullptr; //!< likewise
    std::map<QString, std::unique_ptr<ResourceProvider>> m_providers;
    ResourceCatalog m_catalog;
};

} // namespace Tidegate::Admin
