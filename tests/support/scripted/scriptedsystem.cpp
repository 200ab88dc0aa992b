// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedcells.h"

namespace Tidegate::Admin::ScriptedCells {

using namespace Qt::StringLiterals;

QJsonValue userCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    static const QStringList Trades{u"crane"_s, u"dock"_s, u"yard"_s, u"office"_s, u"gate"_s};
    const QString word = pick(Trades, dice(index, 100));
    if (column == "id"_L1)
        return userId(index);
    if (column == "email"_L1)
        return u"%1%2@port.example"_s.arg(word).arg(index);
    if (column == "name"_L1)
        return u"%1 %2"_s.arg(word).arg(index);
    if (column == "role"_L1)
        return roleOf(index) == "guest"_L1 ? u"user"_s : roleOf(index);
    if (column == "status"_L1)
        return dice(index, 101) % 15 == 0 ? u"disabled"_s : u"active"_s;
    if (column == "site"_L1)
        return dice(index, 102) % 2 == 0 ? QString() : siteOf(index);
    if (column == "createdAt"_L1)
        return ageTime(moment, index, 103, 300LL * 86'400'000);
    if (column == "updatedAt"_L1)
        return ageTime(moment, index, 104, 20LL * 86'400'000);
    if (column == "lastLoginAt"_L1)
        return dice(index, 105) % 9 == 0 ? QJsonValue() : ageTime(moment, index, 106, 5LL * 86'400'000);
    return {};
}

QJsonValue keyCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const qsizetype user = qsizetype(dice(index, 110) % 240);
    if (column == "id"_L1)
        return u"key-"_s + padded(index, 4);
    if (column == "hint"_L1)
        return u"tg_"_s + hex(dice(index, 111), 6);
    if (column == "user"_L1)
        return userId(user);
    if (column == "email"_L1)
        return userCell(column, user, moment);
    if (column == "createdAt"_L1)
        return ageTime(moment, index, 112, 200LL * 86'400'000);
    return column == "lastUsedAt"_L1 ? ageTime(moment, index, 113, 86'400'000) : QJsonValue();
}

QJsonValue sessionCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const qsizetype user = qsizetype(dice(index, 120) % 240);
    if (column == "id"_L1)
        return u"se-"_s + padded(index, 4);
    if (column == "user"_L1)
        return userId(user);
    if (column == "email"_L1)
        return userCell(column, user, moment);
    if (column == "apiKey"_L1)
        return dice(index, 121) % 5 == 0 ? u"key-"_s + padded(qsizetype(dice(index, 122) % 40), 4) : QString();
    if (column == "createdAt"_L1)
        return ageTime(moment, index, 123, 86'400'000);
    if (column == "accessUntil"_L1)
        return moment.startMs + qint64(dice(index, 124) % 900'000);
    return column == "refreshUntil"_L1 ? QJsonValue(moment.startMs + 30LL * 86'400'000) : QJsonValue();
}

} // namespace Tidegate::Admin::ScriptedCells

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

const QList<QJsonObject> &scriptedSettings()
{
    const auto row = [](const QString &key, const QString &value, const QString &standard, const QString &origin,
                        const QString &doc) {
        return QJsonObject{{u"key"_s, key},
                           {u"value"_s, value},
                           {u"default"_s, standard},
                           {u"origin"_s, origin},
                           {u"isDefault"_s, origin == "default"_L1},
                           {u"isReloadable"_s, !key.startsWith("server."_L1)},
                           {u"isSecret"_s, value == "***"_L1},
                           {u"doc"_s, doc}};
    };
    static const QList<QJsonObject> Rows{
        row(u"server.listen"_s, u"[\"0.0.0.0:5050\"]"_s, u"[\"127.0.0.1:5050\"]"_s, u"tidegate.toml:3"_s,
            u"Addresses to listen on."_s),
        row(u"server.io_threads"_s, u"0"_s, u"0"_s, u"default"_s, u"0 = processor cores - 1."_s),
        row(u"http.rate_max"_s, u"240"_s, u"120"_s, u"environment TIDEGATE_HTTP_RATE_MAX"_s,
            u"Requests per address and window."_s),
        row(u"auth.secret"_s, u"***"_s, QString(), u"environment SSMA_AUTH_JWT_SECRET"_s, u"Signing key."_s),
        row(u"ws.ping_interval"_s, u"\"30s\""_s, u"\"30s\""_s, u"default"_s, u"0 = no pings."_s),
        row(u"store.max_entries"_s, u"500000"_s, u"1000000"_s, u"flag --store-max-entries"_s, u"Log rows kept."_s),
        row(u"backend.url"_s, u"\"http://127.0.0.1:7070\""_s, u"\"\""_s, u"tidegate.toml:14"_s,
            u"Who decides intents."_s),
    };
    return Rows;
}

} // namespace Tidegate::Admin
