// SPDX-License-Identifier: MIT
#include "bench/target.h"

#include <QUrl>

#include <cstring>
#include <netdb.h>

namespace Tidegate::Bench {

namespace {

Error urlError(const QString &url, const QString &why)
{
    return {ErrorCode::InvalidSyntax, QStringLiteral("cannot use the URL \"%1\": %2").arg(url, why)};
}

} // namespace

Result<Target> Target::fromUrl(const QString &url, const TlsTrust &trust)
{
    const QUrl parsed(url, QUrl::StrictMode);
    const bool isTls = parsed.scheme() == QLatin1StringView("wss") || parsed.scheme() == QLatin1StringView("https");
    const bool isPlain = parsed.scheme() == QLatin1StringView("ws") || parsed.scheme() == QLatin1StringView("http");
    if (!parsed.isValid() || !(isTls || isPlain) || parsed.host().isEmpty())
        return urlError(url, QStringLiteral("write ws://HOST:PORT or, with TLS, wss://HOST:PORT"));
    Target target;
    target.host = parsed.host().toUtf8();
    target.port = quint16(parsed.port(isTls ? 443 : 80));
    target.path = parsed.path(QUrl::FullyEncoded).toUtf8();
    if (isTls) {
        auto tls = TlsClient::make(target.host, trust);
        if (!tls)
            return tls.error();
        target.tls = *std::move(tls);
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    const QByteArray port = QByteArray::number(target.port);
    if (const int code = ::getaddrinfo(target.host.constData(), port.constData(), &hints, &found); code != 0)
        return urlError(url, QString::fromLocal8Bit(::gai_strerror(code)));
    std::memcpy(&target.address, found->ai_addr, found->ai_addrlen);
    target.addressBytes = found->ai_addrlen;
    ::freeaddrinfo(found);
    return target;
}

QByteArray Target::requestHead(const QByteArray &ownPath, const QByteArray &query) const
{
    const bool isOwn = path.isEmpty() || path == "/";
    QByteArray head = "GET " + (isOwn ? ownPath : path);
    if (!query.isEmpty())
        head += '?' + query;
    const bool isIpv6 = host.contains(':');
    return head + " HTTP/1.1\r\nHost: " + (isIpv6 ? '[' + host + ']' : host) + ':' + QByteArray::number(port) + "\r\n";
}

QByteArray Target::upgrade(const QByteArray &ownPath, const QByteArray &query, const QByteArray &extraHeaders) const
{
    // The key proves nothing here: the answer's status and the frames behind it are what counts.
    return requestHead(ownPath, query) +
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGlkZWdhdGUtYmVuY2gtMQ==\r\n" +
           extraHeaders + "\r\n";
}

} // namespace Tidegate::Bench
