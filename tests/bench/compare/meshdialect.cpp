// SPDX-License-Identifier: MIT
#include "bench/compare/meshdialect.h"

#include "auth/crypto.h"
#include "bench/compare/relaymessage.h"
#include "mesh/encoder.h"
#include "wire/websocketframe.h"

namespace Tidegate::Bench {

namespace {

constexpr auto Base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr quint64 SubscriptionId = 1;

QByteArray makeToken()
{
    const QByteArray claims = R"({"sub":"load","iat":0,"exp":99999999999,"permissions":["publish","subscribe"]})";
    const QByteArray text =
        QByteArray(R"({"typ":"JWT","alg":"HS256"})").toBase64(Base64Url) + '.' + claims.toBase64(Base64Url);
    return text + '.' + hmac(HmacHash::Sha256, MeshDialect::secret(), text).toBase64(Base64Url);
}

QByteArray frame(const Mesh::ClientMessage &message)
{
    return WebSocket::encodeMaskedBinary(Mesh::encode(message), 0);
}

} // namespace

QByteArray MeshDialect::secret()
{
    return QByteArrayLiteral("a key of a measurement, more than 32 bytes");
}

MeshDialect::MeshDialect(const Target &target)
    : m_target(target)
    , m_token(makeToken())
{
}

Opening MeshDialect::opening(const QByteArray &frames) const
{
    Opening opening;
    opening.request = m_target.upgrade("/ws", {});
    // Packets are answered in order: a Pong says that what was sent before it is in force.
    opening.greeting = frame(Mesh::Auth{m_token}) + frames + frame(Mesh::Ping{});
    opening.readyMark = Mesh::encode(Mesh::ServerMessage(Mesh::Pong{}));
    opening.refusalMarks = {"Invalid token", "Permission denied", "Not authenticated"};
    opening.faultMarks = {"Rate limit", "Slow consumer", "max payload"};
    return opening;
}

Opening MeshDialect::subscriber() const
{
    return opening(frame(Mesh::Subscribe{"global", SubscriptionId}));
}

Opening MeshDialect::publisher() const
{
    return opening({});
}

QByteArray MeshDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    QByteArray frames;
    for (int i = 0; i < count; ++i)
        frames += frame(Mesh::Publish{"global", relayMessage(run, first + quint32(i), payloadBytes)});
    return frames;
}

} // namespace Tidegate::Bench
