// SPDX-License-Identifier: MIT
#pragma once

#include "client/browser.h"

namespace Tidegate {

//! The demo page in the words of its user. \p side is "left" or "right".
class DemoPage
{
public:
    explicit DemoPage(Browser &browser)
        : m_browser(browser)
    {
    }

    void addTask(const QString &side, const QString &title);
    //! Turns the pane's offline switch; nothing happens when it is that way already.
    void setOffline(const QString &side, bool isOffline);
    //! Clicks a button or box ("rename", "delete", "retry", "dismiss", "done") of the task with this title.
    bool act(const QString &side, const QString &title, const QString &action);
    //! Replaces the title in the open rename field and presses \p key.
    void rename(const QString &title, const QString &key);

    //! "title|state", newest first; a checked task is "[x] title|state".
    QStringList tasks(const QString &side);
    int taskCount(const QString &side);
    //! Text of a data-field of the pane; empty when it is hidden.
    QString field(const QString &side, const QString &name);
    //! Types of the frames in the log, newest first, with an arrow for the direction.
    QStringList frames(const QString &side);
    //! connecting, joining, live, reconnecting, offline or refused
    QString state(const QString &side);
    bool areBothLive();

private:
    QJsonValue inPane(const QString &side, const QString &expression);

    Browser &m_browser;
};

} // namespace Tidegate
