// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/capabilities.h"
#include "desktop/bridge/commandregistry.h"
#include "desktop/bridge/pagelinks.h"

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QSet>

#include <memory>

namespace Tidegate::Desktop {

//! The application's end of one window's bridge: reads what the page says, asks the capabilities, runs commands, passes
//! on events and links. Knows nothing of web engines: messages are JSON texts (desktop/README.md). GUI thread.
//! Bounds: MaxMessageChars, MaxCalls, MaxListeners, PageLinks::MaxLinks: the one request is refused. MaxOwedChars, what
//! the page has not confirmed as seen: events are dropped with a warning, links closed as slow consumers.
class BridgeSession final : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype MaxMessageChars = 4 * 1024 * 1024;
    static constexpr qsizetype MaxCalls = 256;
    static constexpr qsizetype MaxListeners = 256;
    static constexpr qint64 MaxOwedChars = 8 * 1024 * 1024;

    struct Ports
    {
        const CommandRegistry &commands;
        const Capabilities &capabilities;
        PageLinks::Connect connectTo;
    };

    //! What \p ports name outlives this object.
    BridgeSession(QString window, Ports ports, QObject *parent = nullptr);
    //! Answers to calls under way are dropped.
    ~BridgeSession() override;

    const QString &window() const { return m_window; }
    //! One message of the page. What cannot be read is logged and dropped.
    void receive(const QString &message);
    //! Reaches the page if it listens to \p event.
    void emitEvent(const QString &event, const QJsonValue &payload);
    //! Another page is there now: forgets calls and listeners, closes links.
    void reset();

Q_SIGNALS:
    //! One message for the page.
    void sent(const QString &message);
    void refused(const QString &text);

private:
    void invoke(const QJsonObject &message);
    void listen(const QJsonObject &message);
    void connectLink(const QJsonObject &message);
    //! Null text = allowed.
    QString refusalOf(RequestKind kind, const QString &name);
    void answer(const QJsonValue &id, const Result<QJsonValue> &outcome);
    void send(const QJsonObject &message);
    bool isBehind() const { return m_owedChars > MaxOwedChars; }

    const QString m_window;
    const Ports m_ports;
    std::shared_ptr<TaskQueue> m_answers;
    PageLinks m_links;
    QSet<QString> m_listening;
    qsizetype m_calls = 0;
    qint64 m_owedChars = 0;
    quint64 m_page = 0; //!< tells answers for this page from those for the one before
};

} // namespace Tidegate::Desktop
