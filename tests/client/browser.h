// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QWebSocket>

namespace Tidegate {

//! Headless Chromium with one tab at a time, over the DevTools protocol. Calls block and run the event loop; a call
//! that the browser does not answer in time returns an empty object.
class Browser
{
public:
    Browser();
    ~Browser();
    Q_DISABLE_COPY_MOVE(Browser)

    //! Path of the browser; empty when it is not installed.
    static QString executable();

    bool start();
    QByteArray errorText() const { return m_errorText; }

    //! Closes the tab there is and opens a fresh one: no session storage, no emulation, no errors.
    bool openTab(const QUrl &url);
    bool reload();
    //! Sends a DevTools command to the tab and returns its result.
    QJsonObject call(const QString &method, const QJsonObject &params = {});

    //! Value of a JavaScript expression; an exception is an undefined value and counts as a page error.
    QJsonValue evaluate(const QString &expression);
    //! Clicks into the middle of the first element that matches. False if there is none to be seen.
    bool click(const QString &selector);
    //! Types into what has the focus.
    void type(const QString &text);
    //! "Enter", "Escape", "Tab" or " ".
    void press(const QString &key);

    void setWindow(int width, int height, bool isMobile = false);
    void setColorScheme(const QString &scheme);
    QByteArray screenshot();

    //! Exceptions, console.error() and failed or refused loads of the tab so far.
    QStringList pageErrors() const { return m_pageErrors; }

private:
    void received(const QJsonObject &message);
    bool findDevToolsUrl();

    QTemporaryDir m_profile;
    QProcess m_process;
    QWebSocket m_socket;
    QByteArray m_errorText;
    QString m_devToolsUrl;
    QString m_targetId;
    QString m_sessionId;
    QHash<int, QJsonObject> m_answers;
    QStringList m_pageErrors;
    int m_lastId = 0;
    int m_loads = 0;
};

} // namespace Tidegate
