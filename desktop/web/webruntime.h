// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/bridge/bridgesession.h"

#include <QJsonObject>
#include <QObject>
#include <QUrl>

#include <memory>

namespace Tidegate::Desktop {

//! The web engine as the shell sees it: all there is of it in a build without one (webruntime_none.cpp). GUI thread;
//! outlives every window.
class WebRuntime
{
public:
    //! Once, before the application object is made.
    static void prepare();
    //! False: built without Qt WebEngine.
    static bool isAvailable();

    //! \p folder stands behind tidegate://app/ (empty = nothing); \p storage keeps cookies and the page's own data.
    WebRuntime(const QString &folder, const QString &storage);
    ~WebRuntime();
    Q_DISABLE_COPY_MOVE(WebRuntime)

    //! The view's profile; null if not available.
    QObject *profile() const;
    //! A PageBridge; null if not available. \p session outlives it.
    std::unique_ptr<QObject> makeBridge(const QUrl &url, const QJsonObject &info, BridgeSession *session) const;
    //! Of \p url as its page's requests will name it.
    static QByteArray originOf(const QUrl &url);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace Tidegate::Desktop
