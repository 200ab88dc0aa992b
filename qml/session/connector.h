// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"
#include "qml/session/secretstore.h"
#include "qml/session/serverlist.h"

#include <QUrl>

#include <memory>

namespace Tidegate::Console {

//! Chooses the gateway a session looks at. How a port is made is the program's business. GUI thread.
class Connector : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program; a console inside a gateway has none")
    Q_PROPERTY(Tidegate::Console::ServerList *servers READ servers CONSTANT)
    Q_PROPERTY(bool hasKeychain READ hasKeychain CONSTANT)
    Q_PROPERTY(QString url READ url NOTIFY urlChanged)

public:
    using PortFactory = std::function<std::unique_ptr<Admin::AdminPort>(const QUrl &, const QString &token)>;

    Connector(ConsoleSession &session, QSettings &settings, const QString &secretTool, PortFactory makePort);
    ~Connector() override;

    ServerList *servers() { return &m_servers; }
    bool hasKeychain() const { return m_secrets.isKeychain(); }
    //! Of the gateway that is connected to, or tried; empty = none.
    QString url() const { return m_url; }

    //! Empty = fine; else what is wrong with it, for a person.
    Q_INVOKABLE static QString problemOf(const QString &url);
    //! The token is kept where hasKeychain() says, if the server is to be remembered.
    Q_INVOKABLE void open(const QString &url, const QString &token, bool isRemembered);
    //! With the token that is kept for it.
    Q_INVOKABLE void reopen(const QString &typed);
    Q_INVOKABLE void close();
    Q_INVOKABLE void forget(const QString &url);

Q_SIGNALS:
    void urlChanged();

private:
    void use(const QString &url, const QString &token);
    void takeName();

    ConsoleSession &m_session;
    ServerList m_servers;
    SecretStore m_secrets;
    const PortFactory m_makePort;
    std::unique_ptr<Admin::AdminPort> m_port;
    QString m_url;
    bool m_isRemembered = false;
};

} // namespace Tidegate::Console
