// SPDX-License-Identifier: MIT
#pragma once

#include "support/scripted/scriptedrows.h"

// What the made-up cells are made from: dice that fall the same way in every run, and one function per resource.

namespace Tidegate::Admin::ScriptedCells {

quint64 mix(quint64 value);
quint64 dice(qsizetype index, quint64 topic);
QString pick(const QStringList &from, quint64 roll);
QString hex(quint64 roll, int digits);
QString padded(qsizetype number, int digits);

const QStringList &sites();
const QStringList &channels();
QString userId(qsizetype number);
QString siteOf(qsizetype index);
QString roleOf(qsizetype index);
QString linkKey(qsizetype index);
QJsonValue ageTime(const ScriptedMoment &moment, qsizetype index, quint64 topic, qint64 spreadMs);

QJsonValue linkCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue streamCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue subscriptionCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue eventCell(const QString &column, qsizetype index, const ScriptedMoment &moment, const QString &stream);
QJsonValue intentCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue transitionCell(const QString &column, qsizetype index, const ScriptedMoment &moment, const QString &intent);
QJsonValue logCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue auditCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue decisionCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue limitCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue subjectCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue userCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue keyCell(const QString &column, qsizetype index, const ScriptedMoment &moment);
QJsonValue sessionCell(const QString &column, qsizetype index, const ScriptedMoment &moment);

} // namespace Tidegate::Admin::ScriptedCells
