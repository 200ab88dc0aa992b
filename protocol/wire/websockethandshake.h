// SPDX-License-Identifier: MIT
#pragma once

#include "wire/httphead.h"
#include "wire/result.h"

// The opening handshake, server side (RFC 6455 section 4.2). Any thread.

namespace Tidegate::WebSocket {

//! A valid upgrade request.
struct Upgrade
{
    QByteArray key;
    QByteArrayList subprotocols; //!< as offered, in the client's order of preference
    QByteArrayList extensions;   //!< as offered, unparsed
};

//! Answer with this and close.
struct UpgradeRefusal
{
    int status = 400;
    QByteArray text;
    Http::Headers headers; //!< Sec-WebSocket-Version and Upgrade with 426
};

//! The client means a WebSocket (Upgrade: websocket); readUpgrade() tells if it is in order.
bool isUpgrade(const Http::Head &head);
//! Origin is not looked at; that is the caller's policy.
Result<Upgrade, UpgradeRefusal> readUpgrade(const Http::Head &head);

//! Sec-WebSocket-Accept for \p key.
QByteArray acceptKey(QByteArrayView key);
//! Appends the 101 response. \p subprotocol empty = none selected. False, and \p out unchanged, if a header cannot be
//! written (see Http::appendResponseHead).
[[nodiscard]] bool appendAccept(QByteArray &out, const Upgrade &upgrade, QByteArrayView subprotocol = {},
                                const Http::Headers &extraHeaders = {});

} // namespace Tidegate::WebSocket
