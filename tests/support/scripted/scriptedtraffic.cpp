// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedcells.h"

#include <QJsonArray>

#include <algorithm>

namespace Tidegate::Admin::ScriptedCells {

using namespace Qt::StringLiterals;

namespace {

QString streamName(qsizetype index)
{
    const qsizetype sitesAt = index % sites().size();
    const qsizetype channelAt = index / sites().size();
    const QString channel = channels()[channelAt % channels().size()];
    const qsizetype room = channelAt / channels().size();
    return u"ssma.site.%1.channel.%2"_s.arg(sites()[sitesAt], channel) + (room > 0 ? u".%1"_s.arg(room) : QString());
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

} // namespace

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
    if (column == "recoveries"_L1)
        return qint64(dice(index, 27) % 90);
    if (column == "gaps"_L1)
        return dice(index, 28) % 7 == 0 ? qint64(1 + dice(index, 29) % 5) : qint64(0);
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
    if (column == "position"_L1)
        return streamCell(u"head"_s, stream, moment).toInteger() - qint64(fate == 1 ? 40 + dice(index, 34) % 300 : 0);
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
    const bool isSettled = status == "acked"_L1 || status == "pending"_L1;
    const bool isMarked = !isSettled && dice(index, 59) % 4 == 0;
    const bool isHandled = isMarked && dice(index, 59) % 8 == 0;
    if (column == "handled"_L1)
        return isHandled;
    if (isSettled)
        return {};
    if (column == "mark"_L1)
        return isMarked ? QJsonValue(QJsonObject{{u"note"_s, isHandled ? u"told the shipper"_s : u"ask the yard"_s},
                                                 {u"colour"_s, isHandled ? u"green"_s : u"amber"_s},
                                                 {u"handled"_s, isHandled},
                                                 {u"by"_s, userId(3)},
                                                 {u"at"_s, insertedAt + 900'000}})
                        : QJsonValue();
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

QJsonValue subjectCell(const QString &column, qsizetype index, const ScriptedMoment &)
{
    if (column == "prefix"_L1)
        return channels()[index];
    const qint64 published = 1'000 + qint64(dice(index, 60) % 90'000);
    const qint64 delivered = published * (2 + qint64(dice(index, 61) % 30));
    constexpr qint64 PayloadBytes = 180;
    if (column == "published"_L1)
        return published;
    if (column == "publishedBytes"_L1)
        return published * PayloadBytes;
    if (column == "requested"_L1)
        return published / 20;
    if (column == "delivered"_L1)
        return delivered;
    return column == "deliveredBytes"_L1 ? delivered * PayloadBytes : qint64(dice(index, 62) % 9);
}

} // namespace Tidegate::Admin::ScriptedCells
