// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QString>
#include <QStringList>

namespace Tidegate::Desktop {

//! Whether the desktop starts the application when the user logs in: an entry in the user's autostart folder
//! (freedesktop.org, Desktop Application Autostart). Any thread.
class Autostart
{
public:
    //! \p command is the program and its arguments. \p folder: the user's autostart folder if empty.
    Autostart(const QString &id, QString title, QStringList command, const QString &folder = {});

    bool isEnabled() const;
    //! Errors name the file and why it cannot be written.
    Result<void> setEnabled(bool isEnabled);
    QString path() const { return m_path; }

private:
    const QString m_path;
    const QString m_title;
    const QStringList m_command;
};

} // namespace Tidegate::Desktop
