// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"
#include "wire/websockethandshake.h"

// Sec-WebSocket-Extensions (RFC 6455 section 9.1), of which permessage-deflate alone is known (RFC 7692 section 7.1).
// It is always agreed without context takeover in both directions: a message never depends on an earlier one, so one
// compressed frame serves every link. Any thread. Items are as Http::headerItems() cuts them: at every comma, which is
// right even in quotes, where section 9.1 allows nothing but a token.

namespace Tidegate::WebSocket {

//! Server side: the value of our own Sec-WebSocket-Extensions. Empty = no offer is acceptable, hence no such header and
//! no compression; otherwise permessage-deflate is agreed. Refused if an item, even of another extension, is malformed.
Result<QByteArray, UpgradeRefusal> chooseExtensions(const QByteArrayList &offered);

//! Client side: what to send as Sec-WebSocket-Extensions.
inline constexpr char DeflateOffer[] = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
//! The server's answer to DeflateOffer: is permessage-deflate agreed? An error (InvalidSyntax or InvalidContract) means
//! that the connection must be failed.
Result<bool> readExtensionAnswer(const QByteArrayList &answered);

} // namespace Tidegate::WebSocket
