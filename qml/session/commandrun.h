// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"

namespace Tidegate::Console {

//! One command on its way: described, tried dry, done. What a confirmation shows is what the gateway itself says it
//! would do. GUI thread.
class CommandRun : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session MEMBER m_session NOTIFY sessionChanged)
    Q_PROPERTY(Phase phase READ phase NOTIFY phaseChanged)
    Q_PROPERTY(QString resource READ resource NOTIFY phaseChanged)
    Q_PROPERTY(QVariantMap command READ command NOTIFY phaseChanged)
    Q_PROPERTY(QStringList keys READ keys NOTIFY phaseChanged)
    Q_PROPERTY(QString text READ text NOTIFY phaseChanged)
    Q_PROPERTY(int affected READ affected NOTIFY phaseChanged)
    Q_PROPERTY(QVariantMap errors READ errors NOTIFY phaseChanged)
    Q_PROPERTY(QVariantMap result READ result NOTIFY phaseChanged)

public:
    enum class Phase : quint8 {
        Idle,
        Described, //!< arguments are missing yet
        Asking,    //!< the dry run is on its way
        Asked,     //!< text says what would happen
        Doing,
        Done,   //!< text says what happened
        Failed, //!< text says why; nothing of it was done, unless the connection broke
    };
    Q_ENUM(Phase)

    using QObject::QObject;

    Phase phase() const { return m_phase; }
    QString resource() const { return m_call.resource; }
    QVariantMap command() const { return m_command; }
    QStringList keys() const { return m_call.keys; }
    QString text() const { return m_text; }
    int affected() const { return int(m_outcome.affected); }
    //! Key to reason.
    QVariantMap errors() const;
    QVariantMap result() const { return m_outcome.result.toVariantMap(); }

    //! False if this gateway does not offer the command, or not to us.
    Q_INVOKABLE bool begin(const QString &resource, const QString &command, const QStringList &keys);
    Q_INVOKABLE void ask(const QVariantMap &args);
    Q_INVOKABLE void run(const QVariantMap &args);
    //! An answer that is still on its way is not shown any more.
    Q_INVOKABLE void end();

Q_SIGNALS:
    void sessionChanged();
    void phaseChanged();

private:
    void send(const QVariantMap &args, bool isDryRun);
    void setPhase(Phase phase, const QString &text = {});

    QPointer<ConsoleSession> m_session;
    Phase m_phase = Phase::Idle;
    Admin::CommandCall m_call;
    QVariantMap m_command;
    QString m_text;
    Admin::CommandOutcome m_outcome;
    int m_generation = 0;
};

} // namespace Tidegate::Console
