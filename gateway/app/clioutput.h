// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

namespace Tidegate {

// Exit codes of the program.
constexpr int ExitOk = 0;
constexpr int ExitFailed = 1;
constexpr int ExitUsage = 2; //!< wrong arguments or configuration

//! To standard output, as it is.
void writeOut(const QByteArray &text);
//! One line to standard error, after "tidegate: ".
void writeError(const QString &text);
//! Writes each text over the one before, on a terminal's standard error; an empty text clears the line. Nothing to
//! call when standard error is no terminal.
std::function<void(const QString &)> progressLine();

} // namespace Tidegate
