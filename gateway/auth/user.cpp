// SPDX-License-Identifier: MIT
#include "auth/user.h"

#include "wire/jsontext.h"

#include <QDateTime>

#include <algorithm>

namespace Tidegate {

namespace {

constexpr qsizetype MaxEmailBytes = 254;

QByteArray isoTime(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

bool mayStandInEmail(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Separator_Space:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
    case QChar::Other_Control:
    case QChar::Other_Format: // invisible: two mails that look the same must not be two accounts
    case QChar::Other_NotAssigned:
        return false;
    default:
        return true;
    }
}

void appendText(QByteArray &out, QByteArrayView key, QByteArrayView text)
{
    out += '"';
    out += key;
    out += R"(":)";
    Json::appendString(out, text);
    out += ',';
}

} // namespace

QByteArray userJson(const User &user)
{
    QByteArray json = "{";
    appendText(json, "id", user.id);
    appendText(json, "email", user.email.toUtf8());
    appendText(json, "name", user.name.toUtf8());
    appendText(json, "role", roleName(user.role));
    appendText(json, "status", user.status == UserStatus::Active ? "active" : "disabled");
    appendText(json, "createdAt", isoTime(user.createdAtMs));
    appendText(json, "updatedAt", isoTime(user.updatedAtMs));
    json += R"("lastLoginAt":)";
    if (user.lastLoginAtMs)
        Json::appendString(json, isoTime(*user.lastLoginAtMs));
    else
        json += "null";
    return json + '}';
}

std::optional<QString> normalisedEmail(const QString &text)
{
    if (text.size() > 4 * MaxEmailBytes)
        return std::nullopt;
    const QString email = text.trimmed().normalized(QString::NormalizationForm_C).toLower();
    const qsizetype at = email.indexOf(QLatin1Char('@'));
    if (at <= 0 || at != email.lastIndexOf(QLatin1Char('@')) || at == email.size() - 1)
        return std::nullopt;
    const QStringView domain = QStringView(email).sliced(at + 1);
    if (domain.startsWith(QLatin1Char('.')) || domain.endsWith(QLatin1Char('.')) || domain.contains(u".."))
        return std::nullopt;
    const auto characters = email.toUcs4();
    if (!email.isValidUtf16() || email.toUtf8().size() > MaxEmailBytes ||
        !std::all_of(characters.cbegin(), characters.cend(), mayStandInEmail))
        return std::nullopt;
    return email;
}

} // namespace Tidegate
