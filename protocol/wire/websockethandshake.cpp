// SPDX-License-Identifier: MIT
#include "wire/websockethandshake.h"

#include "wire/httpwriter.h"

#include <QCryptographicHash>

namespace Tidegate::WebSocket {

namespace {

constexpr qsizetype NonceBytes = 16;

bool isNonce(const QByteArray &key)
{
    const auto decoded = QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors);
    // 24 characters: the decoder would also accept the unpadded form, which RFC 6455 section 4.1 does not.
    return key.size() == 24 && decoded && decoded.decoded.size() == NonceBytes;
}

} // namespace

bool isUpgrade(const Http::Head &head)
{
    return head.headerHas("upgrade", "websocket");
}

Result<Upgrade, UpgradeRefusal> readUpgrade(const Http::Head &head)
{
    if (head.method != "GET")
        return UpgradeRefusal{405, "a WebSocket begins with GET", {{"Allow", "GET"}}};
    if (head.versionMinor < 1)
        return UpgradeRefusal{400, "a WebSocket needs HTTP/1.1", {}};
    if (!isUpgrade(head) || !head.headerHas("connection", "upgrade"))
        return UpgradeRefusal{426, "this address speaks WebSocket only", {{"Upgrade", "websocket"}}};
    if (head.hasBody())
        return UpgradeRefusal{400, "an upgrade request has no body", {}};
    if (Http::headerCount(head.headers, "sec-websocket-version") != 1 || head.header("sec-websocket-version") != "13")
        return UpgradeRefusal{
            426, "WebSocket version 13 is required", {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}};
    const QByteArray key = head.header("sec-websocket-key");
    if (Http::headerCount(head.headers, "sec-websocket-key") != 1 || !isNonce(key))
        return UpgradeRefusal{400, "Sec-WebSocket-Key is not 16 bytes in base64", {}};
    return Upgrade{key, Http::headerItems(head.headers, "sec-websocket-protocol"),
                   Http::headerItems(head.headers, "sec-websocket-extensions")};
}

QByteArray acceptKey(QByteArrayView key)
{
    QCryptographicHash sha1(QCryptographicHash::Sha1);
    sha1.addData(key);
    sha1.addData("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    return sha1.result().toBase64();
}

bool appendAccept(QByteArray &out, const Upgrade &upgrade, QByteArrayView subprotocol,
                  const Http::Headers &extraHeaders)
{
    Http::Headers headers = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", acceptKey(upgrade.key)}};
    if (!subprotocol.isEmpty())
        headers.emplace_back("Sec-WebSocket-Protocol", subprotocol.toByteArray());
    headers.insert(headers.end(), extraHeaders.begin(), extraHeaders.end());
    return Http::appendResponseHead(out, 101, headers);
}

} // namespace Tidegate::WebSocket
