// SPDX-License-Identifier: MIT
#include "auth/usersfile.h"

#include "base/logging.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate {

namespace {

constexpr qsizetype MaxIdBytes = 64;

std::optional<qint64> timeOf(const QJsonValue &value)
{
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return time.isValid() ? std::optional(time.toMSecsSinceEpoch()) : std::nullopt;
}

std::optional<StoredUser> readRow(const QJsonObject &row, qint64 nowMs)
{
    StoredUser stored;
    User &user = stored.user;
    user.id = row.value(QLatin1String("id")).toString().toUtf8();
    const auto email = normalisedEmail(row.value(QLatin1String("email")).toString());
    stored.passwordHash = row.value(QLatin1String("passwordHash")).toString().toUtf8();
    if (user.id.isEmpty() || user.id.size() > MaxIdBytes || !email || !stored.passwordHash.startsWith("$argon2id$"))
        return std::nullopt;
    user.email = *email;
    user.name = row.value(QLatin1String("name")).toString();
    user.role = roleFromName(row.value(QLatin1String("role")).toString().toUtf8()).value_or(Role::Guest);
    const bool isActive = row.value(QLatin1String("status")).toString() == QLatin1String("active");
    user.status = isActive ? UserStatus::Active : UserStatus::Disabled;
    user.createdAtMs = timeOf(row.value(QLatin1String("createdAt"))).value_or(nowMs);
    user.updatedAtMs = timeOf(row.value(QLatin1String("updatedAt"))).value_or(nowMs);
    user.lastLoginAtMs = timeOf(row.value(QLatin1String("lastLoginAt")));
    return stored;
}

} // namespace

Result<std::vector<StoredUser>> readUsersFile(const QString &path, qint64 nowMs)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, QStringLiteral("%1: %2").arg(path, file.errorString()), false};
    if (file.size() > MaxUsersFileBytes)
        return Error{ErrorCode::TooLarge, QStringLiteral("%1: over 64 MiB").arg(path), false};
    QJsonParseError fault;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &fault);
    const QJsonValue users = document.object().value(QLatin1String("users"));
    if (!users.isArray()) {
        const QString reason = document.isNull() ? fault.errorString() : QStringLiteral("no \"users\" list");
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("%1: %2").arg(path, reason), false};
    }
    std::vector<StoredUser> rows;
    const QJsonArray list = users.toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        auto row = readRow(list.at(i).toObject(), nowMs);
        if (row)
            rows.push_back(*std::move(row));
        else
            qCWarning(lcAuth) << "import: row skipped, no usable id, mail or password hash: row=" << i;
    }
    return rows;
}

} // namespace Tidegate
