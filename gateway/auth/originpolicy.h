// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <utility>
#include <vector>

namespace Tidegate {

//! Which web pages may talk to us: decides WebSocket upgrades and CORS alike (SSMA spec sections 3, 19(4)).
//! Pure and immutable after construction.
class OriginPolicy
{
public:
    //! Origins like "https://app.example"; "*" = every page, with credentials. Empty = the page's origin must be our
    //! own (the Host header) or a loopback one.
    explicit OriginPolicy(const QByteArrayList &allowedOrigins = {});

    //! Views are raw header values, empty when the header is absent. No Origin header means no browser: allowed.
    //! \p isTls: the client's own hop is encrypted, as far as we can know.
    bool isAllowed(QByteArrayView origin, QByteArrayView hostHeader, bool isTls) const;

    //! Response headers for one request; of a refused origin only Vary. \p requestedHeaders: value of
    //! Access-Control-Request-Headers, or empty.
    std::vector<std::pair<QByteArray, QByteArray>> corsHeaders(QByteArrayView origin, QByteArrayView hostHeader,
                                                               bool isTls, QByteArrayView requestedHeaders) const;

    bool allowsEveryOrigin() const { return m_any; }

private:
    QByteArrayList m_allowed;
    bool m_any = false;
};

} // namespace Tidegate
