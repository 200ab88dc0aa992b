// SPDX-License-Identifier: MIT
#pragma once

#include "wire/websocketdecoder.h"

#include <QByteArrayList>
#include <QRandomGenerator>

namespace Tidegate::Test {

//! Writes decoder events down as text, so that two runs can be compared.
class WebSocketRecorder final : public WebSocketVisitor
{
public:
    QByteArrayList events;

    void messageReceived(const WebSocketMessage &message) override
    {
        QByteArray kind = message.isText ? "text" : "binary";
        if (message.isCompressed)
            kind += "(deflated)";
        events += kind + ':' + message.payload.toByteArray();
    }
    void pingReceived(QByteArrayView payload) override { events += "ping:" + payload.toByteArray(); }
    void pongReceived(QByteArrayView payload) override { events += "pong:" + payload.toByteArray(); }
    void closeReceived(quint16 code, QByteArrayView reason) override
    {
        events += "close:" + QByteArray::number(code) + ':' + reason.toByteArray();
    }
    void protocolFailed(quint16 code, QByteArrayView) override { events += "failed:" + QByteArray::number(code); }
};

//! Events of \p wire when \p nextPiece says how many bytes come at once.
template <typename NextPiece>
QByteArrayList decodePieces(QByteArray wire, const WebSocketDecoderOptions &options, NextPiece nextPiece)
{
    WebSocketRecorder recorder;
    WebSocketDecoder decoder(recorder, options);
    for (qsizetype at = 0; at < wire.size();) {
        const qsizetype size = qMin(qsizetype(nextPiece()), wire.size() - at);
        at += decoder.feed(wire.data() + at, size);
    }
    return recorder.events;
}

inline QByteArrayList decodeAtOnce(const QByteArray &wire, const WebSocketDecoderOptions &options = {})
{
    return decodePieces(wire, options, [&wire] { return wire.size(); });
}

inline QByteArrayList decodeByteByByte(const QByteArray &wire, const WebSocketDecoderOptions &options = {})
{
    return decodePieces(wire, options, [] { return 1; });
}

inline QByteArrayList decodeRandomly(const QByteArray &wire, quint32 seed, const WebSocketDecoderOptions &options = {})
{
    QRandomGenerator random(seed);
    const int longest = 1 + int(seed % 40);
    return decodePieces(wire, options, [&random, longest] { return 1 + random.bounded(longest); });
}

} // namespace Tidegate::Test
