// SPDX-License-Identifier: MIT
#pragma once

#include "admin/rowtable.h"

#include <QHash>
#include <QSet>

#include <vector>

// The rows a ScriptedAdminPort makes up: the same for the same sizes, each cell computed when it is asked for.

namespace Tidegate::Admin {

//! How many of each there are at first.
struct ScriptedSizes
{
    qsizetype links = 10'000;
    qsizetype streams = 400;
    qsizetype subscriptions = 20'000;
    qsizetype eventsPerStream = 500;
    qsizetype intents = 100'000;
    qsizetype log = 2'000;
    qsizetype audit = 300;
    qsizetype decisions = 800;
    qsizetype limits = 60;
    qsizetype users = 240;
    qsizetype keys = 40;
    qsizetype sessions = 180;
};

//! Everything a made-up cell depends on.
struct ScriptedMoment
{
    qint64 startMs = 0; //!< "now" before the first step
    qint64 step = 0;    //!< quarter seconds since
    qint64 nowMs() const { return startMs + step * 250; }
};

//! One cell of the \p index-th row ever made. Streams of events and intents of transitions come in as \p parent.
QJsonValue scriptedCell(const QString &resource, const QString &column, qsizetype index, const ScriptedMoment &moment,
                        const QString &parent = {});
qsizetype initialCount(const QString &resource, const ScriptedSizes &sizes);
//! A statistic \p second seconds after the start; negative = before it.
double scriptedStatistic(const QString &name, qint64 second);
//! The texts scripted settings have; also how many there are.
const QList<QJsonObject> &scriptedSettings();

//! One resource's rows with what commands and steps have done to them.
class ScriptedTable final : public RowTable
{
public:
    ScriptedTable(QString resource, qsizetype rows, const ScriptedMoment &moment, QString parent = {});

    qsizetype count() const override { return qsizetype(m_alive.size()); }
    CellReader reader(const QString &column) const override;

    //! A new row; its index among all rows ever made.
    qsizetype add();
    void remove(const QSet<QString> &keys);
    //! Columns that differ from the made-up ones; merged with former changes.
    void change(const QString &key, const QJsonObject &columns);
    //! Position among the rows there are; -1 = gone or never was.
    qsizetype rowOf(const QString &key) const;

private:
    QJsonValue cell(const QString &column, qsizetype index) const;

    const QString m_resource;
    const QString m_keyField;
    const ScriptedMoment &m_moment;
    const QString m_parent;
    std::vector<qsizetype> m_alive; //!< ascending
    qsizetype m_made = 0;
    QHash<qsizetype, QJsonObject> m_changes;
};

} // namespace Tidegate::Admin
