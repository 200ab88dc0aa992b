// SPDX-License-Identifier: MIT
#include "desktop/shell/windowstate.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QWindow>

#include <algorithm>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

constexpr int GraspablePixels = 80; //!< of a title bar, so that the window can be moved

bool isSeen(const QRect &frame)
{
    const auto screens = QGuiApplication::screens();
    return std::any_of(screens.begin(), screens.end(), [&](const QScreen *screen) {
        const QRect part = screen->availableGeometry().intersected(frame);
        return part.width() >= GraspablePixels && part.height() >= GraspablePixels;
    });
}

} // namespace

WindowState::WindowState(QSettings &settings, const QString &name)
    : m_settings(settings)
    , m_group(u"windows/"_s + name)
{
}

void WindowState::restore(QWindow &window) const
{
    const QRect frame = m_settings.value(m_group + u"/geometry"_s).toRect();
    if (frame.isValid() && isSeen(frame))
        window.setGeometry(frame);
    if (m_settings.value(m_group + u"/maximized"_s).toBool())
        window.setWindowStates(Qt::WindowMaximized);
}

void WindowState::save(const QWindow &window) const
{
    const bool isMaximized = window.windowStates().testFlag(Qt::WindowMaximized);
    m_settings.setValue(m_group + u"/maximized"_s, isMaximized);
    // The size to go back to is the one from before.
    if (!isMaximized && !window.windowStates().testFlag(Qt::WindowFullScreen))
        m_settings.setValue(m_group + u"/geometry"_s, window.geometry());
}

} // namespace Tidegate::Desktop
