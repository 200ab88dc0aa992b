// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"
#include "support/scripted/scriptedadminport.h"

namespace Tidegate::Console {

//! A session over a scripted gateway that is as small as a test wants it.
struct ConsoleFixture
{
    explicit ConsoleFixture(const Admin::ScriptedAdminPort::Script &script = {})
        : port(script)
    {
        session.setPort(&port);
    }

    Admin::ScriptedAdminPort port;
    ConsoleSession session;
};

//! Requests for one resource's pages.
inline int pagesAsked(const Admin::ScriptedAdminPort &port, const QString &resource)
{
    int count = 0;
    for (const Admin::PageRequest &request : port.pageRequests())
        count += request.resource == resource ? 1 : 0;
    return count;
}

} // namespace Tidegate::Console
