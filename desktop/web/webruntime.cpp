// SPDX-License-Identifier: MIT
#include "desktop/web/webruntime.h"

#include "desktop/web/appscheme.h"
#include "desktop/web/pagebridge.h"

#include <QQuickWebEngineProfile>
#include <QtWebEngineQuick/qtwebenginequickglobal.h>

#include <unistd.h>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

struct WebRuntime::Parts
{
    explicit Parts(const QString &folder)
        : scheme(folder)
    {
    }
    AppScheme scheme; //!< outlives the profile that asks it
    QQuickWebEngineProfile profile;
};

void WebRuntime::prepare()
{
    // Chromium's sandbox refuses to run as root, where it would protect nothing; the engine would not start at all.
    if (::geteuid() == 0 && qEnvironmentVariableIsEmpty("QTWEBENGINE_DISABLE_SANDBOX"))
        qputenv("QTWEBENGINE_DISABLE_SANDBOX", "1");
    AppScheme::registerScheme();
    QtWebEngineQuick::initialize();
}

bool WebRuntime::isAvailable()
{
    return true;
}

WebRuntime::WebRuntime(const QString &folder, const QString &storage)
    : m_parts(std::make_unique<Parts>(folder))
{
    QQuickWebEngineProfile &profile = m_parts->profile;
    profile.setStorageName(u"tidegate"_s);
    profile.setPersistentStoragePath(storage + u"/storage"_s);
    profile.setCachePath(storage + u"/cache"_s);
    profile.setOffTheRecord(false);
    profile.setHttpCacheMaximumSize(32 * 1024 * 1024);
    profile.installUrlSchemeHandler("tidegate", &m_parts->scheme);
}

WebRuntime::~WebRuntime() = default;

QObject *WebRuntime::profile() const
{
    return &m_parts->profile;
}

std::unique_ptr<QObject> WebRuntime::makeBridge(const QUrl &url, const QJsonObject &info, BridgeSession *session) const
{
    return std::make_unique<PageBridge>(url, info, session);
}

QByteArray WebRuntime::originOf(const QUrl &url)
{
    return PageBridge::originOf(url).toLatin1();
}

} // namespace Tidegate::Desktop
