// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/commandregistry.h"
#include "desktop/shell/shellconfig.h"
#include "wire/result.h"

#include <QObject>
#include <QStringList>

#include <memory>

class QSessionManager;

namespace Tidegate {

class Gateway;

namespace Desktop {

class ShellWindow;

//! A desktop application around a gateway: starts it in this process, shows windows over it, keeps a tray icon, and
//! ends everything in order. Needs a QApplication. GUI thread.
//!
//! Life: prepare(), QApplication, Shell, commands, start(), openWindow(), exec(). It ends by quit(), by the last window
//! closing (unless a tray keeps it), by SIGTERM and SIGINT, or with the user's session; aboutToStop() comes first, then
//! windows close, then the gateway stops.
class Shell final : public QObject
{
    Q_OBJECT
public:
    //! Before the application object is made, if a window is to show a page.
    static void prepare();

    explicit Shell(ShellConfig config, QObject *parent = nullptr);
    //! Ends what still runs.
    ~Shell() override;

    //! Before start(): backend and the like are set here.
    Gateway &gateway();
    //! What pages can invoke; the shell's own are in it (desktop/README.md). Before the first window.
    CommandRegistry &commands();

    //! Errors are the gateway's.
    Result<void> start();
    //! Needs a started shell. A window of that name that is open is shown instead. Errors name the QML that is wrong.
    Result<void> openWindow(WindowOptions options);
    //! Null if there is none.
    ShellWindow *window(const QString &name) const;
    QStringList windowNames() const;

    //! To the pages that listen to \p event and may; an empty \p window means all.
    void emitEvent(const QString &event, const QJsonValue &payload, const QString &window = {});
    //! What a start of the application asks for: the first one's arguments, or those SingleInstance handed over.
    //! Shows the windows if there are any.
    void activate(const QStringList &arguments, const QString &folder = {});

    void showConsole(bool isShown);
    bool isConsoleShown() const;
    //! Whether a tray is there to bring hidden windows back.
    bool hasTray() const;
    bool isAutostartEnabled() const;
    Result<void> setAutostart(bool isEnabled);

    //! Ends the application.
    void quit();

Q_SIGNALS:
    void activated(const QStringList &arguments, const QString &folder);
    void deepLinkReceived(const QUrl &url);
    //! A page wants to go to another site. Without a receiver the shell hands it to the user's browser.
    void outsideWanted(const QUrl &url);
    //! A page was refused something; the text says what and which line would allow it.
    void refused(const QString &text);
    //! Everything still runs.
    void aboutToStop();

private:
    struct Parts;

    void wireWindow(ShellWindow &window);
    bool mayClose(const QString &name);
    void forget(const QString &name);
    void endOfSession(QSessionManager &manager);
    void openOutside(const QUrl &url);
    void makeTray();
    void saveStates();
    void shutDown();

    std::unique_ptr<Parts> m_parts;
};

} // namespace Desktop
} // namespace Tidegate
