// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/shell/shellconfig.h"

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace Tidegate::Desktop {

//! What the command line of tidegate-desktop asks for, as typed.
struct Options
{
    std::string page; //!< folder or URL; empty = the console
    std::string capabilities;
    std::string dataDir;
    std::string configFile;
    std::string backend;
    std::string id = "tidegate-desktop";
    std::string title = "Tidegate";
    std::string theme;
    std::string autostart; //!< "on", "off", "status": then nothing is started
    bool hasConsoleBeside = false;
    bool hasLocalEndpoint = false;
    bool hasNoTray = false;
    bool isHidden = false;
    std::vector<std::string> links; //!< deep links, for the page

    //! Sorts the words of the command line into page and links; refuses a second page.
    Result<void> take(const std::vector<std::string> &words);
};

//! Where things are kept, before anything is made.
QString dataDirOf(const Options &options);
//! Errors name the option and what is wrong with it.
Result<ShellConfig> shellConfigOf(const Options &options);
Result<WindowOptions> windowOf(const Options &options);
//! \p arguments as typed, with files and folders made absolute.
QStringList autostartCommandOf(const Options &options, const QString &program);

} // namespace Tidegate::Desktop
