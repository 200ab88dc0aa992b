// SPDX-License-Identifier: MIT
#pragma once

#include "http/adminroutes.h"
#include "http/adminv1routes.h"
#include "http/authroutes.h"
#include "http/demoroutes.h"
#include "http/httpapi.h"
#include "http/internalroutes.h"
#include "http/islandroutes.h"
#include "http/logroutes.h"
#include "http/optimisticroutes.h"
#include "http/requestdesk.h"
#include "http/requestpipeline.h"
#include "http/routetable.h"
#include "http/sharedataroutes.h"
#include "http/ticketroutes.h"

namespace Tidegate {

//! Builds and connects the parts of the HTTP API. Lives on the http thread.
class HttpApiCore
{
public:
    HttpApiCore(const HttpApiConfig &config, const HttpApiPorts &ports);

    void receive(const RequestPtr &request);
    void setAllowedOrigins(const QByteArrayList &origins) { m_pipeline.setAllowedOrigins(origins); }
    void setLimits(const HttpLimits &limits);
    std::vector<LimitBucket> limitBuckets() const { return m_pipeline.limitBuckets(); }

private:
    std::optional<DecisionBatch> m_decisions;
    RouteTable m_table;
    RequestPipeline m_pipeline;
    AuthRoutes m_auth;
    LogRoutes m_logs;
    OptimisticRoutes m_optimistic;
    AdminRoutes m_admin;
    AdminV1Routes m_adminV1;
    InternalRoutes m_internal;
    IslandRoutes m_islands;
    ShareDataRoutes m_sharedata;
    TicketRoutes m_tickets;
    DemoRoutes m_demo;
    RequestDesk m_desk; //!< last: it ends the open requests before the routes go
};

} // namespace Tidegate
