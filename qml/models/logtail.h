// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"

#include <QAbstractListModel>
#include <QTimer>

namespace Tidegate::Console {

//! The newest lines of the event log, the newest last: what was there, then what comes. Bound: MaxLines, the oldest go.
//! While paused lines are kept back (same bound) and counted. GUI thread.
class LogTail : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session WRITE setSession NOTIFY sessionChanged)
    Q_PROPERTY(bool isActive READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(bool isPaused READ isPaused WRITE setPaused NOTIFY pausedChanged)
    Q_PROPERTY(QString minLevel READ minLevel WRITE setMinLevel NOTIFY filterChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY filterChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int held READ held NOTIFY heldChanged)
    Q_PROPERTY(double skipped READ skipped NOTIFY countChanged)

public:
    static constexpr qsizetype MaxLines = 2000;
    static constexpr qsizetype PastLines = 300;

    enum Role { NumberRole = Qt::UserRole + 1, AtRole, LevelRole, ToneRole, TypeRole, UserRole, DataRole };

    explicit LogTail(QObject *parent = nullptr);

    ConsoleSession *session() const { return m_session; }
    void setSession(ConsoleSession *session);
    bool isActive() const { return m_isActive; }
    void setActive(bool isActive);
    bool isPaused() const { return m_isPaused; }
    void setPaused(bool isPaused);
    QString minLevel() const { return m_minLevel; }
    void setMinLevel(const QString &level);
    QString search() const { return m_search; }
    void setSearch(const QString &search);
    int count() const { return int(m_lines.size()); }
    //! Lines that wait for the end of the pause.
    int held() const { return int(m_held.size()); }
    //! Lines the port left out because there were too many.
    double skipped() const { return double(m_skipped); }

    Q_INVOKABLE QString lineAsJson(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void sessionChanged();
    void activeChanged();
    void pausedChanged();
    void filterChanged();
    void countChanged();
    void heldChanged();

private:
    void start();
    void stop();
    void fetchPast();
    void take(const QList<QJsonObject> &rows, qsizetype skipped);
    void append(const QList<QJsonObject> &rows);
    void clear();

    QPointer<ConsoleSession> m_session;
    bool m_isActive = true;
    bool m_isPaused = false;
    QString m_minLevel;
    QString m_search;
    QList<QJsonObject> m_lines;
    QList<QJsonObject> m_held;
    qsizetype m_skipped = 0;
    qint64 m_newest = -1; //!< number of the newest line; what the past and the feed both bring is shown once
    int m_generation = 0;
    bool m_isWaitingForPast = false;
    QTimer m_startSoon;
};

} // namespace Tidegate::Console
