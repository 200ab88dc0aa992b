// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QHostAddress>

#include <utility>
#include <vector>

namespace Tidegate {

//! Whose forwarding headers we believe. Pure and immutable after construction. (SSMA spec section 19(5))
class ProxyTrust
{
public:
    ProxyTrust() = default; //!< nobody's

    //! Addresses or subnets, IPv4 or IPv6: "10.0.0.0/8", "::1". Fails with InvalidSyntax naming the bad one.
    static Result<ProxyTrust> parse(const QByteArrayList &subnets);

    //! The client's address: the right-most hop of X-Forwarded-For that is no trusted proxy, if the socket's peer is
    //! one; else the socket's peer. Several header lines are joined with commas by the caller.
    QByteArray clientAddress(QByteArrayView socketAddress, QByteArrayView forwardedFor) const;

    //! Whether the client's own hop is encrypted: X-Forwarded-Proto "https" counts from a trusted proxy only.
    bool clientIsTls(QByteArrayView socketAddress, bool socketIsTls, QByteArrayView forwardedProto) const;

private:
    bool isTrusted(const QHostAddress &address) const;

    std::vector<std::pair<QHostAddress, int>> m_subnets;
};

} // namespace Tidegate
