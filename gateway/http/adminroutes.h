// SPDX-License-Identifier: MIT
#pragma once

namespace Tidegate {

namespace Ssma {
class OptimisticApi;
}
class RouteTable;

//! /admin/optimistic/* and POST /islands/invalidate, for staff (SSMA spec section 5).
class AdminRoutes
{
public:
    static constexpr int DefaultIntents = 100;
    static constexpr int MaxIntents = 500;

    explicit AdminRoutes(Ssma::OptimisticApi &api)
        : m_api(api)
    {
    }
    void addTo(RouteTable &table);

private:
    Ssma::OptimisticApi &m_api;
};

} // namespace Tidegate
