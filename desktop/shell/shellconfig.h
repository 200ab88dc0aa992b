// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"
#include "auth/principal.h"
#include "desktop/bridge/capabilities.h"

#include <QIcon>
#include <QSize>
#include <QString>
#include <QUrl>
#include <QVariantMap>

namespace Tidegate::Desktop {

//! What an application says about itself before it starts.
struct ShellConfig
{
    QString id = QStringLiteral("tidegate-desktop"); //!< letters, digits, dot, dash: names settings and autostart entry
    QString title = QStringLiteral("Tidegate");
    QIcon icon;
    GatewayConfig gateway; //!< embeddedConfig(), changed as needed
    Capabilities capabilities;
    Principal principal{QByteArrayLiteral("desktop"), Role::User, {}, {}, 0}; //!< who the windows are for the gateway
    QString webFolder;                                                        //!< behind tidegate://app/; empty = none
    QString deepLinkScheme;       //!< "notes": arguments like notes://open/3 are deep links; empty = none
    QStringList autostartCommand; //!< empty = this program without arguments
    bool hasTray = true;
    bool closesToTray = true;      //!< while a tray shows our icon, closing the last window hides it
    bool hasConsole = true;        //!< F12, and the tray's entry
    bool hasLocalEndpoint = false; //!< LocalEndpoint, for pages that need URLs; replaces gateway.server.listen
    int themeMode = -1;            //!< a Theme.Mode for this run; -1 = as last chosen
};

//! One window. What it shows is, from the first that is given: page, qml, the console.
struct WindowOptions
{
    QString name = QStringLiteral("main"); //!< what capabilities and remembered places go by
    QString title = {};                    //!< empty = ShellConfig::title
    QUrl page = {};                        //!< tidegate://app/..., https://..., http://localhost...
    QUrl qml = {};                         //!< a component whose root is an Item
    QVariantMap properties = {};           //!< of that Item
    bool hasConsoleBeside = false;
    QSize size{1100, 720};
    bool isShown = true; //!< false: starts hidden, in the tray
};

} // namespace Tidegate::Desktop
