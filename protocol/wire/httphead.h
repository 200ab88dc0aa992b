// SPDX-License-Identifier: MIT
#pragma once

#include "wire/httpheaders.h"

#include <optional>
#include <variant>

// HTTP/1.x request heads (RFC 9112), strict: what two parsers could read differently is refused. Any thread.

namespace Tidegate::Http {

constexpr qsizetype DefaultMaxHeadBytes = 16 * 1024;
constexpr size_t MaxHeaderCount = 100;

struct Head
{
    QByteArray method; //!< case-sensitive, any token except CONNECT
    QByteArray target; //!< as sent
    QByteArray path;   //!< begins with '/', percent-encoded; "*" for OPTIONS *
    QByteArray query;  //!< raw, without '?'
    QByteArray host;   //!< of an absolute target, else the Host header; empty only for HTTP/1.0 or an empty Host
    int versionMinor = 1;
    Headers headers;
    qsizetype headBytes = 0; //!< the body begins here
    std::optional<quint64> contentLength;
    bool isChunked = false; //!< never together with contentLength

    QByteArray header(QByteArrayView name) const { return headerValue(headers, name); }
    bool headerHas(QByteArrayView name, QByteArrayView token) const { return headerContains(headers, name, token); }
    bool hasBody() const { return isChunked || contentLength.value_or(0) > 0; }
    //! The client wants the connection kept after this request (RFC 9112 section 9.3).
    bool keepsAlive() const;
    bool expects100Continue() const;
};

//! More bytes are needed. Give \c scannedBytes to the next call so that a slow sender costs O(bytes).
struct HeadIncomplete
{
    qsizetype scannedBytes = 0;
};

//! Answer with \c status (400, 431, 501 or 505) and close: where the next request would begin is unknown.
struct HeadRefused
{
    int status = 400;
    QByteArray text; //!< for a person; names the rule, carries nothing of the request
};

using HeadResult = std::variant<HeadIncomplete, Head, HeadRefused>;

//! \p bytes are everything received since the last request; \p scannedBytes comes from HeadIncomplete. A head of more
//! than \p maxBytes is refused (431), whatever pieces it comes in.
HeadResult parseHead(QByteArrayView bytes, qsizetype scannedBytes = 0, qsizetype maxBytes = DefaultMaxHeadBytes);

} // namespace Tidegate::Http
