// SPDX-License-Identifier: MIT
#pragma once

#include "auth/authenticator.h"
#include "auth/issuerkeys.h"
#include "session/sharedata/identity.h"
#include "transport/httpmessage.h"

#include <map>

namespace Tidegate::ShareData {

//! What a request says about who sends it.
struct Credential
{
    enum class Kind : quint8 { None, Bearer, Ticket, QueryToken } kind = Kind::None;
    QByteArray text;
};

//! Of an upgrade (ShareData spec section 1): a Bearer header with something in it, else the first `ticket` of the
//! query, else the first `token`, decoded as a form does. No fall-back from one that is no good.
Credential credentialOf(const HttpRequest &request);
//! Of a Bearer header; empty if there is none with something in it.
QByteArray bearerOf(const HttpHeaders &headers);

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
    //! Of one of our own sessions, if those count.
    std::optional<Identity> fromPrincipal(const Principal &principal) const;
    //! False: it came with a static token that is not in the table any more, or with a session that has ended or does
    //! not count any more.
    bool stillVouchesFor(const Identity &identity) const;

private:
    std::optional<Identity> fromTable(const QByteArray &token) const;
    std::optional<Identity> fromIssuer(const QByteArray &token, qint64 nowMs) const;

    const Config m_config;
    std::map<QByteArray, Identity> m_byDigest; //!< looked up by hash: comparing tells nothing about the table
};

} // namespace Tidegate::ShareData
