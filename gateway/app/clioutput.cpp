// SPDX-License-Identifier: MIT
#include "app/clioutput.h"

#include <iostream>

namespace Tidegate {

void writeOut(const QByteArray &text)
{
    std::cout << text.constData() << std::flush;
}

void writeError(const QString &text)
{
    std::cerr << "tidegate: " << text.toStdString() << '\n';
}

} // namespace Tidegate
