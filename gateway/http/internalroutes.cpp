// SPDX-License-Identifier: MIT
#include "http/internalroutes.h"

#include "http/localpeer.h"
#include "http/optimisticroutes.h"
#include "http/replies.h"
#include "http/routetable.h"
#include "http/rules.h"

#include <QCryptographicHash>

#include <sodium.h>

namespace Tidegate {

namespace {

QByteArray hashOf(const QByteArray &token)
{
    return QCryptographicHash::hash(token, QCryptographicHash::Sha256);
}

} // namespace

InternalRoutes::InternalRoutes(Ssma::OptimisticApi &api, const QByteArray &token)
    : m_api(api)
    , m_tokenHash(token.isEmpty() ? QByteArray() : hashOf(token))
{
}

void InternalRoutes::addTo(RouteTable &table)
{
    table.add(RouteTable::Method::Post, QStringLiteral("/internal/backend/events"), [this](const RequestPtr &request) {
        if (isTrustedSource(request->request))
            answerWith(request, m_api.ingestBackendEvents(request->jsonObjectText()));
        else
            request->refuse(HttpRules::BackendToken, Replies::refused(401, "UNAUTHORIZED_BACKEND_EVENT_SOURCE"));
    });
}

bool InternalRoutes::isTrustedSource(const HttpRequest &request) const
{
    if (m_tokenHash.isEmpty())
        return isDirectlyFromThisMachine(request);
    // Hashes have one length, so the comparison tells nothing about the token's, and takes the same time for each.
    const QByteArray offered = hashOf(headerValue(request.headers, "x-ssma-backend-token"));
    return sodium_memcmp(offered.constData(), m_tokenHash.constData(), size_t(m_tokenHash.size())) == 0;
}

} // namespace Tidegate
