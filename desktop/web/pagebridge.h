// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/bridgesession.h"

#include <QUrl>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Desktop {

//! What a page's relay (page/relay.js) sees of the application, and all it sees: words both ways.
class PageLine final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

public Q_SLOTS:
    void receive(const QString &message) { Q_EMIT received(message); }
    //! Said once by each page, first.
    void begin() { Q_EMIT begun(); }

Q_SIGNALS:
    void sent(const QString &message);
    void received(const QString &message);
    void begun();
};

//! A BridgeSession where a web view can reach it: the line on the view's channel, and the scripts to inject. Serves
//! pages of one origin in the main frame; a page of another gets neither scripts nor answers. GUI thread.
class PageBridge final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell, one for each window with a page")
    Q_PROPERTY(QUrl url READ url CONSTANT)
    Q_PROPERTY(QString pageScript READ pageScript CONSTANT)
    Q_PROPERTY(QString relayScript READ relayScript CONSTANT)
    Q_PROPERTY(QObject *line READ line CONSTANT)

public:
    //! \p info becomes the page's window.__TIDEGATE__.
    PageBridge(const QUrl &url, QJsonObject info, BridgeSession *session);

    QUrl url() const { return m_url; }
    QObject *line() { return &m_line; }
    //! For the page's own world, and for the one of the application; in the main frame, before any script of the page.
    QString pageScript() const;
    QString relayScript() const;
    //! Scheme, host and port as a browser writes them: "tidegate://app", "https://example.org:8443".
    static QString originOf(const QUrl &url);

    //! Whether the main frame may go to \p url: within our origin. Other addresses are for a browser.
    Q_INVOKABLE bool isOurs(const QUrl &url) const;
    //! The address the main frame has now.
    Q_INVOKABLE void setCurrentUrl(const QUrl &url);
    //! Its process ended.
    Q_INVOKABLE void pageGone();

private:
    void take(const QString &message);

    const QUrl m_url;
    const QString m_origin;
    const QJsonObject m_info;
    BridgeSession *m_session;
    PageLine m_line;
    bool m_isOurPage = false;
};

} // namespace Tidegate::Desktop
