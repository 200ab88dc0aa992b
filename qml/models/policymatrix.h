// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"

namespace Tidegate::Console {

//! "Who may do what here?": the gateway's own answer for each role and action on one channel, and for one user.
class PolicyMatrix : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session MEMBER m_session NOTIFY sessionChanged)
    Q_PROPERTY(QVariantMap answers READ answers NOTIFY answered)
    Q_PROPERTY(bool isAsking READ isAsking NOTIFY answered)

public:
    static QStringList roles();

    using QObject::QObject;

    //! "role/action" ("person/action" for the one that is named) to {isAllowed, reason, rule} or {error}.
    QVariantMap answers() const { return m_answers; }
    bool isAsking() const { return m_waiting > 0; }

    //! Former answers go. \p user may be empty.
    Q_INVOKABLE void ask(const QString &user, const QString &site, const QString &channel);

Q_SIGNALS:
    void sessionChanged();
    void answered();

private:
    void askOne(const QString &key, const Admin::PolicyQuestion &question);

    QPointer<ConsoleSession> m_session;
    QVariantMap m_answers;
    int m_waiting = 0;
    int m_generation = 0;
};

} // namespace Tidegate::Console
