// SPDX-License-Identifier: MIT
#pragma once

#include "transport/httpmessage.h"

#include <QByteArray>

namespace Tidegate {

namespace Ssma {
class OptimisticApi;
}
class RouteTable;

//! POST /internal/backend/events: what the backend pushes (SSMA spec section 12). Token in x-ssma-backend-token;
//! without a configured one only programs on this machine are heard.
class InternalRoutes
{
public:
    InternalRoutes(Ssma::OptimisticApi &api, const QByteArray &token);
    void addTo(RouteTable &table);

private:
    bool isTrustedSource(const HttpRequest &request) const;

    Ssma::OptimisticApi &m_api;
    const QByteArray m_tokenHash; //!< empty when there is no token
};

} // namespace Tidegate
