// SPDX-License-Identifier: MIT
#include "desktop/examples/board/boardmodel.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QUuid>

using namespace Qt::StringLiterals;

namespace {

QJsonObject payloadOf(const QString &id, const QString &title, bool isDone)
{
    return {{u"id"_s, id}, {u"title"_s, title}, {u"done"_s, isDone}};
}

} // namespace

BoardModel::BoardModel(std::unique_ptr<Tidegate::InProcessClient> client)
    : m_client(std::move(client))
{
    connect(m_client.get(), &Tidegate::InProcessClient::textReceived, this,
            [this](const QByteArray &text) { take(QJsonDocument::fromJson(text).object()); });
    send({{u"type"_s, u"channel.subscribe"_s}, {u"channel"_s, u"global"_s}});
}

int BoardModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant BoardModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Task &task = m_tasks[size_t(index.row())];
    switch (role) {
    case IdRole:
        return task.id;
    case TitleRole:
        return task.shown.title;
    case DoneRole:
        return task.shown.isDone;
    case StateRole:
        if (task.undecided == 0)
            return u"acked"_s;
        return task.shown.isThere ? u"pending"_s : u"leaving"_s;
    default:
        return {};
    }
}

QHash<int, QByteArray> BoardModel::roleNames() const
{
    static const QHash<int, QByteArray> Names{
        {IdRole, "taskId"}, {TitleRole, "title"}, {DoneRole, "done"}, {StateRole, "status"}};
    return Names;
}

void BoardModel::add(const QString &title)
{
    if (title.trimmed().isEmpty() || count() >= MaxTasks)
        return;
    write(u"TODO_CREATE"_s, QUuid::createUuid().toString(QUuid::WithoutBraces), {title.trimmed(), false, true, 0});
}

void BoardModel::setDone(const QString &id, bool isDone)
{
    if (const int row = rowOf(id); row >= 0)
        write(u"TODO_UPDATE"_s, id, {m_tasks[size_t(row)].shown.title, isDone, true, 0});
}

void BoardModel::rename(const QString &id, const QString &title)
{
    if (const int row = rowOf(id); row >= 0 && !title.trimmed().isEmpty())
        write(u"TODO_UPDATE"_s, id, {title.trimmed(), m_tasks[size_t(row)].shown.isDone, true, 0});
}

void BoardModel::remove(const QString &id)
{
    if (const int row = rowOf(id); row >= 0) {
        const Facts &shown = m_tasks[size_t(row)].shown;
        write(u"TODO_DELETE"_s, id, {shown.title, shown.isDone, false, 0});
    }
}

void BoardModel::dismissRefusal()
{
    if (m_refusal.isEmpty())
        return;
    m_refusal.clear();
    Q_EMIT refusalChanged();
}

void BoardModel::write(const QString &intent, const QString &taskId, const Facts &wanted)
{
    const QString intentId = u"it-"_s + QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_writes.insert(intentId, {intent, taskId});
    int row = rowOf(taskId);
    if (row < 0) {
        row = count();
        beginInsertRows({}, row, row);
        m_tasks.push_back({taskId, {}, wanted, 1});
        endInsertRows();
        Q_EMIT countChanged();
    } else {
        Task &task = m_tasks[size_t(row)];
        task.shown = wanted;
        ++task.undecided;
        Q_EMIT dataChanged(index(row), index(row));
    }
    send({{u"type"_s, u"intent.batch"_s},
          {u"intents"_s,
           QJsonArray{QJsonObject{{u"id"_s, intentId},
                                  {u"intent"_s, intent},
                                  {u"payload"_s, payloadOf(taskId, wanted.title, wanted.isDone)},
                                  {u"meta"_s, QJsonObject{{u"clock"_s, QDateTime::currentMSecsSinceEpoch()},
                                                          {u"channels"_s, QJsonArray{u"global"_s}}}}}}}});
}

void BoardModel::take(const QJsonObject &frame)
{
    const QString type = frame["type"_L1].toString();
    if (type == "channel.snapshot"_L1 || type == "channel.invalidate"_L1 || type == "replay"_L1)
        takeRows(frame["intents"_L1].toArray());
    else if (type == "ack"_L1) {
        for (const QJsonValue &outcome : frame["intents"_L1].toArray())
            takeOutcome(outcome.toObject());
    }
}

void BoardModel::takeRows(const QJsonArray &rows)
{
    for (const QJsonValue &value : rows) {
        const QJsonObject row = value.toObject();
        const QString status = row["status"_L1].toString(u"acked"_s); // accepted ones need not say so
        const QJsonObject payload = row["payload"_L1].toObject();
        if (status == "acked"_L1 && payload["id"_L1].isString())
            accept(payload["id"_L1].toString(),
                   {payload["title"_L1].toString(), payload["done"_L1].toBool(),
                    row["intent"_L1].toString() != "TODO_DELETE"_L1, quint64(row["logSeq"_L1].toInteger())});
    }
}

void BoardModel::takeOutcome(const QJsonObject &outcome)
{
    const QString id = outcome["id"_L1].toString();
    const QString status = outcome["status"_L1].toString();
    const auto found = m_writes.constFind(id);
    if (status == "pending"_L1 || found == m_writes.constEnd())
        return;
    const QString taskId = found->taskId;
    m_writes.erase(found);
    const int row = rowOf(taskId);
    if (row < 0)
        return;
    Task &task = m_tasks[size_t(row)];
    --task.undecided;
    if (status == "acked"_L1) {
        Facts facts = task.shown;
        facts.seq = quint64(outcome["logSeq"_L1].toInteger());
        accept(taskId, facts);
        return;
    }
    m_refusal = outcome["message"_L1].toString(status);
    Q_EMIT refusalChanged();
    show(row); // what is known shines through again: the rollback
}

void BoardModel::accept(const QString &taskId, const Facts &facts)
{
    int row = rowOf(taskId);
    if (row < 0) {
        if (!facts.isThere || count() >= MaxTasks)
            return;
        row = count();
        beginInsertRows({}, row, row);
        m_tasks.push_back({taskId, facts, facts, 0});
        endInsertRows();
        Q_EMIT countChanged();
        return;
    }
    Task &task = m_tasks[size_t(row)];
    if (facts.seq >= task.known.seq)
        task.known = facts;
    show(row);
}

void BoardModel::show(int row)
{
    Task &task = m_tasks[size_t(row)];
    if (task.undecided == 0)
        task.shown = task.known;
    if (task.undecided == 0 && !task.known.isThere) {
        beginRemoveRows({}, row, row);
        m_tasks.erase(m_tasks.begin() + row);
        endRemoveRows();
        Q_EMIT countChanged();
        return;
    }
    Q_EMIT dataChanged(index(row), index(row));
}

int BoardModel::rowOf(const QString &id) const
{
    for (size_t row = 0; row < m_tasks.size(); ++row) {
        if (m_tasks[row].id == id)
            return int(row);
    }
    return -1;
}

void BoardModel::send(const QJsonObject &frame)
{
    m_client->send(QJsonDocument(frame).toJson(QJsonDocument::Compact));
}
