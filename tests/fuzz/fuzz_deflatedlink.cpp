// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"
#include "fuzz/linkunderfuzz.h"
#include "wire/deflater.h"
#include "wire/inflater.h"
#include "wire/utf8.h"
#include "wire/websocketdecoder.h"

#include <QCoreApplication>

using namespace Tidegate;
using namespace Tidegate::Test;

namespace {

//! The input as the frames of a client: first byte of the header, length, payload, and so on. The last frame may be
//! cut short. The mask is zero, so that what is changed in the input is changed in the payload.
QByteArray framesOf(const QByteArray &input)
{
    QByteArray bytes;
    for (qsizetype at = 0; at < input.size();) {
        bytes += input[at++];
        const int length = at < input.size() ? uchar(input[at++]) : 0;
        if (length < 126)
            bytes += char(0x80 | length);
        else
            bytes += QByteArray("\xfe\0", 2) + char(length);
        bytes += QByteArray(4, '\0') + input.mid(at, length);
        at += length;
    }
    return bytes;
}

QByteArrayList thirds(const QByteArray &bytes)
{
    const qsizetype third = bytes.size() / 3;
    return {bytes.first(third), bytes.mid(third, third), bytes.sliced(2 * third)};
}

const QByteArray Greeting = QByteArrayLiteral("a neighbour's greeting, a neighbour's greeting");

QByteArray deflatedGreeting()
{
    QByteArray payload;
    Deflater().appendMessage(payload, Greeting);
    return QByteArray("\xc1") + char(0x80 | payload.size()) + QByteArray(4, '\0') + payload;
}

//! What the gateway sent, judged as a strict client would.
class Judge final : public WebSocketVisitor
{
public:
    void messageReceived(const WebSocketMessage &message) override
    {
        require(message.isText, "only text is echoed");
        if (message.isCompressed) {
            static Inflater inflater;
            const auto text = inflater.inflateMessage(message.payload, 2 * LinkUnderFuzz::MaxMessageBytes);
            require(text && Utf8Validator::isValid(*text), "what comes back deflated is text");
        }
    }
    void pingReceived(QByteArrayView) override {}
    void pongReceived(QByteArrayView) override {}
    void closeReceived(quint16, QByteArrayView) override {}
    void protocolFailed(quint16, QByteArrayView text) override { require(false, text.toByteArray().constData()); }
};

void judge(QByteArray answer)
{
    Judge visitor;
    WebSocketDecoderOptions options;
    options.role = WebSocketDecoderOptions::Role::Client;
    options.allowRsv1 = true;
    WebSocketDecoder decoder(visitor, options);
    decoder.feed(answer.data(), answer.size());
    require(!decoder.isInsideFrame() && !decoder.isInsideMessage(), "nothing is half sent");
}

} // namespace

// Frames of a hostile client on a link that deflates, and beside it somebody who shares the shard's inflater.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = {name, nullptr};
    static const auto application = QCoreApplication::instance() ? nullptr : new QCoreApplication(argc, argv);
    Q_UNUSED(application)
    static LinkUnderFuzz shard;
    static const int neighbour = shard.open();
    static const QByteArray greeting = deflatedGreeting();
    static const QByteArray greeted = shard.exchange(neighbour, {greeting});

    shard.takeTexts(); // the neighbour's first

    const QByteArray bytes = framesOf(fuzzInput(data, size));
    const int whole = shard.open();
    const QByteArray answer = shard.exchange(whole, {bytes});
    const QByteArrayList texts = shard.takeTexts();
    shard.close(whole);
    const int pieced = shard.open();
    const QByteArray piecedAnswer = shard.exchange(pieced, thirds(bytes));
    require(shard.takeTexts() == texts, "in pieces the session is handed the same");
    require(piecedAnswer == answer, "and the peer is answered the same");
    shard.close(pieced);

    for (const QByteArray &text : texts) {
        require(text.size() <= LinkUnderFuzz::MaxMessageBytes, "no message exceeds the limit, inflated");
        require(Utf8Validator::isValid(text), "no text is handed over that is none");
    }
    judge(answer);
    require(shard.exchange(neighbour, {greeting}) == greeted, "the neighbour is answered as before");
    require(shard.takeTexts() == QByteArrayList{Greeting}, "the neighbour is understood as before");
    require(shard.openConnections() == 1, "nobody else is left");
    return 0;
}
