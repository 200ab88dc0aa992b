// SPDX-License-Identifier: MIT
#include "app/clioutput.h"

#include <iostream>
#include <unistd.h>

namespace Tidegate {

void writeOut(const QByteArray &text)
{
    std::cout << text.constData() << std::flush;
}

void writeError(const QString &text)
{
    std::cerr << "tidegate: " << text.toStdString() << '\n';
}

std::function<void(const QString &)> progressLine()
{
    if (!::isatty(STDERR_FILENO))
        return {};
    return [](const QString &text) { std::cerr << "\r\x1b[K" << text.toStdString() << std::flush; };
}

} // namespace Tidegate
