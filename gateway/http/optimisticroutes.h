// SPDX-License-Identifier: MIT
#pragma once

#include "http/requestcontext.h"
#include "session/ssma/optimisticapi.h"

namespace Tidegate {

class RouteTable;

//! /optimistic/*: verbs of the optimistic-sync core over HTTP (SSMA spec sections 5, 8.4, 14).
class OptimisticRoutes
{
public:
    OptimisticRoutes(Ssma::OptimisticApi &api, bool metricsPublic)
        : m_api(api)
        , m_metricsPublic(metricsPublic)
    {
    }
    void addTo(RouteTable &table);

private:
    void pending(const RequestPtr &request);
    void metrics(const RequestPtr &request);

    Ssma::OptimisticApi &m_api;
    const bool m_metricsPublic;
};

//! Passes an ApiReply on as it is.
void answerWith(const RequestPtr &request, QFuture<Ssma::ApiReply> future);
Ssma::ApiCaller callerOf(const RequestContext &request);

} // namespace Tidegate
