// SPDX-License-Identifier: MIT
#pragma once

#include <QMenu>
#include <QSystemTrayIcon>

namespace Tidegate::Desktop {

//! The icon in the system tray and its menu. GUI thread.
class Tray final : public QObject
{
    Q_OBJECT
public:
    Tray(const QIcon &icon, const QString &title, bool hasConsole);

    //! Somebody can click it: without a tray a hidden window would be lost.
    bool isShown() const;
    void setAutostart(bool isEnabled);
    QMenu &menu() { return m_menu; }

Q_SIGNALS:
    void showWanted();
    void consoleWanted();
    void autostartWanted(bool isEnabled);
    void quitWanted();

private:
    QMenu m_menu;
    QAction *m_autostart = nullptr;
    QSystemTrayIcon m_icon;
};

} // namespace Tidegate::Desktop
