// SPDX-License-Identifier: MIT
#include "qml/session/appearance.h"

#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPalette>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

QString firstInstalled(const QStringList &families, const QString &fallback)
{
    const QStringList installed = QFontDatabase::families();
    for (const QString &family : families) {
        if (installed.contains(family))
            return family;
    }
    return fallback;
}

} // namespace

Appearance::Appearance(QObject *parent)
    : QObject(parent)
{
    qGuiApp->installEventFilter(this);
}

bool Appearance::isSystemDark() const
{
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QString Appearance::textFamily() const
{
    return firstInstalled({u"Inter"_s, u"Noto Sans"_s}, QGuiApplication::font().family());
}

QString Appearance::numberFamily() const
{
    return firstInstalled({u"JetBrains Mono"_s, u"Noto Sans Mono"_s},
                          QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
}

bool Appearance::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qGuiApp && event->type() == QEvent::ApplicationPaletteChange)
        Q_EMIT changed();
    return QObject::eventFilter(watched, event);
}

} // namespace Tidegate::Console
