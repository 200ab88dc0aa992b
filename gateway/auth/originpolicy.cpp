// SPDX-License-Identifier: MIT
#include "auth/originpolicy.h"

#include <algorithm>
#include <optional>

namespace Tidegate {

namespace {

constexpr qsizetype MaxOriginBytes = 512;
constexpr qsizetype MaxRequestedHeadersBytes = 1024;

struct OriginParts
{
    QByteArray scheme;
    QByteArray host; //!< IPv6 in brackets
    QByteArray port; //!< empty = the scheme's default
};

QByteArray withoutDefaultPort(const QByteArray &port, QByteArrayView scheme)
{
    return (scheme == "http" && port == "80") || (scheme == "https" && port == "443") ? QByteArray() : port;
}

bool isPort(const QByteArray &text)
{
    bool ok = false;
    const uint port = text.toUInt(&ok);
    return ok && port > 0 && port <= 65535 && text.front() != '+' && text.front() != ' ';
}

//! "host", "host:port", "[v6]", "[v6]:port" into host and port; false if it is none of them.
bool splitAuthority(const QByteArray &authority, QByteArray *host, QByteArray *port)
{
    const bool isBracketed = authority.startsWith('[');
    const qsizetype hostEnd = isBracketed ? authority.indexOf(']') + 1 : authority.indexOf(':');
    if (isBracketed && hostEnd == 0)
        return false;
    *host = hostEnd < 0 ? authority : authority.first(hostEnd);
    const QByteArray rest = hostEnd < 0 ? QByteArray() : authority.sliced(hostEnd);
    if (!rest.isEmpty()) {
        *port = rest.sliced(1);
        if (!rest.startsWith(':') || !isPort(*port))
            return false;
    }
    return !host->isEmpty() && std::none_of(host->cbegin(), host->cend(), [](char c) {
        return uchar(c) <= ' ' || c == '/' || c == '@' || c == '?' || c == '#' || c == '\\' || c == 0x7f;
    });
}

std::optional<OriginParts> parseOrigin(QByteArrayView text)
{
    if (text.size() > MaxOriginBytes)
        return std::nullopt;
    const QByteArray lower = text.toByteArray().toLower();
    const qsizetype schemeEnd = lower.indexOf("://");
    if (schemeEnd <= 0)
        return std::nullopt;
    OriginParts parts;
    parts.scheme = lower.first(schemeEnd);
    if (!splitAuthority(lower.sliced(schemeEnd + 3), &parts.host, &parts.port))
        return std::nullopt;
    parts.port = withoutDefaultPort(parts.port, parts.scheme);
    return parts;
}

QByteArray normalised(QByteArrayView origin)
{
    const auto parts = parseOrigin(origin);
    if (!parts)
        return origin.toByteArray().toLower();
    return parts->scheme + "://" + parts->host + (parts->port.isEmpty() ? QByteArray() : ':' + parts->port);
}

bool isLoopback(const OriginParts &origin)
{
    return (origin.scheme == "http" || origin.scheme == "https") &&
           (origin.host == "localhost" || origin.host == "127.0.0.1" || origin.host == "[::1]");
}

bool isSameOrigin(const OriginParts &origin, QByteArrayView hostHeader, bool isTls)
{
    // Without TLS of our own an https page is still ours: something in front of us has ended its encryption. The
    // reverse, an http page against our https, is another origin that a network attacker could have written.
    const bool isOurScheme = origin.scheme == "https" || (origin.scheme == "http" && !isTls);
    QByteArray host;
    QByteArray port;
    if (!isOurScheme || hostHeader.size() > MaxOriginBytes ||
        !splitAuthority(hostHeader.toByteArray().toLower(), &host, &port))
        return false;
    return host == origin.host && withoutDefaultPort(port, origin.scheme) == origin.port;
}

bool isHeaderList(QByteArrayView text)
{
    return text.size() <= MaxRequestedHeadersBytes && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_' || c == ',' || c == ' ';
           });
}

} // namespace

OriginPolicy::OriginPolicy(const QByteArrayList &allowedOrigins)
{
    for (const QByteArray &entry : allowedOrigins) {
        QByteArray origin = entry.trimmed();
        if (origin == "*") {
            m_any = true;
            continue;
        }
        if (origin.endsWith('/'))
            origin.chop(1);
        if (!origin.isEmpty())
            m_allowed.append(normalised(origin));
    }
}

bool OriginPolicy::isAllowed(QByteArrayView origin, QByteArrayView hostHeader, bool isTls) const
{
    if (m_any || origin.isEmpty())
        return true;
    if (!m_allowed.isEmpty())
        return origin.size() <= MaxOriginBytes && m_allowed.contains(normalised(origin));
    const auto parts = parseOrigin(origin);
    return parts && (isLoopback(*parts) || isSameOrigin(*parts, hostHeader, isTls));
}

std::vector<std::pair<QByteArray, QByteArray>> OriginPolicy::corsHeaders(QByteArrayView origin,
                                                                         QByteArrayView hostHeader, bool isTls,
                                                                         QByteArrayView requestedHeaders) const
{
    // Also without permission: a cache must not hand one page's answer to another.
    std::vector<std::pair<QByteArray, QByteArray>> headers{{"Vary", "Origin"}};
    if ((origin.isEmpty() && !m_any) || !isAllowed(origin, hostHeader, isTls))
        return headers;
    const bool echoesHeaders = !requestedHeaders.isEmpty() && isHeaderList(requestedHeaders);
    headers.emplace_back("Access-Control-Allow-Origin", origin.isEmpty() ? QByteArray("*") : origin.toByteArray());
    headers.emplace_back("Access-Control-Allow-Credentials", "true");
    headers.emplace_back("Access-Control-Allow-Headers",
                         echoesHeaders ? requestedHeaders.toByteArray() : QByteArray("Content-Type, Authorization"));
    headers.emplace_back("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE,OPTIONS");
    return headers;
}

} // namespace Tidegate
