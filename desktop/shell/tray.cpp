// SPDX-License-Identifier: MIT
#include "desktop/shell/tray.h"

namespace Tidegate::Desktop {

Tray::Tray(const QIcon &icon, const QString &title, bool hasConsole)
    : m_icon(icon)
{
    m_menu.addAction(tr("Show %1").arg(title), this, &Tray::showWanted);
    if (hasConsole)
        m_menu.addAction(tr("Gateway console"), this, &Tray::consoleWanted);
    m_menu.addSeparator();
    m_autostart = m_menu.addAction(tr("Start when I log in"));
    m_autostart->setCheckable(true);
    connect(m_autostart, &QAction::triggered, this, &Tray::autostartWanted);
    m_menu.addSeparator();
    m_menu.addAction(tr("Quit"), this, &Tray::quitWanted);

    m_icon.setToolTip(title);
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT showWanted();
    });
    m_icon.show();
}

bool Tray::isShown() const
{
    return m_icon.isVisible() && QSystemTrayIcon::isSystemTrayAvailable();
}

void Tray::setAutostart(bool isEnabled)
{
    m_autostart->setChecked(isEnabled);
}

} // namespace Tidegate::Desktop
