// SPDX-License-Identifier: MIT
#include "qml/models/logtail.h"

#include "qml/models/format.h"
#include "qml/models/tone.h"

#include <QJsonDocument>

#include <algorithm>
#include <chrono>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds TypingPause{120};

qint64 numberOf(const QJsonObject &line)
{
    return line.value(u"number"_s).toInteger();
}

//! The page has no "at least this level": the levels below are taken out one by one.
QList<Admin::Filter> notBelow(const QString &level)
{
    static const QStringList Levels{u"debug"_s, u"info"_s, u"warn"_s, u"error"_s};
    QList<Admin::Filter> filters;
    for (const QString &lower : Levels.first(std::max<qsizetype>(0, Levels.indexOf(level))))
        filters.append({u"level"_s, Admin::FilterOp::NotEqual, lower});
    return filters;
}

} // namespace

LogTail::LogTail(QObject *parent)
    : QAbstractListModel(parent)
{
    m_startSoon.setSingleShot(true);
    m_startSoon.setInterval(TypingPause);
    connect(&m_startSoon, &QTimer::timeout, this, &LogTail::start);
}

void LogTail::setSession(ConsoleSession *session)
{
    if (m_session == session)
        return;
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (m_session) {
        connect(m_session, &ConsoleSession::portChanged, this, &LogTail::start);
        connect(m_session, &ConsoleSession::stateChanged, this, &LogTail::start);
        connect(m_session, &ConsoleSession::activeChanged, this, &LogTail::start);
    }
    Q_EMIT sessionChanged();
    start();
}

void LogTail::setActive(bool isActive)
{
    if (m_isActive == isActive)
        return;
    m_isActive = isActive;
    Q_EMIT activeChanged();
    start();
}

void LogTail::setPaused(bool isPaused)
{
    if (m_isPaused == isPaused)
        return;
    m_isPaused = isPaused;
    Q_EMIT pausedChanged();
    if (isPaused)
        return;
    const QList<QJsonObject> held = std::exchange(m_held, {});
    append(held);
    Q_EMIT heldChanged();
}

void LogTail::setMinLevel(const QString &level)
{
    if (m_minLevel == level)
        return;
    m_minLevel = level;
    Q_EMIT filterChanged();
    start();
}

void LogTail::setSearch(const QString &search)
{
    if (m_search == search)
        return;
    m_search = search;
    Q_EMIT filterChanged();
    m_startSoon.start();
}

void LogTail::start()
{
    stop();
    if (!m_isActive || !m_session || !m_session->isActive() || !m_session->isOnline() || !m_session->offers(u"log"_s))
        return;
    connect(m_session->port(), &Admin::AdminPort::logAppended, this, &LogTail::take, Qt::UniqueConnection);
    m_session->port()->watchLog({m_minLevel, m_search.trimmed()});
    fetchPast();
}

void LogTail::stop()
{
    ++m_generation;
    if (m_session && m_session->port()) {
        m_session->port()->disconnect(this);
        m_session->port()->unwatchLog();
    }
}

void LogTail::fetchPast()
{
    m_isWaitingForPast = true;
    Admin::PageRequest request;
    request.resource = u"log"_s;
    request.search = m_search.trimmed();
    request.filters = notBelow(m_minLevel);
    request.sort = u"number"_s;
    request.isDescending = true;
    request.limit = PastLines;
    m_session->port()->fetchPage(request, this, [this, generation = m_generation](const Result<Admin::Page> &answer) {
        if (generation != m_generation)
            return;
        m_isWaitingForPast = false;
        QList<QJsonObject> lines = answer ? answer->rows : QList<QJsonObject>();
        std::reverse(lines.begin(), lines.end());
        const QList<QJsonObject> cameMeanwhile = std::exchange(m_held, {});
        clear();
        append(lines);
        take(cameMeanwhile, 0);
    });
}

void LogTail::take(const QList<QJsonObject> &rows, qsizetype skipped)
{
    m_skipped += skipped;
    if (!m_isPaused && !m_isWaitingForPast) {
        append(rows);
        return;
    }
    m_held += rows;
    if (m_held.size() > MaxLines)
        m_held.remove(0, m_held.size() - MaxLines);
    Q_EMIT heldChanged();
}

void LogTail::append(const QList<QJsonObject> &rows)
{
    QList<QJsonObject> added;
    for (const QJsonObject &row : rows) {
        if (numberOf(row) > m_newest) {
            m_newest = numberOf(row);
            added.append(row);
        }
    }
    if (added.isEmpty())
        return;
    added = added.last(std::min(added.size(), MaxLines));
    if (const qsizetype surplus = m_lines.size() + added.size() - MaxLines; surplus > 0) {
        beginRemoveRows({}, 0, int(surplus) - 1);
        m_lines.remove(0, surplus);
        endRemoveRows();
    }
    beginInsertRows({}, int(m_lines.size()), int(m_lines.size() + added.size()) - 1);
    m_lines += added;
    endInsertRows();
    Q_EMIT countChanged();
}

void LogTail::clear()
{
    m_newest = -1;
    m_skipped = 0;
    if (!m_lines.isEmpty()) {
        beginRemoveRows({}, 0, int(m_lines.size()) - 1);
        m_lines.clear();
        endRemoveRows();
    }
    Q_EMIT countChanged();
}

QString LogTail::lineAsJson(int row) const
{
    return row < 0 || row >= m_lines.size() ? QString()
                                            : QString::fromUtf8(QJsonDocument(m_lines[row]).toJson()).trimmed();
}

int LogTail::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_lines.size());
}

QVariant LogTail::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_lines.size())
        return {};
    const QJsonObject &line = m_lines[index.row()];
    const auto text = [&line](const QString &name) { return line.value(name).toString(); };
    switch (role) {
    case NumberRole:
        return double(numberOf(line));
    case AtRole:
        return line.value(u"at"_s).toDouble();
    case LevelRole:
        return text(u"level"_s);
    case ToneRole:
        return toneOf(text(u"level"_s));
    case Qt::DisplayRole:
    case TypeRole:
        return text(u"type"_s);
    case UserRole:
        return text(u"user"_s);
    case DataRole:
        return Format::jsonText(line.value(u"data"_s), false);
    default:
        return {};
    }
}

QHash<int, QByteArray> LogTail::roleNames() const
{
    return {{NumberRole, "number"}, {AtRole, "at"},     {LevelRole, "level"}, {ToneRole, "tone"},
            {TypeRole, "type"},     {UserRole, "user"}, {DataRole, "text"}};
}

} // namespace Tidegate::Console
