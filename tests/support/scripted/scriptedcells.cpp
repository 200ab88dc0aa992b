// SPDX-License-Identifier: MIT
#include "support/scripted/scriptedcells.h"

#include <algorithm>
#include <cmath>

namespace Tidegate::Admin::ScriptedCells {

using namespace Qt::StringLiterals;

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

QJsonValue ageTime(const ScriptedMoment &moment, qsizetype index, quint64 topic, qint64 spreadMs)
{
    return moment.startMs - qint64(dice(index, topic) % quint64(spreadMs));
}

} // namespace Tidegate::Admin::ScriptedCells

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using namespace ScriptedCells;

QJsonValue scriptedCell(const QString &resource, const QString &column, qsizetype index, const ScriptedMoment &moment,
                        const QString &parent)
{
    using Cell = QJsonValue (*)(const QString &, qsizetype, const ScriptedMoment &);
    static const QHash<QString, Cell> Cells{{u"links"_s, linkCell},
                                            {u"streams"_s, streamCell},
                                            {u"subscriptions"_s, subscriptionCell},
                                            {u"intents"_s, intentCell},
                                            {u"log"_s, logCell},
                                            {u"audit"_s, auditCell},
                                            {u"users"_s, userCell},
                                            {u"keys"_s, keyCell},
                                            {u"sessions"_s, sessionCell},
                                            {u"limits"_s, limitCell},
                                            {u"decisions"_s, decisionCell},
                                            {u"subjects"_s, subjectCell}};
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
                                           {u"subjects"_s, channels().size()},
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
