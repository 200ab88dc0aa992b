// SPDX-License-Identifier: MIT
#pragma once

#include "wire/httphead.h"

#include <QByteArray>

#include <functional>
#include <optional>

namespace Tidegate {

//! The far end of a connection as the kernel and, for trusted proxies, X-Forwarded-For tell it.
struct Peer
{
    QByteArray address; //!< textual IP, no port
    quint16 port = 0;
    bool isTls = false;
};

using HttpHeaders = Http::Headers;
using Http::headerValue;

//! A whole request, body included (the front door has applied every limit). path is percent-encoded, without query,
//! without trailing slashes except the root's own.
struct HttpRequest
{
    QByteArray method;
    QByteArray path;
    QByteArray query; //!< raw, without '?'
    HttpHeaders headers;
    QByteArray body;
    Peer peer;
    bool bodyTooLarge = false; //!< the body was over the limit and not read; answer 413
};

struct HttpResponse
{
    int status = 200;
    HttpHeaders headers; //!< without Content-Length, Connection, Date: the front door writes those
    QByteArray body;
};

//! Looks at each request from a socket before anybody else does and may rewrite it, or refuse it with an answer. Called
//! on I/O shards, several at a time; must not block.
using RequestGuard = std::function<std::optional<HttpResponse>(HttpRequest &request)>;

//! Serves what is neither a WebSocket nor an event stream. Called on an I/O shard's thread; must not block.
class HttpHandler
{
public:
    //! Safe to call from any thread, exactly once.
    using Responder = std::function<void(HttpResponse)>;

    virtual ~HttpHandler() = default;
    virtual void handle(HttpRequest request, Responder respond) = 0;
};

} // namespace Tidegate
