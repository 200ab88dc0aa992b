// SPDX-License-Identifier: MIT
#include "auth/issuerkeys.h"

#include "auth/crypto.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <optional>

namespace Tidegate {

namespace {

constexpr double LatestSeconds = 9e12; //!< far behind every date, and its milliseconds fit

Error refused()
{
    return {ErrorCode::Unauthenticated, QStringLiteral("the token is not valid")};
}

QJsonObject objectOf(QByteArrayView part, QByteArray *text = nullptr)
{
    const QByteArray json = fromBase64Url(part).value_or(QByteArray());
    if (text)
        *text = json;
    return QJsonDocument::fromJson(json).object();
}

bool isFor(const QJsonValue &audiences, const QByteArray &audience)
{
    const QString wanted = QString::fromUtf8(audience);
    return audiences.isArray() ? audiences.toArray().contains(wanted) : audiences == QJsonValue(wanted);
}

//! A time in seconds; nothing if it is there and none.
std::optional<double> secondsOf(const QJsonObject &claims, QLatin1String name, double ifAbsent)
{
    const QJsonValue value = claims.value(name);
    if (value.isUndefined())
        return ifAbsent;
    if (!value.isDouble())
        return {};
    return qBound(-LatestSeconds, value.toDouble(), LatestSeconds);
}

} // namespace

Result<std::shared_ptr<const IssuerKeys>> IssuerKeys::load(const std::map<QByteArray, QByteArray> &files)
{
    std::shared_ptr<IssuerKeys> keys(new IssuerKeys);
    for (const auto &[issuer, path] : files) {
        auto key = PublicKey::load(QString::fromUtf8(path));
        if (!key)
            return key.error();
        keys->m_keys.insert_or_assign(issuer, *std::move(key));
    }
    return std::shared_ptr<const IssuerKeys>(std::move(keys));
}

Result<IssuedClaims> IssuerKeys::verify(QByteArrayView token, const QByteArray &audience, qint64 nowMs) const
{
    if (token.size() > MaxTokenBytes || token.count('.') != 2)
        return refused();
    const qsizetype headerEnd = token.indexOf('.');
    const qsizetype claimsEnd = token.lastIndexOf('.');
    const QJsonObject header = objectOf(token.first(headerEnd));
    IssuedClaims issued;
    const QJsonObject claims = objectOf(token.sliced(headerEnd + 1, claimsEnd - headerEnd - 1), &issued.json);
    const auto key = m_keys.find(claims.value(QLatin1String("iss")).toString().toUtf8());
    // An extension named critical (RFC 7515 section 4.1.11) must be understood, and we understand none.
    if (key == m_keys.end() || header.contains(QLatin1String("crit")))
        return refused();
    const QByteArray algorithm = header.value(QLatin1String("alg")).toString().toUtf8();
    const QByteArray signature = fromBase64Url(token.sliced(claimsEnd + 1)).value_or(QByteArray());
    if (!key->second.verifies(algorithm, token.first(claimsEnd), signature))
        return refused();
    const auto expiry = secondsOf(claims, QLatin1String("exp"), LatestSeconds);
    const auto notBefore = secondsOf(claims, QLatin1String("nbf"), -LatestSeconds);
    const double now = double(nowMs) / 1000;
    if (!expiry || !notBefore || *expiry <= now || *notBefore > now ||
        !isFor(claims.value(QLatin1String("aud")), audience))
        return refused();
    issued.expiresAtMs = claims.contains(QLatin1String("exp")) ? qint64(*expiry * 1000) : 0;
    return issued;
}

} // namespace Tidegate
