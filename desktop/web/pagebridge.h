// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/bridgesession.h"

#include <QUrl>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Desktop {

//! A BridgeSession where a web view can reach it: the object on the view's channel, and the scripts to inject. Serves
//! pages of one origin in the main frame; a page of another gets neither scripts nor answers. GUI thread.
class PageBridge final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell, one for each window with a page")
    Q_PROPERTY(QUrl url READ url CONSTANT)
    Q_PROPERTY(QVariantList scripts READ scripts CONSTANT)

public:
    //! \p info becomes the page's window.__TIDEGATE__.
    PageBridge(const QUrl &url, QJsonObject info, BridgeSession *session);

    QUrl url() const { return m_url; }
    //! As WebEngineView's userScripts.collection takes them.
    QVariantList scripts() const;
    //! Scheme, host and port as a browser writes them: "tidegate://app", "https://example.org:8443".
    static QString originOf(const QUrl &url);

    //! Whether the main frame may go to \p url: within our origin. Other addresses are for a browser.
    Q_INVOKABLE bool isOurs(const QUrl &url) const;
    //! The address the main frame has now.
    Q_INVOKABLE void setCurrentUrl(const QUrl &url);
    //! Its process ended.
    Q_INVOKABLE void pageGone();

public Q_SLOTS:
    // Of the relay in the page (page/relay.js).
    void receive(const QString &message);
    void pageLoaded();

Q_SIGNALS:
    void sent(const QString &message);

private:
    const QUrl m_url;
    const QString m_origin;
    const QJsonObject m_info;
    BridgeSession *m_session;
    bool m_isOurPage = false;
};

} // namespace Tidegate::Desktop
