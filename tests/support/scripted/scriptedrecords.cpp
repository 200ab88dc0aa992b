// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedcells.h"

#include <QHash>
#include <QJsonArray>

namespace Tidegate::Admin::ScriptedCells {

using namespace Qt::StringLiterals;

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

namespace {

struct DecisionShape
{
    QString kind, rule, code, subject, text, detail, fix;
};

const QList<DecisionShape> &decisionShapes()
{
    static const QList<DecisionShape> Shapes{
        {u"denied"_s, u"ssma.channels"_s, u"ACCESS_DENIED"_s, u"ops.audit"_s,
         u"The channel needs a higher role than the client has."_s, QString(),
         u"Lower its access in ssma.channels, or give the account the role."_s},
        {u"closed"_s, u"ws.max_buffered"_s, u"SLOW_CONSUMER"_s, QString(),
         u"More bytes waited for the client than it may owe, for too long."_s, u"312440 bytes waited"_s,
         u"Raise ws.max_buffered or ws.slow_consumer_grace."_s},
        {u"filtered"_s, u"role"_s, QString(), u"ops.dashboard"_s,
         u"Events were left out for subscribers whose role may not see them."_s, u"kept from 41 subscribers"_s,
         u"Give the account a higher role, or lower that of the island."_s},
        {u"delayed"_s, u"core-busy"_s, QString(), QString(), u"Reading paused until the core had caught up."_s,
         QString(), u"A faster disk or backend helps; nothing was lost."_s},
        {u"dropped"_s, u"lag-conflate"_s, QString(), u"fleet.position"_s,
         u"The client read too slowly: newer events took the place of waiting ones."_s, QString(),
         u"The overflow policy in ssma.channels decides."_s},
        {u"gap"_s, u"store.max_entries"_s, u"gap"_s, u"orders"_s, u"What the client missed is no longer kept."_s,
         u"asked for what follows 1207"_s, u"Raise store.max_entries."_s},
        {u"answered"_s, u"intent-duplicate"_s, QString(), u"intents"_s,
         u"An intent of this id was taken before: its stored outcome was the answer."_s, u"acked"_s,
         u"Give a new intent a new id; a retry is meant to be answered like this."_s},
    };
    return Shapes;
}

} // namespace

QJsonValue decisionCell(const QString &column, qsizetype index, const ScriptedMoment &moment)
{
    const DecisionShape &shape = decisionShapes()[qsizetype(dice(index, 80) % quint64(decisionShapes().size()))];
    // A few links have a lot to tell: they are who a demonstration shows. The first ones leave early.
    const quint64 who = dice(index, 81);
    const qsizetype link = qsizetype(index % 4 == 0 ? 5'000 + who % 24 : who % 10'000);
    const qint64 at = moment.startMs - (800 - qint64(index)) * 2'100;
    const bool isOfMany = shape.kind == "filtered"_L1;
    const QHash<QString, QJsonValue> cells{{u"number"_s, qint64(index) + 1},
                                           {u"at"_s, at},
                                           {u"firstAt"_s, at - qint64(dice(index, 84) % 9'000)},
                                           {u"kind"_s, shape.kind},
                                           {u"rule"_s, shape.rule},
                                           {u"subject"_s, shape.subject},
                                           {u"text"_s, shape.text},
                                           {u"fix"_s, shape.fix},
                                           {u"link"_s, isOfMany ? QString() : linkKey(link)},
                                           {u"user"_s, isOfMany ? QString() : linkCell(u"user"_s, link, moment)},
                                           {u"site"_s, linkCell(u"site"_s, link, moment)},
                                           {u"count"_s, qint64(1 + dice(index, 83) % 9)}};
    if (column == "code"_L1)
        return shape.code.isEmpty() ? QJsonValue() : QJsonValue(shape.code);
    if (column == "detail"_L1)
        return shape.detail.isEmpty() ? QJsonValue() : QJsonValue(shape.detail);
    if (column == "messages"_L1)
        return shape.kind == "answered"_L1 ? QJsonArray{u"in-"_s + padded(qsizetype(dice(index, 82) % 100'000), 7)}
                                           : QJsonArray();
    return cells.value(column, QJsonValue());
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
    const qint64 max = limit == "http.rate_max"_L1 ? 240 : limit == "ssma.message_max"_L1 ? 1'000 : 8;
    const bool isOpen = dice(index, 94) % 3 == 0;
    if (column == "used"_L1)
        return isOpen ? QJsonValue(max - qint64(dice(index, 95) % quint64(max / 4 + 1))) : QJsonValue();
    if (column == "max"_L1)
        return isOpen ? QJsonValue(max) : QJsonValue();
    if (column == "resetsAt"_L1)
        return isOpen ? QJsonValue(moment.nowMs() + qint64(dice(index, 96) % 9'000)) : QJsonValue();
    if (column == "hits"_L1)
        return qint64(1 + dice(index, 91) % 300);
    if (column == "firstAt"_L1)
        return moment.startMs - qint64(3'600'000 + dice(index, 92) % 3'600'000);
    return column == "lastAt"_L1 ? ageTime(moment, index, 93, 3'600'000) : QJsonValue();
}

} // namespace Tidegate::Admin::ScriptedCells
