// SPDX-License-Identifier: MIT
#pragma once

class QCoreApplication;

namespace Tidegate {

//! The program: reads the arguments and runs what they ask for. \return exit code
int runCommandLine(int argc, char **argv, QCoreApplication &app);

} // namespace Tidegate
