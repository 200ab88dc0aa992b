// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "wire/httpquery.h"
#include "wire/websockethandshake.h"

using namespace Tidegate;
using namespace Tidegate::Test;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes = fuzzInput(data, size);
    const Http::HeadResult atOnce = Http::parseHead(bytes);
    Http::HeadResult growing = Http::HeadIncomplete{};
    for (qsizetype offered = 1; offered <= bytes.size(); ++offered) {
        const auto *incomplete = std::get_if<Http::HeadIncomplete>(&growing);
        if (!incomplete)
            break;
        growing = Http::parseHead(QByteArrayView(bytes).first(offered), incomplete->scannedBytes);
    }
    require(growing.index() == atOnce.index(), "byte by byte gives the same outcome");

    const auto *head = std::get_if<Http::Head>(&atOnce);
    if (!head)
        return 0;
    require(head->headBytes == std::get<Http::Head>(growing).headBytes, "byte by byte gives the same size");
    require(head->headBytes <= qMin(bytes.size(), Http::DefaultMaxHeadBytes), "the head lies inside its bytes");
    require(head->path == "*" || head->path.startsWith('/'), "the path is absolute");
    require(!head->isChunked || !head->contentLength, "one framing at most");
    (void)Http::queryValue(head->query, "cursor");
    (void)Http::cookieValue(head->header("cookie"), "session");
    if (const auto upgrade = WebSocket::readUpgrade(*head)) {
        QByteArray out;
        require(WebSocket::appendAccept(out, *upgrade), "an accepted upgrade can be answered");
    }
    return 0;
}
