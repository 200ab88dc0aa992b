// SPDX-License-Identifier: MIT
#include "auth/jwt.h"

#include "auth/crypto.h"
#include "auth/signclaims.h"
#include "wire/jsontext.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <limits>
#include <optional>

namespace Tidegate {

namespace {

constexpr qint64 MsPerSecond = 1000;
constexpr double LatestExpirySeconds = double(std::numeric_limits<qint64>::max() / MsPerSecond / 2);

std::optional<QJsonObject> decodeObject(QByteArrayView part)
{
    const auto json = fromBase64Url(part);
    if (!json)
        return std::nullopt;
    const QJsonDocument document = QJsonDocument::fromJson(*json);
    if (!document.isObject())
        return std::nullopt;
    return document.object();
}

std::optional<HmacHash> hashOfHeader(const QJsonObject &header)
{
    // An extension named critical (RFC 7515 section 4.1.11) must be understood, and we understand none.
    if (header.contains(QLatin1String("crit")))
        return std::nullopt;
    const QString alg = header.value(QLatin1String("alg")).toString();
    if (alg == QLatin1String("HS256"))
        return HmacHash::Sha256;
    if (alg == QLatin1String("HS384"))
        return HmacHash::Sha384;
    if (alg == QLatin1String("HS512"))
        return HmacHash::Sha512;
    return std::nullopt;
}

//! Claims of a correctly signed token. An absent claim is fine, one of the wrong kind makes the whole token malformed.
class ClaimReader
{
public:
    explicit ClaimReader(const QJsonObject &claims)
        : m_claims(claims)
    {
    }

    QByteArray text(QLatin1String name)
    {
        const QJsonValue value = m_claims.value(name);
        m_isSound = m_isSound && (value.isUndefined() || value.isString());
        return value.toString().toUtf8();
    }
    std::optional<double> number(QLatin1String name)
    {
        const QJsonValue value = m_claims.value(name);
        if (value.isDouble())
            return value.toDouble();
        m_isSound = m_isSound && value.isUndefined();
        return std::nullopt;
    }
    bool has(QLatin1String name) const { return m_claims.contains(name); }
    bool isSound() const { return m_isSound; }

private:
    const QJsonObject &m_claims;
    bool m_isSound = true;
};

qint64 toMs(double seconds)
{
    return qint64(qBound(-LatestExpirySeconds, seconds, LatestExpirySeconds) * double(MsPerSecond));
}

Principal principalOf(const QJsonObject &claims, bool requireExpiry, qint64 nowMs)
{
    ClaimReader reader(claims);
    Principal principal;
    principal.subjectId = reader.text(QLatin1String("sub"));
    principal.sessionId = reader.text(QLatin1String("sid"));
    principal.site = reader.text(QLatin1String("site"));
    const QByteArray role = reader.text(QLatin1String("role"));
    const auto expiry = reader.number(QLatin1String("exp"));
    const auto notBefore = reader.number(QLatin1String("nbf"));
    reader.number(QLatin1String("iat"));

    const bool isExpired = expiry ? toMs(*expiry) <= nowMs : requireExpiry;
    const bool isEarly = notBefore && toMs(*notBefore) > nowMs;
    if (!reader.isSound() || isExpired || isEarly || principal.subjectId.isEmpty())
        return {};

    principal.role = reader.has(QLatin1String("role")) ? roleFromName(role).value_or(Role::Guest) : Role::User;
    principal.expiresAtMs = expiry ? toMs(*expiry) : 0;
    return principal;
}

} // namespace

QByteArray signClaims(const QByteArray &claims, QByteArrayView secret)
{
    const QByteArray signedPart = toBase64Url(R"({"alg":"HS256","typ":"JWT"})") + '.' + toBase64Url(claims);
    return signedPart + '.' + toBase64Url(hmac(HmacHash::Sha256, secret, signedPart));
}

TokenSigner::TokenSigner(QByteArray secret, bool requireExpiry)
    : m_secret(std::move(secret))
    , m_requireExpiry(requireExpiry)
{
}

QByteArray TokenSigner::issue(const Principal &principal, std::chrono::milliseconds ttl, qint64 nowMs) const
{
    if (m_secret.isEmpty())
        return {};
    const qint64 issuedAt = nowMs / MsPerSecond;
    const qint64 expiry = expiresAtMs(ttl, nowMs) / MsPerSecond;
    QByteArray claims = R"({"role":)";
    Json::appendString(claims, roleName(principal.role));
    claims += R"(,"sub":)";
    Json::appendString(claims, principal.subjectId);
    claims += R"(,"iat":)" + QByteArray::number(issuedAt) + R"(,"exp":)" + QByteArray::number(expiry);
    if (!principal.sessionId.isEmpty()) {
        claims += R"(,"sid":)";
        Json::appendString(claims, principal.sessionId);
    }
    if (!principal.site.isEmpty()) {
        claims += R"(,"site":)";
        Json::appendString(claims, principal.site);
    }
    claims += '}';
    return signClaims(claims, m_secret);
}

qint64 TokenSigner::expiresAtMs(std::chrono::milliseconds ttl, qint64 nowMs)
{
    return (nowMs / MsPerSecond + std::chrono::duration_cast<std::chrono::seconds>(ttl).count()) * MsPerSecond;
}

Principal TokenSigner::verify(QByteArrayView token, qint64 nowMs) const
{
    if (m_secret.isEmpty() || token.size() > MaxTokenBytes || token.count('.') != 2)
        return {};
    const qsizetype headerEnd = token.indexOf('.');
    const qsizetype claimsEnd = token.lastIndexOf('.');

    const auto header = decodeObject(token.first(headerEnd));
    const auto hash = header ? hashOfHeader(*header) : std::nullopt;
    const auto signature = fromBase64Url(token.sliced(claimsEnd + 1));
    if (!hash || !signature || !isEqualConstantTime(*signature, hmac(*hash, m_secret, token.first(claimsEnd))))
        return {};

    const auto claims = decodeObject(token.sliced(headerEnd + 1, claimsEnd - headerEnd - 1));
    return claims ? principalOf(*claims, m_requireExpiry, nowMs) : Principal();
}

} // namespace Tidegate
