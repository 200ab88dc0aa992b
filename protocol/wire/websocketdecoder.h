// SPDX-License-Identifier: MIT
#pragma once

#include "wire/utf8.h"
#include "wire/websocketframe.h"

namespace Tidegate {

//! A whole data message. The payload is valid during the call only.
struct WebSocketMessage
{
    QByteArrayView payload;
    bool isText = false;
    //! RSV1 was set: the payload is deflated (RFC 7692) and, if text, not yet checked as UTF-8.
    bool isCompressed = false;
};

//! What a WebSocketDecoder finds, in the order of the wire. Views are valid during the call only.
//! The decoder must outlive the call; it may be paused from inside it.
class WebSocketVisitor
{
public:
    virtual ~WebSocketVisitor() = default;
    virtual void messageReceived(const WebSocketMessage &message) = 0;
    virtual void pingReceived(QByteArrayView payload) = 0;
    virtual void pongReceived(QByteArrayView payload) = 0;
    //! Last event. \p code is WebSocket::CloseNoStatus when the frame was empty.
    virtual void closeReceived(quint16 code, QByteArrayView reason) = 0;
    //! Last event: the peer broke the protocol. Close with \p code (1002, 1007 or 1009); \p text suits the close frame.
    virtual void protocolFailed(quint16 code, QByteArrayView text) = 0;
};

struct WebSocketDecoderOptions
{
    enum class Role : quint8 {
        Server, //!< we are the server: frames must be masked
        Client, //!< we are the client: frames must not be masked
    };
    Role role = Role::Server;
    bool allowRsv1 = false; //!< permessage-deflate was negotiated
    //! Of one message over all its fragments, as sent; above it the decoder fails with 1009 before it buffers.
    qint64 maxMessageBytes = 1024 * 1024;
    //! Frames of one message; above it the decoder fails with 1009. Empty ones would otherwise go on for ever.
    quint32 maxFragments = 4096;
};

//! RFC 6455 section 5: frames in any chunking to messages. Any one thread. Allocates only while a message or a control
//! frame is partly received, at most maxMessageBytes + 125 bytes.
class WebSocketDecoder
{
public:
    using Options = WebSocketDecoderOptions;

    explicit WebSocketDecoder(WebSocketVisitor &visitor, Options options = {});
    Q_DISABLE_COPY_MOVE(WebSocketDecoder)

    //! Takes bytes and unmasks them in place. Returns how many were used: all of them, unless pause() was called from
    //! the visitor; then the rest must be offered again, unchanged. After the last event everything is swallowed.
    qsizetype feed(char *data, qsizetype size);
    //! From a visitor call: feed() returns after it. The next feed() goes on.
    void pause() { m_isPaused = true; }

    //! A close frame or a protocol error was reported.
    bool isFinished() const { return m_state == State::Finished; }
    //! A message of several frames has begun and not ended; control frames may come in between.
    bool isInsideMessage() const { return m_inMessage; }
    //! A frame has begun and not ended.
    bool isInsideFrame() const { return m_state == State::Payload || (m_state == State::Header && m_headerBytes > 0); }
    //! Bytes held for the message in progress.
    qsizetype bufferedBytes() const { return m_message.size() + m_control.size(); }

private:
    enum class State : quint8 { Header, Payload, Finished };

    qsizetype headerBytesNeeded() const;
    qsizetype takeHeader(const char *data, qsizetype size);
    bool acceptFirstBytes();
    bool acceptControl(bool rsv1);
    bool acceptData(bool rsv1);
    bool acceptLength();
    void startHeader();

    void startPayload();
    qsizetype takePayload(char *data, qsizetype size);
    void takeControlPiece(QByteArrayView piece);
    void takeDataPiece(QByteArrayView piece);
    void bufferPiece(QByteArrayView piece);

    void deliverControl(QByteArrayView payload);
    void deliverClose(QByteArrayView payload);
    void finish();
    bool fail(quint16 code, QByteArrayView text);

    bool isControl() const { return quint8(m_opcode) & 0x8; }
    bool checksUtf8() const { return m_isText && !m_isCompressed; }

    WebSocketVisitor &m_visitor;
    QByteArray m_message; //!< the fragments and pieces of the data message in progress
    QByteArray m_control; //!< pieces of the control frame in progress
    quint64 m_payloadBytes = 0;
    quint64 m_payloadTaken = 0;
    quint32 m_mask = 0;
    quint32 m_fragments = 0; //!< frames of the message in progress, or of the last one
    uchar m_header[WebSocket::MaxFrameHeaderBytes];
    quint8 m_headerBytes = 0;
    Utf8Validator m_utf8; //!< complete, hence fresh, between messages
    const Options m_options;
    State m_state = State::Header;
    WebSocket::Opcode m_opcode = WebSocket::Opcode::Continuation;
    bool m_isFinal = false;
    bool m_inMessage = false; //!< a fragment without FIN has begun
    bool m_isText = false;
    bool m_isCompressed = false;
    bool m_isPaused = false;
};

} // namespace Tidegate
