// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

namespace Tidegate::Desktop {

class CommandRegistry;
class Shell;

//! What every page can be allowed: app.info, app.quit, app.autostart, app.openOutside, window.setTitle, window.close.
//! \p shell and \p arguments (those of the latest start) outlive the registry's use.
void addBuiltInCommands(CommandRegistry &commands, Shell &shell, const QStringList &arguments);

} // namespace Tidegate::Desktop
