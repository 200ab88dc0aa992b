// SPDX-License-Identifier: MIT
#include "session/sharedata/tokengate.h"

#include "auth/crypto.h"
#include "wire/httpquery.h"
#include "wire/objectwriter.h"

namespace Tidegate::ShareData {

namespace {

QByteArray claimsOf(const QByteArray &subject, const QByteArray &role, const QByteArray &site)
{
    QByteArray claims;
    ObjectWriter(claims).text("sub", subject).textIfAny("role", role).textIfAny("site", site).end();
    return claims;
}

} // namespace

QByteArray bearerOf(const HttpHeaders &headers)
{
    const QByteArray authorization = headerValue(headers, "Authorization");
    constexpr QByteArrayView Scheme = "Bearer ";
    if (authorization.size() <= Scheme.size() ||
        authorization.first(Scheme.size()).compare(Scheme, Qt::CaseInsensitive) != 0)
        return {};
    return authorization.sliced(Scheme.size()).trimmed();
}

Credential credentialOf(const HttpRequest &request)
{
    using Kind = Credential::Kind;
    if (const QByteArray bearer = bearerOf(request.headers); !bearer.isEmpty())
        return {Kind::Bearer, bearer};
    for (const auto &[name, kind] : {std::pair("ticket", Kind::Ticket), std::pair("token", Kind::QueryToken)}) {
        const QByteArray text = Http::queryValue(request.query, name).value_or(QByteArray());
        if (!text.isEmpty())
            return {kind, text};
    }
    return {};
}

TokenGate::TokenGate(Config config)
    : m_config(std::move(config))
{
    for (const auto &[token, who] : m_config.tokens) {
        const qsizetype colon = who.indexOf(':');
        const QByteArray subject = colon < 0 ? who : who.first(colon);
        auto identity = identityFromClaims(claimsOf(subject, colon < 0 ? QByteArray() : who.sliced(colon + 1), {}));
        if (!identity)
            continue;
        identity->staticTokenDigest = sha256(token);
        m_byDigest.emplace(identity->staticTokenDigest, *identity);
    }
}

std::optional<Identity> TokenGate::identify(const QByteArray &token, qint64 nowMs) const
{
    if (token.isEmpty())
        return {};
    if (auto identity = fromTable(token))
        return identity;
    if (auto identity = fromIssuer(token, nowMs))
        return identity;
    return m_config.sessions ? fromPrincipal(m_config.sessions->fromToken(token)) : std::nullopt;
}

bool TokenGate::stillVouchesFor(const Identity &identity) const
{
    if (!identity.staticTokenDigest.isEmpty())
        return m_byDigest.contains(identity.staticTokenDigest);
    return identity.sessionId.isEmpty() ||
           (m_config.sessions && !m_config.sessions->isRevoked(identity.sessionId, identity.expiresAtMs));
}

std::optional<Identity> TokenGate::fromTable(const QByteArray &token) const
{
    const auto known = m_byDigest.find(sha256(token));
    if (known == m_byDigest.end())
        return {};
    return known->second;
}

std::optional<Identity> TokenGate::fromIssuer(const QByteArray &token, qint64 nowMs) const
{
    if (!m_config.issuers || m_config.issuers->isEmpty())
        return {};
    const auto issued = m_config.issuers->verify(token, m_config.audience, nowMs);
    if (!issued)
        return {};
    auto identity = identityFromClaims(issued->json);
    if (identity)
        identity->expiresAtMs = issued->expiresAtMs;
    return identity;
}

std::optional<Identity> TokenGate::fromPrincipal(const Principal &principal) const
{
    if (!m_config.sessions || !principal.hasSession())
        return {};
    auto identity = identityFromClaims(claimsOf(principal.subjectId, roleName(principal.role), principal.site));
    if (!identity)
        return {};
    identity->expiresAtMs = principal.expiresAtMs;
    identity->sessionId = principal.sessionId;
    return identity;
}

} // namespace Tidegate::ShareData
