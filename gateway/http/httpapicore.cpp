// SPDX-License-Identifier: MIT
#include "http/httpapicore.h"

#include "auth/authservice.h"

namespace Tidegate {

HttpApiCore::HttpApiCore(const HttpApiConfig &config, const HttpApiPorts &ports)
    : m_pipeline(config.allowedOrigins, config.limits, ports.auth.authenticator(), ports.events, ports.clock)
    , m_auth(ports.auth)
    , m_logs(ports.auth, ports.events, ports.clock, config.limits.logBatches, ports.furtherHealth)
    , m_optimistic(ports.optimistic, config.metricsPublic)
    , m_admin(ports.optimistic)
    , m_adminV1(ports.operators)
    , m_internal(ports.optimistic, config.backendToken)
    , m_islands(ports.optimistic, ports.events, ports.clock,
                {config.islandsDemo, config.islandsEnabled, config.disabledIslands})
    , m_sharedata(ports.documents, config.documentToken)
    , m_tickets(ports.tickets)
    , m_demo(config.devMode)
    , m_desk(config.bounds, ports.clock, [this](const RequestPtr &request) {
        if (m_pipeline.admits(request))
            m_table.dispatch(request);
    })
{
    if (ports.decisions)
        m_decisions.emplace(*ports.decisions, ports.clock);
    m_auth.addTo(m_table);
    m_logs.addTo(m_table);
    m_optimistic.addTo(m_table);
    m_admin.addTo(m_table);
    m_adminV1.addTo(m_table);
    m_internal.addTo(m_table);
    m_islands.addTo(m_table);
    m_sharedata.addTo(m_table);
    m_tickets.addTo(m_table);
    m_demo.addTo(m_table);
}

void HttpApiCore::receive(const RequestPtr &request)
{
    request->decisions = m_decisions ? &*m_decisions : nullptr;
    m_desk.receive(request);
}

void HttpApiCore::setLimits(const HttpLimits &limits)
{
    m_pipeline.setLimits(limits);
    m_logs.setLimit(limits.logBatches);
}

} // namespace Tidegate
