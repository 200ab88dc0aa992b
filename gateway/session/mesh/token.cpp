// SPDX-License-Identifier: MIT
#include "session/mesh/token.h"

#include "auth/crypto.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <optional>

namespace Tidegate::Mesh {

namespace {

constexpr qint64 MsPerSecond = 1000;

//! Algorithms that exist; any other name makes the header unreadable rather than the algorithm wrong.
bool isAlgorithm(QByteArrayView name)
{
    static const QByteArrayList Known{"HS256", "HS384", "HS512", "ES256", "ES384", "RS256",
                                      "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"};
    return Known.contains(name);
}

Result<QJsonObject, QByteArray> readObject(QByteArrayView part)
{
    const auto json = fromBase64Url(part);
    if (!json)
        return QByteArray("Base64 error: not unpadded base64url");
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(*json, &error);
    if (!document.isObject())
        return QByteArray("JSON error: ") +
               (error.error ? error.errorString().toUtf8() : QByteArray("expected an object"));
    return document.object();
}

//! Claims one after another; keeps what was wrong first.
class ClaimReader
{
public:
    explicit ClaimReader(const QJsonObject &claims)
        : m_claims(claims)
    {
    }

    QByteArray text(QLatin1StringView name)
    {
        const QJsonValue value = required(name);
        if (!value.isUndefined() && !value.isString())
            complain("invalid type for `" + QByteArray(name.data(), name.size()) + "`, expected a string");
        return value.toString().toUtf8();
    }

    qint64 seconds(QLatin1StringView name)
    {
        const QJsonValue value = required(name);
        const qint64 number = value.toInteger(-1);
        if (!value.isUndefined() && (!value.isDouble() || number < 0))
            complain("invalid value for `" + QByteArray(name.data(), name.size()) + "`, expected u64");
        return number;
    }

    QByteArrayList list(QLatin1StringView name)
    {
        QByteArrayList items;
        const QJsonValue value = m_claims.value(name);
        if (value.isUndefined())
            return items;
        const QJsonArray array = value.toArray();
        const bool isListOfTexts =
            value.isArray() &&
            std::all_of(array.begin(), array.end(), [](const QJsonValue &item) { return item.isString(); });
        if (!isListOfTexts)
            complain("invalid type for `" + QByteArray(name.data(), name.size()) + "`, expected a list of strings");
        for (const QJsonValue &item : array)
            items.append(item.toString().toUtf8());
        return items;
    }

    const QByteArray &complaint() const { return m_complaint; }

private:
    QJsonValue required(QLatin1StringView name)
    {
        const QJsonValue value = m_claims.value(name);
        if (value.isUndefined())
            complain("missing field `" + QByteArray(name.data(), name.size()) + '`');
        return value;
    }
    void complain(const QByteArray &text)
    {
        if (m_complaint.isEmpty())
            m_complaint = "JSON error: " + text;
    }

    const QJsonObject &m_claims;
    QByteArray m_complaint;
};

bool names(const QJsonValue &audience, const QByteArray &wanted)
{
    const QString text = QString::fromUtf8(wanted);
    return audience.isArray() ? audience.toArray().contains(text) : audience.isString() && audience.toString() == text;
}

} // namespace

struct TokenVerifier::Header
{
    QByteArray algorithm;
    QByteArray keyName;
};

Result<Claims, QByteArray> TokenVerifier::verify(QByteArrayView token, qint64 nowMs) const
{
    const qsizetype claimsEnd = token.lastIndexOf('.');
    const qsizetype headerEnd = claimsEnd < 0 ? -1 : token.first(claimsEnd).lastIndexOf('.');
    if (headerEnd < 0 || token.size() > MaxTokenBytes)
        return QByteArray("InvalidToken");

    const auto headerObject = readObject(token.first(headerEnd));
    if (!headerObject)
        return headerObject.error();
    Header header;
    header.algorithm = headerObject->value(QLatin1StringView("alg")).toString().toUtf8();
    header.keyName = headerObject->value(QLatin1StringView("kid")).toString().toUtf8();
    if (!isAlgorithm(header.algorithm))
        return QByteArray("JSON error: unknown variant of `alg`");
    if (!takesAlgorithm(header))
        return QByteArray("InvalidAlgorithm");
    if (!hasValidSignature(header, token.first(claimsEnd), token.sliced(claimsEnd + 1)))
        return QByteArray("InvalidSignature");

    const auto object = readObject(token.sliced(headerEnd + 1, claimsEnd - headerEnd - 1));
    if (!object)
        return object.error();
    ClaimReader reader(*object);
    Claims claims;
    claims.user = reader.text(QLatin1StringView("sub"));
    claims.expiresAtSeconds = reader.seconds(QLatin1StringView("exp"));
    reader.seconds(QLatin1StringView("iat"));
    claims.permissions = reader.list(QLatin1StringView("permissions"));
    claims.allowedSubjects = reader.list(QLatin1StringView("allowed_subjects"));
    claims.deniedSubjects = reader.list(QLatin1StringView("deny_subjects"));
    if (!reader.complaint().isEmpty())
        return reader.complaint();
    if (claims.expiresAtSeconds < nowMs / MsPerSecond - LeewaySeconds)
        return QByteArray("ExpiredSignature");
    const QJsonValue audience = object->value(QLatin1StringView("aud"));
    if (m_config.audience.isEmpty() ? !audience.isUndefined() : !names(audience, m_config.audience))
        return QByteArray("InvalidAudience");
    if (!m_config.issuer.isEmpty() && object->value(QLatin1StringView("iss")).toString().toUtf8() != m_config.issuer)
        return QByteArray("InvalidIssuer");
    return claims;
}

bool TokenVerifier::takesAlgorithm(const Header &header) const
{
    const auto key = m_config.publicKeys.constFind(header.keyName);
    if (key == m_config.publicKeys.constEnd())
        return header.algorithm == "HS256";
    return header.algorithm == (key->kind() == PublicKey::Kind::Rsa ? "RS256" : "EdDSA");
}

bool TokenVerifier::hasValidSignature(const Header &header, QByteArrayView signedPart, QByteArrayView signature) const
{
    if (const auto key = m_config.publicKeys.constFind(header.keyName); key != m_config.publicKeys.constEnd()) {
        const auto bytes = fromBase64Url(signature);
        return bytes && key->verifies(header.algorithm, signedPart, *bytes);
    }
    const QByteArray secret = m_config.secrets.value(header.keyName, m_config.secret);
    // Texts are compared, as the original does: a padded signature differs.
    return !secret.isEmpty() && isEqualConstantTime(signature, toBase64Url(hmac(HmacHash::Sha256, secret, signedPart)));
}

} // namespace Tidegate::Mesh
