// SPDX-License-Identifier: MIT
#include "qml/session/clipboard.h"

#include <QClipboard>
#include <QGuiApplication>

namespace Tidegate::Console {

void Clipboard::setText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace Tidegate::Console
