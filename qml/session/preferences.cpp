// SPDX-License-Identifier: MIT
#include "qml/session/preferences.h"

#include <QSettings>

#include <algorithm>

namespace Tidegate::Console {

namespace {

const QString ThemeKey = QStringLiteral("look/theme");
constexpr int LastMode = 2;

} // namespace

Preferences::Preferences(QSettings &settings, int chosenMode, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_themeMode(chosenMode >= 0 ? chosenMode : std::clamp(settings.value(ThemeKey).toInt(), 0, LastMode))
{
}

void Preferences::setThemeMode(int mode)
{
    if (m_themeMode == mode)
        return;
    m_themeMode = mode;
    m_settings.setValue(ThemeKey, mode);
    Q_EMIT changed();
}

} // namespace Tidegate::Console
