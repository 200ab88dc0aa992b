// SPDX-License-Identifier: MIT
#pragma once

#include "app/inprocessclient.h"

#include <QAbstractListModel>
#include <QHash>
#include <QJsonArray>
#include <QJsonObject>

#include <memory>
#include <vector>

//! Tasks as a list model, fed by a channel of the gateway. What the user does is shown at once (state "pending") and
//! sent as an intent; when the backend refuses it the row goes back to what it was, with the reason. GUI thread. Bound:
//! MaxTasks; when it is reached new tasks are refused, and further ones of the channel are left out.
class BoardModel final : public QAbstractListModel
{
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QString refusal READ refusal NOTIFY refusalChanged)

public:
    static constexpr int MaxTasks = 10'000;
    enum Role { IdRole = Qt::UserRole + 1, TitleRole, DoneRole, StateRole };

    explicit BoardModel(std::unique_ptr<Tidegate::InProcessClient> client);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return int(m_tasks.size()); }
    //! Why the last write was taken back; empty = none was, or the user has seen it.
    QString refusal() const { return m_refusal; }

    Q_INVOKABLE void add(const QString &title);
    Q_INVOKABLE void setDone(const QString &id, bool isDone);
    Q_INVOKABLE void rename(const QString &id, const QString &title);
    Q_INVOKABLE void remove(const QString &id);
    Q_INVOKABLE void dismissRefusal();

Q_SIGNALS:
    void countChanged();
    void refusalChanged();

private:
    struct Facts
    {
        QString title;
        bool isDone = false;
        bool isThere = false; //!< false: deleted, or not accepted yet
        quint64 seq = 0;      //!< of the row that said so
    };
    struct Task
    {
        QString id;
        Facts known; //!< what the gateway has accepted
        Facts shown; //!< with our own undecided writes
        int undecided = 0;
    };
    struct Write
    {
        QString intent;
        QString taskId;
    };

    void take(const QJsonObject &frame);
    void takeRows(const QJsonArray &rows);
    void takeOutcome(const QJsonObject &outcome);
    void write(const QString &intent, const QString &taskId, const Facts &wanted);
    void accept(const QString &taskId, const Facts &facts);
    int rowOf(const QString &id) const;
    void show(int row);
    void send(const QJsonObject &frame);

    std::unique_ptr<Tidegate::InProcessClient> m_client;
    std::vector<Task> m_tasks; //!< in the order they came; deleted ones leave when nothing of theirs is undecided
    QHash<QString, Write> m_writes;
    QString m_refusal;
};
