// SPDX-License-Identifier: MIT
#pragma once

#include "wire/httpheaders.h"

// HTTP/1.1 responses as bytes (RFC 9112). Any thread.

namespace Tidegate::Http {

//! "OK", "Not Found", ...; for an unlisted status the name of its class.
QByteArrayView reasonPhrase(int status);

//! Appends status line, \p headers and the empty line; the caller knows how the body is framed.
//! False, and \p out unchanged, if the status has not three digits, a name is no token or a value holds a control
//! character such as CR or LF.
[[nodiscard]] bool appendResponseHead(QByteArray &out, int status, const Headers &headers);
//! As above with Content-Length (none for 1xx, 204 and 304) and \p body. \p headers must not hold a Content-Length.
//! \p withoutBody is for HEAD: the length is stated, the body is not sent.
[[nodiscard]] bool appendResponse(QByteArray &out, int status, const Headers &headers, QByteArrayView body,
                                  bool withoutBody = false);

} // namespace Tidegate::Http
