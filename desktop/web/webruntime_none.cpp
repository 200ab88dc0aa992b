// SPDX-License-Identifier: MIT
#include "desktop/web/webruntime.h"

namespace Tidegate::Desktop {

struct WebRuntime::Parts
{
};

void WebRuntime::prepare() {}

bool WebRuntime::isAvailable()
{
    return false;
}

WebRuntime::WebRuntime(const QString &, const QString &) {}

WebRuntime::~WebRuntime() = default;

QObject *WebRuntime::profile() const
{
    return nullptr;
}

std::unique_ptr<QObject> WebRuntime::makeBridge(const QUrl &, const QJsonObject &, BridgeSession *) const
{
    return nullptr;
}

QByteArray WebRuntime::originOf(const QUrl &)
{
    return {};
}

} // namespace Tidegate::Desktop
