// SPDX-License-Identifier: MIT
#include "auth/proxytrust.h"

#include <algorithm>

namespace Tidegate {

namespace {

constexpr int MaxHops = 64;

//! IPv4 inside IPv6 ("::ffff:10.0.0.1", as dual-stack sockets report it) becomes plain IPv4; scopes are dropped.
QHostAddress plain(QHostAddress address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    if (isV4)
        return QHostAddress(v4);
    address.setScopeId(QString());
    return address;
}

//! Null if it is no address. QHostAddress also reads "10" and "10.1", the old inet_aton way; nobody means those.
QHostAddress parseAddress(const QByteArray &text)
{
    if (!text.contains(':') && text.count('.') != 3)
        return {};
    return plain(QHostAddress(QString::fromLatin1(text)));
}

//! One hop of X-Forwarded-For; some proxies add a port. Null if it is no address.
QHostAddress parseHop(QByteArrayView hop)
{
    QByteArray text = hop.trimmed().toByteArray();
    if (text.startsWith('['))
        text = text.sliced(1, qMax(qsizetype(0), text.indexOf(']') - 1));
    else if (text.count(':') == 1)
        text.truncate(text.indexOf(':'));
    return parseAddress(text);
}

} // namespace

Result<ProxyTrust> ProxyTrust::parse(const QByteArrayList &subnets)
{
    ProxyTrust trust;
    for (const QByteArray &entry : subnets) {
        const QByteArray text = entry.trimmed();
        const qsizetype slash = text.indexOf('/');
        const QHostAddress address = parseAddress(slash < 0 ? text : text.first(slash));
        const int hostBits = address.protocol() == QAbstractSocket::IPv4Protocol ? 32 : 128;
        const auto subnet =
            slash < 0 ? std::pair(address, hostBits) : QHostAddress::parseSubnet(QString::fromLatin1(text));
        if (address.isNull() || subnet.second < 0)
            return Error{ErrorCode::InvalidSyntax,
                         QStringLiteral("not an address or subnet: %1").arg(QString::fromUtf8(text)), false};
        trust.m_subnets.push_back(subnet);
    }
    return trust;
}

bool ProxyTrust::isTrusted(const QHostAddress &address) const
{
    return !address.isNull() && std::any_of(m_subnets.cbegin(), m_subnets.cend(),
                                            [&address](const auto &subnet) { return address.isInSubnet(subnet); });
}

QByteArray ProxyTrust::clientAddress(QByteArrayView socketAddress, QByteArrayView forwardedFor) const
{
    QHostAddress client = parseAddress(socketAddress.toByteArray());
    if (client.isNull())
        return socketAddress.toByteArray();
    // From the right: each hop was written by the one after it, so it is worth as much as that one.
    for (int hops = 0; isTrusted(client) && !forwardedFor.isEmpty() && hops < MaxHops; ++hops) {
        const qsizetype comma = forwardedFor.lastIndexOf(',');
        const QHostAddress hop = parseHop(forwardedFor.sliced(comma + 1));
        if (hop.isNull())
            break;
        client = hop;
        forwardedFor = forwardedFor.first(qMax(qsizetype(0), comma));
    }
    return client.toString().toLatin1();
}

bool ProxyTrust::clientIsTls(QByteArrayView socketAddress, bool socketIsTls, QByteArrayView forwardedProto) const
{
    if (forwardedProto.isEmpty() || !isTrusted(parseAddress(socketAddress.toByteArray())))
        return socketIsTls;
    const QByteArrayView last = forwardedProto.sliced(forwardedProto.lastIndexOf(',') + 1).trimmed();
    return last.compare("https", Qt::CaseInsensitive) == 0 || last.compare("wss", Qt::CaseInsensitive) == 0;
}

} // namespace Tidegate
