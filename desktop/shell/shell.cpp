// SPDX-License-Identifier: MIT
#include "desktop/shell/shell.h"

#include "app/gateway.h"
#include "app/signals.h"
#include "base/rng.h"
#include "desktop/bridge/localendpoint.h"
#include "desktop/bridge/log.h"
#include "desktop/shell/autostart.h"
#include "desktop/shell/builtincommands.h"
#include "desktop/shell/consoleview.h"
#include "desktop/shell/shellwindow.h"
#include "desktop/shell/tray.h"
#include "desktop/shell/viewobject.h"
#include "desktop/web/webruntime.h"

#include "qml/session/preferences.h"

#include <QApplication>
#include <QDesktopServices>
#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlExtensionPlugin>
#include <QQuickWindow>
#include <QSessionManager>
#include <QSettings>

#include <vector>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

//! Tokens end with the process or, in one that runs for months, with a reload of the page.
constexpr std::chrono::hours TokenTtl{24 * 30};

QStringList commandOf(const ShellConfig &config)
{
    return config.autostartCommand.isEmpty() ? QStringList{QCoreApplication::applicationFilePath()}
                                             : config.autostartCommand;
}

} // namespace

//! In the order in which they depend on each other; shutDown() takes the running ones down in its own.
struct Shell::Parts
{
    explicit Parts(ShellConfig with)
        : config(std::move(with))
        , settings(config.gateway.server.dataDir + u"/desktop.ini"_s, QSettings::IniFormat)
        , preferences(settings, config.themeMode)
        , autostart(config.id, config.title, commandOf(config))
        , endpoint(rng)
    {
        if (config.hasLocalEndpoint)
            LocalEndpoint::listenOn(config.gateway);
        gateway = std::make_unique<Gateway>(config.gateway);
        if (config.hasLocalEndpoint)
            gateway->setRequestGuard(endpoint.guard());
    }

    ShellConfig config;
    SystemRng rng;
    QSettings settings;
    Console::Preferences preferences;
    Autostart autostart;
    LocalEndpoint endpoint;
    ProcessSignals signals;
    std::unique_ptr<Gateway> gateway;
    CommandRegistry commands;
    QStringList arguments; //!< of the latest activation
    std::unique_ptr<WebRuntime> web;
    std::unique_ptr<QQmlEngine> engine;
    std::unique_ptr<QObject> themeKeeper;
    std::unique_ptr<Tray> tray;
    std::unique_ptr<ConsoleView> console;
    std::vector<std::unique_ptr<ShellWindow>> windows;
    bool isEnding = false; //!< a window that closes now stays closed
};

void Shell::prepare()
{
    WebRuntime::prepare();
}

Shell::Shell(ShellConfig config, QObject *parent)
    : QObject(parent)
    , m_parts(std::make_unique<Parts>(std::move(config)))
{
    QApplication::setQuitOnLastWindowClosed(false);
    addBuiltInCommands(m_parts->commands, *this, m_parts->arguments);
    connect(&m_parts->signals, &ProcessSignals::stopRequested, this, &Shell::quit);
    connect(qApp, &QGuiApplication::commitDataRequest, this, &Shell::endOfSession, Qt::DirectConnection);
    connect(qApp, &QCoreApplication::aboutToQuit, this, &Shell::shutDown);
}

Shell::~Shell()
{
    shutDown();
}

Gateway &Shell::gateway()
{
    return *m_parts->gateway;
}

CommandRegistry &Shell::commands()
{
    return m_parts->commands;
}

Result<void> Shell::start()
{
    Parts &parts = *m_parts;
    if (auto started = parts.gateway->start(); !started)
        return started;
    parts.isEnding = false;
    parts.engine = std::make_unique<QQmlEngine>();
    auto keeper =
        makeViewObject(*parts.engine, u"ThemeKeeper"_s, {{u"preferences"_s, QVariant::fromValue(&parts.preferences)}});
    if (!keeper)
        return keeper.error();
    parts.themeKeeper = std::move(*keeper);
    if (parts.config.hasConsole)
        parts.console = std::make_unique<ConsoleView>(*parts.gateway, *parts.engine, parts.settings);
    if (parts.config.hasTray)
        makeTray();
    return {};
}

void Shell::makeTray()
{
    m_parts->tray = std::make_unique<Tray>(m_parts->config.icon, m_parts->config.title, m_parts->config.hasConsole);
    Tray *tray = m_parts->tray.get();
    tray->setAutostart(isAutostartEnabled());
    connect(tray, &Tray::showWanted, this, [this] { activate({}); });
    connect(tray, &Tray::consoleWanted, this, [this] { showConsole(true); });
    connect(tray, &Tray::quitWanted, this, &Shell::quit);
    connect(tray, &Tray::autostartWanted, this, [this, tray](bool isEnabled) {
        if (const auto changed = setAutostart(isEnabled); !changed)
            qCWarning(lcDesktop, "autostart not changed: %s", qPrintable(changed.error().text));
        tray->setAutostart(isAutostartEnabled());
    });
}

Result<void> Shell::openWindow(WindowOptions options)
{
    Parts &parts = *m_parts;
    if (ShellWindow *open = window(options.name)) {
        open->present();
        return {};
    }
    if (options.title.isEmpty())
        options.title = parts.config.title;
    const QString name = options.name;
    const QUrl page = options.page;
    const QByteArray token = parts.gateway->issueToken(parts.config.principal, TokenTtl);
    ShellWindow::Ports ports{*parts.gateway,
                             *parts.engine,
                             parts.settings,
                             {parts.commands, parts.config.capabilities,
                              [&gateway = *parts.gateway, token](const QByteArray &target) {
                                  return gateway.isRunning() ? gateway.connectInProcess(target, token) : nullptr;
                              }},
                             {},
                             nullptr,
                             parts.config.hasConsole,
                             [this, name] { return mayClose(name); }};
    QByteArray endpointToken;
    if (!page.isEmpty()) {
        // Only now: a web engine is a handful of processes, which an application without pages does not need.
        if (!parts.web)
            parts.web =
                std::make_unique<WebRuntime>(parts.config.webFolder, parts.config.gateway.server.dataDir + u"/web"_s);
        ports.profile = parts.web->profile();
        QJsonObject info{{u"window"_s, name}, {u"version"_s, QStringLiteral(TIDEGATE_VERSION)}};
        if (parts.config.hasLocalEndpoint) {
            endpointToken = parts.endpoint.admit(token, WebRuntime::originOf(page));
            const QJsonObject urls = parts.endpoint.urls(parts.gateway->ports().value(0), endpointToken);
            for (auto url = urls.begin(); url != urls.end(); ++url)
                info.insert(url.key(), url.value());
        }
        ports.makeBridge = [&web = *parts.web, page, info](BridgeSession *session) {
            return web.makeBridge(page, info, session);
        };
    }
    auto window = std::make_unique<ShellWindow>(std::move(options), std::move(ports));
    if (auto created = window->create(); !created) {
        parts.endpoint.forget(endpointToken);
        return created.error();
    }
    connect(window.get(), &QObject::destroyed, this,
            [&endpoint = parts.endpoint, endpointToken] { endpoint.forget(endpointToken); });
    wireWindow(*window);
    parts.windows.push_back(std::move(window));
    return {};
}

void Shell::wireWindow(ShellWindow &window)
{
    connect(&window, &ShellWindow::consoleWindowWanted, this, [this] { showConsole(!isConsoleShown()); });
    connect(&window, &ShellWindow::outsideWanted, this, &Shell::openOutside);
    connect(&window.session(), &BridgeSession::refused, this, &Shell::refused);
    // From a fresh stack: its own signal is still being sent.
    connect(
        &window, &ShellWindow::closed, this, [this, name = window.name()] { forget(name); }, Qt::QueuedConnection);
}

ShellWindow *Shell::window(const QString &name) const
{
    for (const auto &window : m_parts->windows) {
        if (window->name() == name)
            return window.get();
    }
    return nullptr;
}

QStringList Shell::windowNames() const
{
    QStringList names;
    for (const auto &window : m_parts->windows)
        names.append(window->name());
    return names;
}

void Shell::emitEvent(const QString &event, const QJsonValue &payload, const QString &window)
{
    for (const auto &open : m_parts->windows) {
        if (window.isEmpty() || open->name() == window)
            open->session().emitEvent(event, payload);
    }
}

void Shell::activate(const QStringList &arguments, const QString &folder)
{
    m_parts->arguments = arguments;
    for (const auto &window : m_parts->windows)
        window->present();
    Q_EMIT activated(arguments, folder);
    const QString prefix = m_parts->config.deepLinkScheme + u"://"_s;
    for (const QString &argument : arguments) {
        if (m_parts->config.deepLinkScheme.isEmpty() || !argument.startsWith(prefix, Qt::CaseInsensitive))
            continue;
        Q_EMIT deepLinkReceived(QUrl(argument));
        emitEvent(u"app.deepLink"_s, argument);
    }
}

void Shell::showConsole(bool isShown)
{
    if (!m_parts->console)
        return;
    if (isShown)
        m_parts->console->show();
    else
        m_parts->console->hide();
}

bool Shell::isConsoleShown() const
{
    return m_parts->console && m_parts->console->isShown();
}

bool Shell::hasTray() const
{
    return m_parts->tray && m_parts->tray->isShown();
}

bool Shell::isAutostartEnabled() const
{
    return m_parts->autostart.isEnabled();
}

Result<void> Shell::setAutostart(bool isEnabled)
{
    return m_parts->autostart.setEnabled(isEnabled);
}

bool Shell::mayClose(const QString &name)
{
    ShellWindow *closing = window(name);
    const bool isLast = m_parts->windows.size() == 1;
    if (m_parts->isEnding || !isLast || !m_parts->config.closesToTray || !hasTray() || !closing)
        return true;
    closing->window()->hide();
    return false;
}

void Shell::forget(const QString &name)
{
    std::erase_if(m_parts->windows, [&](const auto &window) { return window->name() == name; });
    if (m_parts->windows.empty() && !m_parts->isEnding)
        quit();
}

void Shell::openOutside(const QUrl &url)
{
    if (isSignalConnected(QMetaMethod::fromSignal(&Shell::outsideWanted)))
        Q_EMIT outsideWanted(url);
    else if (url.scheme() == "https"_L1 || url.scheme() == "http"_L1 || url.scheme() == "mailto"_L1)
        QDesktopServices::openUrl(url);
}

void Shell::endOfSession(QSessionManager &)
{
    // The session manager closes windows next, or ends us by a signal; both must find everything kept.
    m_parts->isEnding = true;
    saveStates();
}

void Shell::saveStates()
{
    for (const auto &window : m_parts->windows)
        window->saveState();
    if (m_parts->console)
        m_parts->console->saveState();
    m_parts->settings.sync();
}

void Shell::quit()
{
    shutDown();
    QCoreApplication::exit(0);
}

void Shell::shutDown()
{
    Parts &parts = *m_parts;
    if (!parts.engine)
        return;
    parts.isEnding = true;
    Q_EMIT aboutToStop();
    saveStates();
    parts.windows.clear();
    parts.console.reset();
    parts.tray.reset();
    parts.themeKeeper.reset();
    parts.engine.reset();
    parts.web.reset();
    parts.gateway->stop();
}

} // namespace Tidegate::Desktop
