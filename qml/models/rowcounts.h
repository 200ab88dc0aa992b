// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"

#include <QTimer>

namespace Tidegate::Console {

//! How many rows of a resource have each of some values in one column: a funnel's numbers. Counted by the gateway,
//! one value after the other, again at most every RecountMs and only while rows come and go.
class RowCounts : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session WRITE setSession NOTIFY questionChanged)
    Q_PROPERTY(QString resource MEMBER m_resource NOTIFY questionChanged)
    Q_PROPERTY(QString field MEMBER m_field NOTIFY questionChanged)
    Q_PROPERTY(QStringList values MEMBER m_values NOTIFY questionChanged)
    Q_PROPERTY(bool isActive READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(QVariantMap counts READ counts NOTIFY counted)

public:
    static constexpr int RecountMs = 5000;

    explicit RowCounts(QObject *parent = nullptr);

    ConsoleSession *session() const { return m_session; }
    void setSession(ConsoleSession *session);
    bool isActive() const { return m_isActive; }
    void setActive(bool isActive);
    //! Value to number; a value is missing until it was counted, and where the gateway does not count.
    QVariantMap counts() const { return m_counts; }

    Q_INVOKABLE void recount();

Q_SIGNALS:
    void questionChanged();
    void activeChanged();
    void counted();

private:
    void countNext(int index, int generation);

    QPointer<ConsoleSession> m_session;
    QString m_resource;
    QString m_field;
    QStringList m_values;
    QVariantMap m_counts;
    bool m_isActive = true;
    int m_generation = 0;
    QTimer m_pause;
};

} // namespace Tidegate::Console
