// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace Tidegate::Console {

//! What the command line asks of the program.
struct ConsoleOptions
{
    QString url;    //!< empty = one is asked for
    QString token;  //!< read from --token-file; empty = none was given
    int theme = -1; //!< a Theme.Mode; -1 = as last chosen
};

//! Ends the program: text for standard output, or, with an exit code other than 0, for standard error.
struct ConsoleExit
{
    int code = 0;
    QString text;
};

//! Reads \p arguments, the program's name first. Needs a QCoreApplication and no display: whoever mistypes a flag, or
//! asks for help over ssh, hears of it. Qt's own flags are left to Qt. Reads the token file.
std::optional<ConsoleExit> readConsoleOptions(const QStringList &arguments, ConsoleOptions &options);

} // namespace Tidegate::Console
