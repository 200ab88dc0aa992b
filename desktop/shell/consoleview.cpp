// SPDX-License-Identifier: MIT
#include "desktop/shell/consoleview.h"

#include "app/gateway.h"
#include "desktop/bridge/log.h"
#include "desktop/shell/viewobject.h"

#include <QQmlEngine>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

ConsoleView::ConsoleView(Gateway &gateway, QQmlEngine &engine, QSettings &settings)
    : m_gateway(gateway)
    , m_engine(engine)
    , m_state(settings, u"console"_s)
{
}

ConsoleView::~ConsoleView()
{
    delete m_window; // before what its items show
}

bool ConsoleView::isShown() const
{
    return m_window && m_window->isVisible();
}

void ConsoleView::show()
{
    if (!m_window) {
        m_port = m_gateway.makeAdminPort();
        m_session = std::make_unique<Console::ConsoleSession>();
        m_session->setPort(m_port.get());
        auto object =
            makeViewObject(m_engine, u"ConsoleFrame"_s, {{u"session"_s, QVariant::fromValue(m_session.get())}});
        if (!object) {
            qCCritical(lcDesktop, "no console: %s", qPrintable(object.error().text));
            return;
        }
        m_window = qobject_cast<QQuickWindow *>((*object).release());
        m_state.restore(*m_window);
    }
    m_window->show();
    m_window->raise();
    m_window->requestActivate();
}

void ConsoleView::hide()
{
    saveState();
    if (m_window)
        m_window->hide();
}

void ConsoleView::saveState()
{
    if (m_window)
        m_state.save(*m_window);
}

} // namespace Tidegate::Desktop
