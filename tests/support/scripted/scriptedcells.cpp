// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedrows.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

//! splitmix64: the same number for the same question, on every machine.
quint64 mix(quint64 value)
{
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

quint64 dice(qsizetype index, quint64 topic)
{
    return mix(quint64(index) * 31 + topic * 0x100000001B3ULL);
}

QString pick(const QStringList &from, quint64 roll)
{
    return from[qsizetype(roll % quint64(from.size()))];
}

QString hex(quint64 roll, int digits)
{
    return QString::number(roll, 16).rightJustified(16, u'0').left(digits);
}

QString padded(qsizetype number, int digits)
{
    return QString::number(number).rightJustified(digits, u'0');
}

const QStringList &sites()
{
    static const QStringList Names{u"default"_s, u"north"_s, u"harbour"_s, u"depot-7"_s, u"lab"_s};
    return Names;
}

const QStringList &channels()
{
    static const QStringList Names{u"global"_s, u"orders"_s,   u"board"_s,     u"stock"_s,
                                   u"alerts"_s, u"chat.ops"_s, u"ops.audit"_s, u"fleet.position"_s};
    return Names;
}

QString userId(qsizetype number)
{
    return u"u-"_s + padded(number, 4);
}

QString siteOf(qsizetype index)
{
    return pick(sites(), dice(index, 1));
}

QString roleOf(qsizetype index)
{
    const quint64 roll = dice(index, 2) % 100;
    return roll < 55 ? u"user"_s : roll < 85 ? u"guest"_s : roll < 97 ? u"staff"_s : u"admin"_s;
}

QString linkKey(qsizetype index)
{
    return u"lk-"_s + padded(index, 6);
}

QString streamName(qsizetype index)
{
    const qsizetype sitesAt = index % sites().size();
    const qsizetype channelAt = index / sites().size();
    const QString channel = channels()[channelAt % channels().size()];
    const qsizetype room = channelAt / channels().size();
    return u"ssma.site.%1.channel.%2"_s.arg(sites()[sitesAt], channel) + (room > 0 ? u".%1"_s.arg(room) : QString());
}

QJsonValue ageTime(const ScriptedMoment &moment, qsizetype index, quint64 topic, qint64 spreadMs)
{
    return moment.startMs - qint64(dice(index, topic) % quint64(spreadMs));
}

QJsonValue linkCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const bool isGuest = roleOf(index) == "guest"_L1;
    const quint64 pace = dice(index, 9) % 40;
    if (column == "id"_L1)
        return linkKey(index);
    if (column == "connection"_L1)
        return u"cn-"_s + hex(dice(index, 3), 8);
    if (column == "user"_L1)
        return isGuest ? QString() : userId(qsizetype(dice(index, 4) % 240));
    if (column == "role"_L1)
        return roleOf(index);
    if (column == "site"_L1)
        return siteOf(index);
    if (column == "session"_L1)
        return isGuest ? QJsonValue() : QJsonValue(u"se-"_s + padded(qsizetype(dice(index, 5) % 180), 4));
    if (column == "dialect"_L1)
        return u"ssma"_s;
    if (column == "transport"_L1)
        return dice(index, 6) % 10 < 7 ? u"websocket"_s : dice(index, 6) % 10 < 9 ? u"sse"_s : u"inprocess"_s;
    if (column == "address"_L1)
        return u"10.%1.%2.%3"_s.arg(index / 65536).arg(index / 256 % 256).arg(index % 256);
    if (column == "agent"_L1)
        return pick({u"Mozilla/5.0 Firefox/128.0"_s, u"Mozilla/5.0 Chrome/126.0"_s, u"tidegate-sdk/1.0"_s},
                    dice(index, 7));
    if (column == "openedAt"_L1)
        return ageTime(moment, index, 8, 6 * 3'600'000);
    if (column == "rttMs"_L1)
        return dice(index, 10) % 20 == 0 ? QJsonValue()
                                         : QJsonValue(qint64(3 + dice(index + moment.step / 4, 11) % 120));
    if (column == "subscriptions"_L1)
        return qint64(1 + dice(index, 12) % 4);
    if (column == "queuedBytes"_L1)
        return dice(index, 13) % 25 == 0 ? qint64(dice(index + moment.step, 14) % 200'000) : qint64(0);
    if (column == "bytesIn"_L1)
        return qint64(dice(index, 15) % 400'000 + quint64(moment.step) * pace * 6);
    if (column == "bytesOut"_L1)
        return qint64(dice(index, 16) % 4'000'000 + quint64(moment.step) * pace * 61);
    if (column == "messagesIn"_L1)
        return qint64(dice(index, 15) % 2'000 + quint64(moment.step) * pace / 30);
    if (column == "messagesOut"_L1)
        return qint64(dice(index, 16) % 20'000 + quint64(moment.step) * pace / 4);
    if (dice(index, 17) % 30 != 0)
        return {};
    if (column == "lastRefusal"_L1)
        return pick({u"RATE_LIMITED"_s, u"FORBIDDEN_CHANNEL"_s, u"INVALID_CONTRACT"_s}, dice(index, 18));
    return column == "lastRefusalAt"_L1 ? ageTime(moment, index, 19, 600'000) : QJsonValue();
}

QJsonValue streamCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const bool isBusy = dice(index, 21) % 4 != 0;
    const qint64 head = qint64(500 + dice(index, 20) % 90'000) + (isBusy ? moment.step / 2 : 0);
    const bool isVolatile = dice(index, 22) % 6 == 0;
    if (column == "name"_L1)
        return streamName(index);
    if (column == "dialect"_L1)
        return u"ssma"_s;
    if (column == "site"_L1)
        return sites()[index % sites().size()];
    if (column == "channel"_L1)
        return streamName(index).section(u".channel."_s, 1);
    if (column == "kind"_L1)
        return isVolatile ? u"volatile"_s : u"durable"_s;
    if (column == "epoch"_L1)
        return u"e-4f1c09"_s;
    if (column == "head"_L1)
        return head;
    if (column == "oldest"_L1)
        return isVolatile ? QJsonValue() : QJsonValue(head - 499);
    if (column == "retained"_L1)
        return isVolatile ? qint64(0) : qint64(500);
    if (column == "retainedBytes"_L1)
        return isVolatile ? qint64(0) : qint64(500 * (180 + dice(index, 23) % 400));
    if (column == "subscribers"_L1)
        return qint64(dice(index, 24) % 120);
    if (column == "published"_L1)
        return head / 2;
    if (column == "rate"_L1)
        return isBusy ? double(dice(index + moment.step / 8, 25) % 400) / 10 : 0.0;
    return column == "lastEventAt"_L1 ? QJsonValue(moment.nowMs() - qint64(dice(index, 26) % 90'000)) : QJsonValue();
}

QJsonValue subscriptionCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const qsizetype link = index / 2;
    const qsizetype stream = qsizetype(dice(index, 30) % 400);
    const quint64 fate = dice(index, 31) % 20;
    if (column == "id"_L1)
        return u"sub-"_s + padded(index, 6);
    if (column == "link"_L1)
        return linkKey(link);
    if (column == "connection"_L1 || column == "user"_L1 || column == "role"_L1 || column == "site"_L1)
        return linkCell(column, link, moment);
    if (column == "stream"_L1)
        return streamName(stream);
    if (column == "channel"_L1 || column == "head"_L1)
        return streamCell(column, stream, moment);
    if (column == "parameters"_L1)
        return QJsonObject();
    if (column == "filter"_L1)
        return fate % 3 == 0 ? QJsonValue(QJsonObject{{u"lane"_s, qint64(fate)}}) : QJsonValue();
    if (column == "since"_L1)
        return ageTime(moment, index, 32, 6 * 3'600'000);
    if (column == "startedAfter"_L1)
        return qint64(dice(index, 33) % 500);
    if (column == "continuity"_L1)
        return fate == 0 ? u"gap"_s : fate < 6 ? u"snapshot"_s : u"exact"_s;
    if (column == "gapReason"_L1)
        return fate == 0 ? QJsonValue(u"older than what is retained"_s) : QJsonValue();
    return column == "recoveries"_L1 ? QJsonValue(qint64(fate % 4)) : QJsonValue();
}

QJsonValue eventCell(const QString &column, qsizetype index, const ScriptedMoment &moment, const QString &stream)
{
    const qsizetype seed = index + qsizetype(mix(quint64(stream.size())) % 1000);
    if (column == "offset"_L1)
        return qint64(index) + 1;
    if (column == "stream"_L1)
        return stream;
    if (column == "at"_L1)
        return moment.startMs - (500 - qint64(index)) * 1'700;
    if (column == "key"_L1)
        return u"task-"_s + QString::number(dice(seed, 40) % 24);
    if (column == "minRole"_L1)
        return u"guest"_s;
    if (column == "bytes"_L1)
        return qint64(160 + dice(seed, 41) % 400);
    if (column == "payload"_L1)
        return QJsonObject{{u"id"_s, u"task-%1"_s.arg(dice(seed, 40) % 24)},
                           {u"title"_s, pick({u"Load pallet"_s, u"Check seal"_s, u"Weigh crate"_s}, dice(seed, 42))},
                           {u"lane"_s, qint64(dice(seed, 43) % 6)},
                           {u"isDone"_s, dice(seed, 44) % 3 == 0},
                           {u"revision"_s, qint64(index)}};
    return column == "replayed"_L1 ? QJsonValue(QJsonObject{{u"replayed"_s, true}}) : QJsonValue();
}

QString statusOf(qsizetype index)
{
    const quint64 roll = dice(index, 50) % 1000;
    return roll < 930   ? u"acked"_s
           : roll < 955 ? u"rejected"_s
           : roll < 965 ? u"conflict"_s
           : roll < 985 ? u"failed"_s
           : roll < 993 ? u"indeterminate"_s
                        : u"pending"_s;
}

QJsonValue intentCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const QString status = statusOf(index);
    const QString id = u"in-"_s + padded(index, 7);
    // Ascends with the index, as offsets do with time.
    const qint64 insertedAt = moment.startMs - (100'000 - qint64(index)) * 800;
    if (column == "key"_L1)
        return siteOf(index) + u'/' + id;
    if (column == "id"_L1)
        return id;
    if (column == "site"_L1)
        return siteOf(index);
    if (column == "seq"_L1)
        return status == "pending"_L1 ? QJsonValue() : QJsonValue(qint64(index) + 1);
    if (column == "name"_L1)
        return pick({u"task.add"_s, u"task.move"_s, u"task.done"_s, u"stock.take"_s}, dice(index, 51));
    if (column == "status"_L1)
        return status;
    if (column == "reasons"_L1)
        return dice(index, 52) % 12 == 0 ? QJsonArray{pick({u"rework"_s, u"reviewed"_s, u"late"_s}, dice(index, 53))}
                                         : QJsonArray();
    if (column == "channels"_L1)
        return QJsonArray{pick(channels(), dice(index, 54))};
    if (column == "user"_L1)
        return userId(qsizetype(dice(index, 55) % 240));
    if (column == "connection"_L1)
        return u"cn-"_s + hex(dice(qsizetype(dice(index, 56) % 10'000), 3), 8);
    if (column == "insertedAt"_L1)
        return insertedAt;
    if (column == "updatedAt"_L1)
        return insertedAt + qint64(dice(index, 57) % 900);
    if (column == "payload"_L1)
        return eventCell(u"payload"_s, index, moment, QString());
    if (column == "meta"_L1)
        return QJsonObject{{u"actor"_s, QJsonObject{{u"type"_s, u"user"_s}}}, {u"origin"_s, u"board"_s}};
    if (status == "acked"_L1 || status == "pending"_L1)
        return {};
    if (column == "backendCode"_L1)
        return status == "conflict"_L1 ? u"VERSION_CONFLICT"_s : status == "rejected"_L1 ? u"RULE"_s : u"TIMEOUT"_s;
    return column == "backendMessage"_L1 ? QJsonValue(u"lane %1 is closed"_s.arg(dice(index, 58) % 6)) : QJsonValue();
}

QJsonValue transitionCell(const QString &column, qsizetype index, const ScriptedMoment &moment, const QString &intent)
{
    qsizetype digits = 0;
    while (digits < intent.size() && intent[intent.size() - 1 - digits].isDigit())
        ++digits;
    const qsizetype of = intent.last(digits).toLongLong();
    static const QStringList Way{u"received"_s, u"durable"_s, u"forwarded"_s};
    static const QList<qint64> After{0, 4, 5, 60};
    qint64 at = intentCell(u"insertedAt"_s, of, moment).toInteger();
    for (qsizetype i = 0; i <= std::min<qsizetype>(index, 3); ++i)
        at += After[i];
    if (column == "number"_L1)
        return qint64(index) + 1;
    if (column == "intent"_L1)
        return intent;
    if (column == "state"_L1)
        return index < Way.size() ? Way[index] : statusOf(of);
    if (column == "at"_L1)
        return at;
    if (column == "afterMs"_L1)
        return index == 0 ? QJsonValue() : QJsonValue(After[std::min<qsizetype>(index, 3)]);
    if (column == "actor"_L1)
        return index == 0 ? intentCell(u"connection"_s, of, moment) : index == 3 ? u"backend"_s : u"gateway"_s;
    return {};
}

QJsonValue logCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const quint64 roll = dice(index, 60) % 40;
    if (column == "number"_L1)
        return qint64(index) + 1;
    if (column == "at"_L1)
        return moment.startMs - (2'000 - qint64(index)) * 300;
    if (column == "level"_L1)
        return roll == 0 ? u"error"_s : roll < 4 ? u"warn"_s : roll < 34 ? u"info"_s : u"debug"_s;
    if (column == "type"_L1)
        return roll == 0  ? u"BACKEND_FAILED"_s
               : roll < 4 ? u"RATE_LIMIT_HIT"_s
                          : pick({u"INTENT_ACKED"_s, u"CHANNEL_SUBSCRIBED"_s, u"WS_CONNECTED"_s, u"WS_CLOSED"_s},
                                 dice(index, 61));
    if (column == "user"_L1)
        return roll % 3 == 0 ? QJsonValue() : QJsonValue(userId(qsizetype(dice(index, 62) % 240)));
    if (column == "data"_L1)
        return QJsonObject{{u"site"_s, siteOf(index)}, {u"connection"_s, u"cn-"_s + hex(dice(index, 63), 8)}};
    return {};
}

QJsonValue auditCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const quint64 roll = dice(index, 70) % 12;
    if (column == "number"_L1)
        return qint64(index) + 1;
    if (column == "at"_L1)
        return moment.startMs - (300 - qint64(index)) * 640'000;
    if (column == "actor"_L1)
        return userId(qsizetype(dice(index, 71) % 6));
    if (column == "role"_L1)
        return roll == 0 ? u"view"_s : roll < 9 ? u"operate"_s : u"admin"_s;
    if (column == "address"_L1)
        return u"10.0.9.%1"_s.arg(dice(index, 72) % 6 + 10);
    if (column == "action"_L1)
        return pick({u"links.kick"_s, u"intents.retry"_s, u"intents.undo"_s, u"sessions.revoke"_s}, dice(index, 73));
    if (column == "targets"_L1)
        return QJsonArray{linkKey(qsizetype(dice(index, 74) % 10'000))};
    if (column == "targetCount"_L1)
        return 1;
    if (column == "args"_L1)
        return QJsonObject();
    if (column == "outcome"_L1)
        return roll == 0 ? u"refused"_s : roll == 1 ? u"failed"_s : u"done"_s;
    return column == "text"_L1 ? QJsonValue(roll == 0 ? u"needs the operator role \"operate\""_s : u"1 done"_s)
                               : QJsonValue();
}

QJsonValue decisionCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    struct Shape
    {
        QString kind, rule, code, text;
    };
    static const QList<Shape> Shapes{
        {u"denied"_s, u"ssma.channels"_s, u"FORBIDDEN_CHANNEL"_s, u"channel ops.audit needs the role staff"_s},
        {u"dropped"_s, u"ws.max_buffered"_s, u"SLOW_CONSUMER"_s, u"owed more than 256 KiB for 10 s"_s},
        {u"filtered"_s, u"island-roles"_s, QString(), u"the island needs the role staff"_s},
        {u"delayed"_s, u"core-busy"_s, QString(), u"reading paused until the core had caught up"_s},
        {u"closed"_s, u"ws.ping_interval"_s, u"1001"_s, u"no answer to a ping"_s},
        {u"gap"_s, u"replay.floor"_s, u"GAP"_s, u"asked for offsets older than what is retained"_s},
    };
    const Shape &shape = Shapes[qsizetype(dice(index, 80) % quint64(Shapes.size()))];
    const qsizetype link = qsizetype(dice(index, 81) % 10'000);
    if (column == "number"_L1)
        return qint64(index) + 1;
    if (column == "at"_L1)
        return moment.startMs - (800 - qint64(index)) * 2'100;
    if (column == "kind"_L1)
        return shape.kind;
    if (column == "rule"_L1)
        return shape.rule;
    if (column == "code"_L1)
        return shape.code;
    if (column == "text"_L1)
        return shape.text;
    if (column == "link"_L1)
        return linkKey(link);
    if (column == "user"_L1 || column == "site"_L1)
        return linkCell(column, link, moment);
    if (column == "subject"_L1)
        return pick(channels(), dice(index, 82));
    return column == "count"_L1 ? QJsonValue(qint64(1 + dice(index, 83) % 9)) : QJsonValue();
}

QJsonValue limitCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const QString limit = pick({u"http.rate_max"_s, u"ssma.message_max"_s, u"ssma.subscribe_max"_s}, dice(index, 90));
    if (column == "key"_L1)
        return limit + u'/' + linkCell(u"address"_s, index, moment).toString();
    if (column == "limit"_L1)
        return limit;
    if (column == "who"_L1)
        return linkCell(u"address"_s, index, moment);
    if (column == "hits"_L1)
        return qint64(1 + dice(index, 91) % 300);
    if (column == "firstAt"_L1)
        return moment.startMs - qint64(3'600'000 + dice(index, 92) % 3'600'000);
    return column == "lastAt"_L1 ? ageTime(moment, index, 93, 3'600'000) : QJsonValue();
}

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

} // namespace

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

QJsonValue scriptedCell(const QString &resource, const QString &column, qsizetype index, const ScriptedMoment &moment,
                        const QString &parent)
{
    using Cell = QJsonValue (*)(const QString &, qsizetype, const ScriptedMoment &);
    static const QHash<QString, Cell> Cells{
        {u"links"_s, linkCell},     {u"streams"_s, streamCell},    {u"subscriptions"_s, subscriptionCell},
        {u"intents"_s, intentCell}, {u"log"_s, logCell},           {u"audit"_s, auditCell},
        {u"users"_s, userCell},     {u"keys"_s, keyCell},          {u"sessions"_s, sessionCell},
        {u"limits"_s, limitCell},   {u"decisions"_s, decisionCell}};
    if (resource == "events"_L1)
        return eventCell(column, index, moment, parent);
    if (resource == "transitions"_L1)
        return transitionCell(column, index, moment, parent);
    if (resource == "config"_L1)
        return scriptedSettings()[index].value(column);
    const Cell cell = Cells.value(resource);
    return cell ? cell(column, index, moment) : QJsonValue();
}

qsizetype initialCount(const QString &resource, const ScriptedSizes &sizes)
{
    const QHash<QString, qsizetype> counts{{u"links"_s, sizes.links},
                                           {u"streams"_s, sizes.streams},
                                           {u"subscriptions"_s, sizes.subscriptions},
                                           {u"events"_s, sizes.eventsPerStream},
                                           {u"intents"_s, sizes.intents},
                                           {u"transitions"_s, 4},
                                           {u"log"_s, sizes.log},
                                           {u"audit"_s, sizes.audit},
                                           {u"decisions"_s, sizes.decisions},
                                           {u"limits"_s, sizes.limits},
                                           {u"users"_s, sizes.users},
                                           {u"keys"_s, sizes.keys},
                                           {u"sessions"_s, sizes.sessions},
                                           {u"config"_s, scriptedSettings().size()}};
    return counts.value(resource);
}

double scriptedStatistic(const QString &name, qint64 second)
{
    struct Shape
    {
        double base, swing, noise;
    };
    static const QHash<QString, Shape> Shapes{{u"links.total"_s, {10'000, 0, 0}},
                                              {u"links.websocket"_s, {7'000, 0, 0}},
                                              {u"links.sse"_s, {2'000, 0, 0}},
                                              {u"links.inprocess"_s, {1'000, 0, 0}},
                                              {u"links.opened"_s, {4, 3, 2}},
                                              {u"subscriptions.total"_s, {20'000, 0, 0}},
                                              {u"streams.total"_s, {400, 0, 0}},
                                              {u"publications"_s, {900, 320, 90}},
                                              {u"deliveries"_s, {41'000, 15'000, 3e3}},
                                              {u"bytes.in"_s, {180e3, 60e3, 20e3}},
                                              {u"bytes.out"_s, {9.2e6, 3.4e6, 7e5}},
                                              {u"bytes.queued"_s, {60e3, 40e3, 30e3}},
                                              {u"intents.received"_s, {420, 160, 40}},
                                              {u"intents.acked"_s, {400, 150, 36}},
                                              {u"intents.refused"_s, {11, 6, 4}},
                                              {u"intents.failed"_s, {2, 2, 3}},
                                              {u"intents.stored"_s, {100'000, 0, 0}},
                                              {u"backend.latencyMs"_s, {14, 6, 5}},
                                              {u"limits.hits"_s, {1, 1, 2}},
                                              {u"core.lagMs"_s, {0.4, 0.2, 0.3}},
                                              {u"core.backlog"_s, {2e3, 1e3, 2e3}},
                                              {u"retained.bytes"_s, {48e6, 1e6, 1e5}},
                                              {u"process.cpu"_s, {38, 14, 5}},
                                              {u"process.rss"_s, {320e6, 6e6, 1e6}},

                                              {u"admin.cpu"_s, {0.4, 0.1, 0.1}}};
    const Shape shape = Shapes.value(name);
    const double wave = std::sin(double(second) / 47.0) * 0.7 + std::sin(double(second) / 11.0) * 0.3;
    const double noise = double(mix(quint64(second + 1'000'000) + quint64(name.size()) * 977) % 2001) / 1000.0 - 1.0;
    return std::max(0.0, shape.base + shape.swing * wave + shape.noise * noise);
}

} // namespace Tidegate::Admin
