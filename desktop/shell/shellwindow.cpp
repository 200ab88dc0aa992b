// SPDX-License-Identifier: MIT
#include "desktop/shell/shellwindow.h"

#include "app/gateway.h"
#include "desktop/shell/viewobject.h"

#include <QQmlComponent>
#include <QQmlEngine>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

ShellWindow::ShellWindow(WindowOptions options, Ports ports)
    : m_options(std::move(options))
    , m_ports(std::move(ports))
    , m_title(m_options.title)
    , m_state(m_ports.settings, m_options.name)
    , m_session(m_options.name, m_ports.bridge)
{
}

ShellWindow::~ShellWindow()
{
    delete m_window; // before what its items show
}

Result<void> ShellWindow::create()
{
    if (hasQml()) {
        if (const QQmlComponent frontend(&m_ports.engine, m_options.qml); frontend.isError())
            return Error{ErrorCode::InvalidContract, frontend.errorString().trimmed()};
    }
    if (m_ports.makeBridge)
        m_bridge = m_ports.makeBridge(&m_session);
    if (m_options.hasConsoleBeside || (!hasPage() && !hasQml()))
        setConsoleBeside(true);
    auto object = makeViewObject(m_ports.engine, u"FrameWindow"_s,
                                 {{u"handle"_s, QVariant::fromValue(this)},
                                  {u"width"_s, m_options.size.width()},
                                  {u"height"_s, m_options.size.height()}});
    if (!object)
        return object.error();
    m_window = qobject_cast<QQuickWindow *>((*object).release());
    m_state.restore(*m_window);
    if (m_options.isShown)
        m_window->show();
    return {};
}

void ShellWindow::setTitle(const QString &title)
{
    if (m_title == title)
        return;
    m_title = title;
    Q_EMIT titleChanged();
}

void ShellWindow::setConsoleBeside(bool isShown)
{
    if (!m_ports.hasConsole || isShown == bool(m_console))
        return;
    if (isShown) {
        m_adminPort = m_ports.gateway.makeAdminPort();
        m_console = std::make_unique<Console::ConsoleSession>();
        m_console->setPort(m_adminPort.get());
        Q_EMIT consoleChanged();
        return;
    }
    Console::ConsoleSession *session = m_console.release();
    Q_EMIT consoleChanged();
    session->setPort(nullptr);
    m_adminPort.reset();
    session->deleteLater(); // after the items that show it, which go the same way
}

void ShellWindow::present()
{
    if (!m_window)
        return;
    m_window->setWindowStates(m_window->windowStates() & ~Qt::WindowMinimized);
    m_window->show();
    m_window->raise();
    m_window->requestActivate();
}

void ShellWindow::saveState()
{
    if (m_window)
        m_state.save(*m_window);
}

bool ShellWindow::mayClose()
{
    saveState();
    if (!m_ports.mayClose())
        return false;
    Q_EMIT closed();
    return true;
}

} // namespace Tidegate::Desktop
