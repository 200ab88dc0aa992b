// SPDX-License-Identifier: MIT
#include "sharedata/encoder.h"

#include "wire/objectwriter.h"

namespace Tidegate::ShareData {

namespace {

//! Room for the members besides the texts that are passed in.
constexpr qsizetype FrameOverheadBytes = 160;

class FrameWriter
{
public:
    FrameWriter(QByteArrayView type, qsizetype payloadBytes)
    {
        m_frame.reserve(payloadBytes + FrameOverheadBytes);
        m_writer.json("v", "1").text("type", type);
    }
    FrameWriter &text(QByteArrayView key, QByteArrayView value)
    {
        m_writer.text(key, value);
        return *this;
    }
    FrameWriter &json(QByteArrayView key, QByteArrayView value)
    {
        m_writer.json(key, value);
        return *this;
    }
    FrameWriter &boolean(QByteArrayView key, bool value) { return json(key, value ? "true" : "false"); }
    QByteArray end()
    {
        m_writer.end();
        return std::move(m_frame);
    }

private:
    QByteArray m_frame;
    ObjectWriter m_writer{m_frame};
};

QByteArrayView errorName(ErrorFrame error)
{
    switch (error) {
    case ErrorFrame::InvalidMessage:
        return "invalid-message";
    case ErrorFrame::UnknownShareData:
        return "unknown-share-data";
    case ErrorFrame::UnauthorizedSubscribe:
        return "unauthorized-subscribe";
    case ErrorFrame::ReplayCursorNotFound:
        return "replay-cursor-not-found";
    }
    return "invalid-message";
}

} // namespace

QByteArray encodeState(QByteArrayView documentId, QByteArrayView state, QByteArrayView lastTransactionId)
{
    FrameWriter frame("state", documentId.size() + state.size());
    frame.text("shareDataId", documentId).json("currentState", state);
    if (lastTransactionId.isEmpty())
        frame.json("lastTransactionId", "null");
    else
        frame.text("lastTransactionId", lastTransactionId);
    return frame.end();
}

QByteArray encodeTransaction(QByteArrayView documentId, QByteArrayView transactionId, bool accepted,
                             QByteArrayView state)
{
    return FrameWriter("transaction", documentId.size() + state.size())
        .text("shareDataId", documentId)
        .text("transactionId", transactionId)
        .boolean("accepted", accepted)
        .json("currentState", state)
        .end();
}

QByteArray encodeReplayed(QByteArrayView documentId, QByteArrayView transactionId, bool accepted, QByteArrayView state)
{
    FrameWriter frame("transaction", documentId.size() + state.size());
    frame.text("shareDataId", documentId).text("transactionId", transactionId).boolean("accepted", accepted);
    if (!state.isEmpty())
        frame.json("currentState", state);
    return frame.boolean("replayed", true).end();
}

QByteArray encodeUpdated(QByteArrayView documentId, QByteArrayView state)
{
    return FrameWriter("lifecycle", documentId.size() + state.size())
        .text("shareDataId", documentId)
        .text("event", "updated")
        .json("currentState", state)
        .end();
}

QByteArray encodeRemoved(QByteArrayView documentId)
{
    return FrameWriter("lifecycle", documentId.size()).text("shareDataId", documentId).text("event", "removed").end();
}

QByteArray encodeResult(QByteArrayView correlationId, bool accepted, QByteArrayView transactionId)
{
    return FrameWriter("proposal-result", correlationId.size())
        .json("correlationId", correlationId)
        .boolean("accepted", accepted)
        .text("transactionId", transactionId)
        .end();
}

QByteArray encodeFailure(QByteArrayView correlationId, QByteArrayView error)
{
    return FrameWriter("proposal-result", correlationId.size() + error.size())
        .json("correlationId", correlationId)
        .boolean("accepted", false)
        .text("error", error)
        .end();
}

QByteArray encodePong(QByteArrayView correlationId)
{
    return FrameWriter("pong", correlationId.size()).json("correlationId", correlationId).end();
}

QByteArray encodeError(ErrorFrame error, QByteArrayView message)
{
    return FrameWriter("error", message.size()).text("code", errorName(error)).text("message", message).end();
}

} // namespace Tidegate::ShareData
