// SPDX-License-Identifier: MIT
#pragma once

#include "bench/tlsclient.h"

#include <QByteArray>
#include <QString>

#include <sys/socket.h>

#include <vector>

namespace Tidegate::Bench {

//! The server under load.
struct Target
{
    QByteArray host;
    quint16 port = 0;
    std::shared_ptr<const TlsClient> tls; //!< null = plain text
    QByteArray path;                      //!< of the URL, without query; "/" or empty = the dialect's own
    sockaddr_storage address{};
    socklen_t addressBytes = 0;
    std::vector<Target> others; //!< further gateways of the same deployment; connections take turns, this one first

    //! \p url: ws://host:port[/path], wss://, http:// or https://; the host is resolved now. Errors name what is wrong
    //! with the URL or with \p trust.
    static Result<Target> fromUrl(const QString &url, const TlsTrust &trust = {});

    const Target &forConnection(size_t index) const
    {
        const size_t turn = index % (1 + others.size());
        return turn == 0 ? *this : others[turn - 1];
    }

    //! "GET <path><query> HTTP/1.1" and Host, to be followed by further header lines.
    QByteArray requestHead(const QByteArray &ownPath, const QByteArray &query) const;
    //! The same as a whole WebSocket upgrade with \p extraHeaders (each line ended by CRLF).
    QByteArray upgrade(const QByteArray &ownPath, const QByteArray &query, const QByteArray &extraHeaders = {}) const;
};

} // namespace Tidegate::Bench
