// SPDX-License-Identifier: MIT
#include "mesh/encoder.h"

#include <QtEndian>

namespace Tidegate::Mesh {

namespace {

class Writer
{
public:
    Writer(uchar version, size_t tag, qsizetype fieldBytes)
    {
        m_bytes.reserve(fieldBytes + 2);
        m_bytes += char(version);
        m_bytes += char(tag);
    }

    template <typename Number>
    Writer &number(Number value)
    {
        char bytes[sizeof(Number)];
        qToLittleEndian(value, bytes);
        m_bytes.append(bytes, sizeof bytes);
        return *this;
    }
    Writer &bytes(QByteArrayView value)
    {
        number(quint32(value.size()));
        m_bytes.append(value);
        return *this;
    }
    QByteArray take() { return std::move(m_bytes); }

private:
    QByteArray m_bytes;
};

constexpr qsizetype Wide = sizeof(quint64);
constexpr qsizetype Narrow = sizeof(quint32);

struct Encoding
{
    uchar version;
    size_t tag;

    Writer writer(qsizetype fieldBytes) const { return {version, tag, fieldBytes}; }
    QByteArray text(QByteArrayView value) const { return writer(Narrow + value.size()).bytes(value).take(); }
    QByteArray id(quint64 value) const { return writer(Wide).number(value).take(); }
    QByteArray idAndBytes(quint64 value, QByteArrayView bytes) const
    {
        return writer(Wide + Narrow + bytes.size()).number(value).bytes(bytes).take();
    }

    QByteArray operator()(const Auth &auth) const { return text(auth.token); }
    QByteArray operator()(const Subscribe &subscribe) const
    {
        return writer(Wide + Narrow + subscribe.subject.size()).bytes(subscribe.subject).number(subscribe.id).take();
    }
    QByteArray operator()(const Unsubscribe &unsubscribe) const { return id(unsubscribe.id); }
    QByteArray operator()(const Publish &publish) const
    {
        return writer(2 * Narrow + publish.subject.size() + publish.payload.size())
            .bytes(publish.subject)
            .bytes(publish.payload)
            .take();
    }
    QByteArray operator()(const Request &request) const
    {
        return writer(Wide + 3 * Narrow + request.subject.size() + request.payload.size())
            .bytes(request.subject)
            .bytes(request.payload)
            .number(request.timeoutMs)
            .number(request.requestId)
            .take();
    }
    QByteArray operator()(const Ping &) const { return writer(0).take(); }

    QByteArray operator()(const AuthOk &ok) const { return text(ok.sessionId); }
    QByteArray operator()(const AuthError &error) const { return text(error.reason); }
    QByteArray operator()(const SubscribeOk &ok) const { return id(ok.id); }
    QByteArray operator()(const SubscribeError &error) const { return idAndBytes(error.id, error.reason); }
    QByteArray operator()(const Message &message) const
    {
        return writer(Wide + 2 * Narrow + message.subject.size() + message.payload.size())
            .number(message.subscriptionId)
            .bytes(message.subject)
            .bytes(message.payload)
            .take();
    }
    QByteArray operator()(const Response &response) const { return idAndBytes(response.requestId, response.payload); }
    QByteArray operator()(const RequestError &error) const { return idAndBytes(error.requestId, error.reason); }
    QByteArray operator()(const ServerError &error) const
    {
        return writer(2 * Narrow + error.message.size()).number(error.code).bytes(error.message).take();
    }
    QByteArray operator()(const Pong &) const { return writer(0).take(); }
};

} // namespace

QByteArray encode(const ServerMessage &message, uchar version)
{
    return std::visit(Encoding{version, message.index()}, message);
}

QByteArray encode(const ClientMessage &message, uchar version)
{
    return std::visit(Encoding{version, message.index()}, message);
}

} // namespace Tidegate::Mesh
