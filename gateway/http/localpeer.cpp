// SPDX-License-Identifier: MIT
#include "http/localpeer.h"

#include <QHostAddress>

namespace Tidegate {

bool isDirectlyFromThisMachine(const HttpRequest &request)
{
    if (!QHostAddress(QString::fromLatin1(request.peer.address)).isLoopback())
        return false;
    for (const char *mark : {"X-Forwarded-For", "Forwarded", "Origin"}) {
        if (!headerValue(request.headers, mark).isEmpty())
            return false;
    }
    return true;
}

} // namespace Tidegate
