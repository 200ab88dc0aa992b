// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"

#include <QVariantList>

namespace Tidegate::Console {

//! One row with all it has, also what tables leave out; follows changes that a table brings. GUI thread.
class RowDetail : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session WRITE setSession NOTIFY questionChanged)
    Q_PROPERTY(QString resource READ resource WRITE setResource NOTIFY questionChanged)
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY questionChanged)
    Q_PROPERTY(State state READ state NOTIFY changed)
    Q_PROPERTY(QString errorText READ errorText NOTIFY changed)
    Q_PROPERTY(QVariantMap row READ row NOTIFY changed)
    Q_PROPERTY(QVariantList facts READ facts NOTIFY changed)

public:
    enum class State : quint8 { Empty, Loading, Ready, Failed };
    Q_ENUM(State)

    using QObject::QObject;

    ConsoleSession *session() const { return m_session; }
    void setSession(ConsoleSession *session);
    QString resource() const { return m_resource; }
    void setResource(const QString &resource);
    QString key() const { return m_key; }
    void setKey(const QString &key);
    State state() const { return m_state; }
    QString errorText() const { return m_errorText; }
    QVariantMap row() const { return m_row.toVariantMap(); }
    //! Known columns in the catalog's order: {name, title, type, text, hint, tone, doc}.
    QVariantList facts() const;

    Q_INVOKABLE void reload();

Q_SIGNALS:
    void questionChanged();
    void changed();

private:
    void ask();
    void takeChanges(const QString &resource, const QList<QJsonObject> &rows);
    void setState(State state, const QString &errorText = {});

    QPointer<ConsoleSession> m_session;
    QString m_resource;
    QString m_key;
    State m_state = State::Empty;
    QString m_errorText;
    QJsonObject m_row;
    int m_generation = 0;
};

} // namespace Tidegate::Console
