// SPDX-License-Identifier: MIT
#include "loadclient.h"

#include "wire/websocketframe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate::Bench {

LoadClient::Speech LoadClient::intents(int batchSize, const QByteArray &tag)
{
    Speech speech;
    // A cursor at the head keeps the opening replay out of the measurement.
    speech.target = "/optimistic/ws?role=leader&cursor=0&site=bench";
    speech.batch = [batchSize, tag](quint64 serial) {
        QByteArray text = "{\"type\":\"intent.batch\",\"intents\":[";
        for (int i = 0; i < batchSize; ++i) {
            const QByteArray number = QByteArray::number(serial + quint64(i));
            text += QByteArray(i ? "," : "") + "{\"id\":\"bench-" + tag + '-' + number +
                    "\",\"intent\":\"TODO_UPDATE\",\"payload\":{\"id\":\"todo-" + number +
                    "\",\"title\":\"a task of ordinary length\",\"done\":false},\"meta\":{\"clock\":" + number +
                    ",\"channels\":[\"global\"]}}";
        }
        return QByteArrayList{text + "]}"};
    };
    speech.writesPerBatch = batchSize;
    speech.answerPrefix = "{\"type\":\"ack\"";
    speech.writesPerAnswer = batchSize;
    return speech;
}

LoadClient::Speech LoadClient::proposals(int batchSize, const QByteArray &documentId)
{
    Speech speech;
    speech.target = "/realtime?token=bench";
    speech.batch = [batchSize, documentId](quint64 serial) {
        QByteArrayList frames;
        for (int i = 0; i < batchSize; ++i) {
            const QByteArray number = QByteArray::number(serial + quint64(i));
            frames +=
                "{\"v\":1,\"type\":\"propose\",\"shareDataId\":\"" + documentId +
                "\",\"functionId\":\"set\",\"correlationId\":\"c-" + number +
                "\",\"proposedData\":{\"title\":\"a task of ordinary length\",\"done\":false,\"clock\":" + number +
                "},\"proof\":{\"publicKey\":\"k\",\"shareDataHash\":\"h\",\"shareDataPreviousHash\":\"p\","
                "\"shareDataSignature\":\"s\",\"purpose\":\"set\",\"timestamp\":1700000000000}}";
        }
        return frames;
    };
    speech.writesPerBatch = batchSize;
    speech.answerPrefix = "{\"v\":1,\"type\":\"proposal-result\"";
    return speech;
}

LoadClient::LoadClient(quint16 port, Speech speech)
    : m_speech(std::move(speech))
    , m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        qFatal("cannot connect to port %d", port);
    const int on = 1;
    ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const QByteArray request = "GET " + m_speech.target +
                               " HTTP/1.1\r\nHost: localhost\r\n"
                               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    if (::write(m_socket, request.constData(), size_t(request.size())) != request.size())
        qFatal("cannot send the upgrade request");
    QByteArray head;
    char byte = 0;
    while (!head.endsWith("\r\n\r\n") && ::read(m_socket, &byte, 1) == 1)
        head += byte;
    if (!head.startsWith("HTTP/1.1 101"))
        qFatal("no upgrade: %s", head.constData());
    ::fcntl(m_socket, F_SETFL, O_NONBLOCK);
    WebSocketDecoderOptions options;
    options.role = WebSocketDecoderOptions::Role::Client;
    options.maxMessageBytes = 64 * 1024 * 1024;
    m_decoder = std::make_unique<WebSocketDecoder>(static_cast<WebSocketVisitor &>(*this), options);
}

LoadClient::~LoadClient()
{
    ::close(m_socket);
}

void LoadClient::sendNext()
{
    QByteArray frame;
    for (const QByteArray &message : m_speech.batch(m_serial + 1))
        frame += WebSocket::encodeMaskedText(message, 0x12345678);
    m_serial += quint64(m_speech.writesPerBatch);
    m_unanswered = m_speech.writesPerBatch;
    m_isWaiting = true;
    qsizetype sent = 0;
    while (sent < frame.size()) {
        const ssize_t count = ::send(m_socket, frame.constData() + sent, size_t(frame.size() - sent), MSG_NOSIGNAL);
        if (count > 0)
            sent += count;
        else if (errno != EAGAIN && errno != EINTR)
            break;
    }
    m_hasFailed = m_hasFailed || sent < frame.size();
}

void LoadClient::readAvailable(bool goOn)
{
    m_goOn = goOn;
    char buffer[64 * 1024];
    const ssize_t count = ::recv(m_socket, buffer, sizeof buffer, 0);
    if (count > 0)
        m_decoder->feed(buffer, count);
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        m_hasFailed = true;
}

void LoadClient::messageReceived(const WebSocketMessage &message)
{
    if (message.payload.contains("\"error\"")) {
        qWarning("%.*s", int(message.payload.size()), message.payload.data());
        m_hasFailed = true;
        return;
    }
    if (!message.payload.startsWith(m_speech.answerPrefix))
        return;
    m_acked += quint64(m_speech.writesPerAnswer);
    m_unanswered -= m_speech.writesPerAnswer;
    if (m_unanswered > 0)
        return;
    m_isWaiting = false;
    if (m_goOn)
        sendNext();
}

} // namespace Tidegate::Bench
