// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"
#include "qml/session/rowwatches.h"
#include "qml/session/statisticsfeed.h"

#include <QPointer>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! What every page shares: the port, its state in words, and what the gateway at the other end offers us. GUI thread.
//! The port may be exchanged at any time (another server); nobody keeps a pointer to it over portChanged().
class ConsoleSession : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Session)
    QML_UNCREATABLE("a session is made by the program around the console")
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool isOnline READ isOnline NOTIFY stateChanged)
    Q_PROPERTY(QString reason READ reason NOTIFY stateChanged)
    Q_PROPERTY(double retryAtMs READ retryAtMs NOTIFY stateChanged)
    Q_PROPERTY(QString gateway READ gateway NOTIFY identityChanged)
    Q_PROPERTY(QString version READ version NOTIFY identityChanged)
    Q_PROPERTY(QString node READ node NOTIFY identityChanged)
    Q_PROPERTY(double startedAtMs READ startedAtMs NOTIFY identityChanged)
    Q_PROPERTY(QString operatorName READ operatorName NOTIFY identityChanged)
    Q_PROPERTY(QString role READ role NOTIFY identityChanged)
    Q_PROPERTY(QStringList resources READ resources NOTIFY identityChanged)
    Q_PROPERTY(QStringList policyActions READ policyActions NOTIFY identityChanged)
    Q_PROPERTY(bool isActive READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(Tidegate::Console::StatisticsFeed *statistics READ statistics CONSTANT)

public:
    enum class State : quint8 { None, Connecting, Online, Offline, Refused };
    Q_ENUM(State)

    explicit ConsoleSession(QObject *parent = nullptr);

    Admin::AdminPort *port() const { return m_port; }
    //! Null = no server chosen. The session does not own it.
    void setPort(Admin::AdminPort *port);

    State state() const;
    bool isOnline() const { return state() == State::Online; }
    QString reason() const;
    //! 0 = no attempt is planned.
    double retryAtMs() const { return double(m_retryAtMs); }
    QString gateway() const { return m_identity.gateway; }
    QString version() const { return m_identity.version; }
    QString node() const { return m_identity.node; }
    double startedAtMs() const { return double(m_identity.startedAtMs); }
    QString operatorName() const { return m_identity.operatorName; }
    QString role() const { return isOnline() ? Admin::operatorRoleName(m_identity.role) : QString(); }
    QStringList resources() const;
    QStringList policyActions() const;

    //! False = nobody looks (hidden window): nothing is watched, so the gateway computes nothing.
    bool isActive() const { return m_isActive; }
    void setActive(bool isActive);

    StatisticsFeed *statistics() { return &m_statistics; }
    RowWatches *watches() { return &m_watches; }
    const Admin::Resource *find(const QString &resource) const;

    //! The catalog's entry: title, doc, keyField, columns, commands we may give. Empty if it is not offered.
    Q_INVOKABLE QVariantMap resource(const QString &name) const;
    //! Title, doc, isDestructive, targets, args; empty if it is not offered or not ours to give.
    Q_INVOKABLE QVariantMap command(const QString &resource, const QString &name) const;
    Q_INVOKABLE bool offers(const QString &resource) const;

Q_SIGNALS:
    void portChanged();
    void stateChanged();
    void identityChanged();
    void activeChanged();

private:
    void takeState();
    void takeIdentity();

    QPointer<Admin::AdminPort> m_port;
    Admin::Identity m_identity;
    qint64 m_retryAtMs = 0;
    bool m_isActive = true;
    RowWatches m_watches;
    StatisticsFeed m_statistics;
};

} // namespace Tidegate::Console
