// SPDX-License-Identifier: MIT
#pragma once

#include "auth/authenticator.h"
#include "auth/issuerkeys.h"
#include "session/sharedata/identity.h"
#include "transport/httpmessage.h"

#include <map>

namespace Tidegate::ShareData {

//! The token of an upgrade (ShareData spec section 1): a Bearer header with something in it, else the first `token` of
//! the query, decoded as a form does. No fall-back from a header whose token is no good.
QByteArray tokenOf(const HttpRequest &request);

//! Who a token stands for, as far as that can be told without asking anybody. Immutable but for what Authenticator
//! looks at; any thread.
class TokenGate
{
public:
    struct Config
    {
        std::map<QByteArray, QByteArray> tokens = {};   //!< static token to "subject" or "subject:role"
        std::shared_ptr<const IssuerKeys> issuers = {}; //!< none: tokens of others do not count
        QByteArray audience = {};                       //!< that their tokens must be for
        const Authenticator *sessions = nullptr;        //!< our own session tokens count; borrowed
    };

    explicit TokenGate(Config config);

    std::optional<Identity> identify(const QByteArray &token, qint64 nowMs) const;
    //! False: it came with a static token that is not in the table (any more).
    bool stillVouchesFor(const Identity &identity) const
    {
        return identity.staticTokenDigest.isEmpty() || m_byDigest.contains(identity.staticTokenDigest);
    }

private:
    std::optional<Identity> fromTable(const QByteArray &token) const;
    std::optional<Identity> fromIssuer(const QByteArray &token, qint64 nowMs) const;
    std::optional<Identity> fromSession(const QByteArray &token) const;

    const Config m_config;
    std::map<QByteArray, Identity> m_byDigest; //!< looked up by hash: comparing tells nothing about the table
};

} // namespace Tidegate::ShareData
