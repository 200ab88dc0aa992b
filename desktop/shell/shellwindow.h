// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/bridgesession.h"
#include "desktop/shell/shellconfig.h"
#include "desktop/shell/windowstate.h"

#include "qml/session/consolesession.h"

#include <QObject>
#include <QPointer>
#include <QQuickWindow>
#include <QtQml/qqmlregistration.h>

#include <memory>

class QQmlEngine;

namespace Tidegate {

class Gateway;

namespace Desktop {

//! A window of the shell: its frame (FrameWindow.qml), the bridge of its page, and the console beside it while that is
//! shown. Made and owned by the Shell. GUI thread.
class ShellWindow final : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(WindowHandle)
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString name READ name CONSTANT)
    Q_PROPERTY(QString title READ title NOTIFY titleChanged)
    Q_PROPERTY(QUrl qml READ qml CONSTANT)
    Q_PROPERTY(QVariantMap properties READ properties CONSTANT)
    Q_PROPERTY(bool hasPage READ hasPage CONSTANT)
    Q_PROPERTY(bool hasQml READ hasQml CONSTANT)
    Q_PROPERTY(bool canShowPage READ canShowPage CONSTANT)
    Q_PROPERTY(QObject *bridge READ bridge CONSTANT)
    Q_PROPERTY(QObject *profile READ profile CONSTANT)
    Q_PROPERTY(bool canHaveConsole READ canHaveConsole CONSTANT)
    Q_PROPERTY(Tidegate::Console::ConsoleSession *console READ console NOTIFY consoleChanged)

public:
    struct Ports
    {
        Gateway &gateway;
        QQmlEngine &engine;
        QSettings &settings;
        BridgeSession::Ports bridge;
        //! Makes the PageBridge; empty for windows without a page.
        std::function<std::unique_ptr<QObject>(BridgeSession *)> makeBridge;
        QObject *profile = nullptr; //!< of the web engine
        bool hasConsole = true;
        //! Whether the user's wish to close it closes it; false: it was hidden or stays.
        std::function<bool()> mayClose;
    };

    ShellWindow(WindowOptions options, Ports ports);
    ~ShellWindow() override;

    //! Errors name the QML file and line.
    Result<void> create();

    QString name() const { return m_options.name; }
    QString title() const { return m_title; }
    QUrl qml() const { return m_options.qml; }
    QVariantMap properties() const { return m_options.properties; }
    bool hasPage() const { return !m_options.page.isEmpty(); }
    bool hasQml() const { return !m_options.qml.isEmpty(); }
    bool canShowPage() const { return m_bridge != nullptr; }
    QObject *bridge() const { return m_bridge.get(); }
    QObject *profile() const { return m_ports.profile; }
    bool canHaveConsole() const { return m_ports.hasConsole; }
    //! Null while the console is not beside the page.
    Console::ConsoleSession *console() const { return m_console.get(); }
    BridgeSession &session() { return m_session; }
    QQuickWindow *window() const { return m_window; }

    void setTitle(const QString &title);
    void setConsoleBeside(bool isShown);
    //! Shows it in front, also when it was hidden or minimised.
    void present();
    void saveState();

    // For FrameWindow.qml.
    Q_INVOKABLE bool mayClose();
    Q_INVOKABLE void wantConsoleWindow() { Q_EMIT consoleWindowWanted(); }
    Q_INVOKABLE void toggleConsole() { setConsoleBeside(!m_console); }
    Q_INVOKABLE void openOutside(const QUrl &url) { Q_EMIT outsideWanted(url); }

Q_SIGNALS:
    void titleChanged();
    void consoleChanged();
    void consoleWindowWanted();
    //! The page leads to another site, which is for the user's browser.
    void outsideWanted(const QUrl &url);
    //! The user closed it; it is to be destroyed.
    void closed();

private:
    const WindowOptions m_options;
    const Ports m_ports;
    QString m_title;
    WindowState m_state;
    BridgeSession m_session;
    std::unique_ptr<QObject> m_bridge;
    std::unique_ptr<Admin::AdminPort> m_adminPort;
    std::unique_ptr<Console::ConsoleSession> m_console;
    QPointer<QQuickWindow> m_window;
};

} // namespace Desktop
} // namespace Tidegate
