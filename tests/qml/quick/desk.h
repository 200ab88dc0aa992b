// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/connector.h"
#include "support/scripted/scriptedadminport.h"

#include <QSettings>
#include <QTemporaryDir>

namespace Tidegate::Console {

//! What QML tests find as "desk": a console's surroundings over a scripted gateway, and that gateway's strings.
class Desk : public QObject
{
    Q_OBJECT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session NOTIFY restarted)
    Q_PROPERTY(Tidegate::Console::Connector *connector READ connector NOTIFY restarted)

public:
    Desk();
    ~Desk() override;

    ConsoleSession *session() { return &m_session; }
    Connector *connector() { return m_connector.get(); }

    //! A new gateway. Maps names of ScriptedSizes; role: "view", "operate", "admin"; offers: a list.
    Q_INVOKABLE void restart(const QVariantMap &script = {});
    Q_INVOKABLE void step(int count) { m_port->step(count); }
    //! The next second of one statistic.
    Q_INVOKABLE void tell(const QString &statistic, double value);
    Q_INVOKABLE void goOffline(const QString &reason);
    Q_INVOKABLE void goOnline();
    Q_INVOKABLE void holdAnswers() { m_port->holdAnswers(); }
    Q_INVOKABLE void releaseAnswers() { m_port->releaseAnswers(); }
    Q_INVOKABLE void failNext(const QString &text, int count);
    //! Without questions for a number of rows, which ask for one row and come with the time.
    Q_INVOKABLE int pagesAsked(const QString &resource) const;
    Q_INVOKABLE bool watches(const QString &resource) const { return m_port->isWatchingRows(resource); }
    Q_INVOKABLE bool watchesStatistics() const { return m_port->isWatchingStatistics(); }
    Q_INVOKABLE bool watchesLog() const { return m_port->isWatchingLog(); }
    //! Commands that were really done.
    Q_INVOKABLE int commandsDone() const;
    Q_INVOKABLE int commandsTried() const;
    Q_INVOKABLE QString clipboardText() const;

Q_SIGNALS:
    void restarted();

private:
    QTemporaryDir m_folder;
    QSettings m_settings;
    ConsoleSession m_session;
    std::unique_ptr<Admin::ScriptedAdminPort> m_port;
    std::unique_ptr<Connector> m_connector;
};

} // namespace Tidegate::Console
