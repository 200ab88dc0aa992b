// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

#include <variant>

// The packets of the MottoMesh dialect as values. (MottoMesh spec section 2.) Texts and payloads are views: they live
// as long as the bytes they were read from, or as what the sender points them at.

namespace Tidegate::Mesh {

//! First byte of every packet: the first byte of the schema's fingerprint.
constexpr uchar DefaultVersion = 0x6d;

struct Auth
{
    QByteArrayView token;
};
struct Subscribe
{
    QByteArrayView subject;
    quint64 id = 0;
};
struct Unsubscribe
{
    quint64 id = 0;
};
struct Publish
{
    QByteArrayView subject;
    QByteArrayView payload;
};
struct Request
{
    QByteArrayView subject;
    QByteArrayView payload;
    quint32 timeoutMs = 0;
    quint64 requestId = 0;
};
struct Ping
{
};
//! In the order of the wire's tags.
using ClientMessage = std::variant<Auth, Subscribe, Unsubscribe, Publish, Request, Ping>;

struct AuthOk
{
    QByteArrayView sessionId;
};
struct AuthError
{
    QByteArrayView reason;
};
struct SubscribeOk
{
    quint64 id = 0;
};
struct SubscribeError
{
    quint64 id = 0;
    QByteArrayView reason;
};
struct Message
{
    quint64 subscriptionId = 0;
    QByteArrayView subject;
    QByteArrayView payload;
};
struct Response
{
    quint64 requestId = 0;
    QByteArrayView payload;
};
struct RequestError
{
    quint64 requestId = 0;
    QByteArrayView reason;
};
struct ServerError
{
    quint32 code = 0;
    QByteArrayView message;
};
struct Pong
{
};
//! In the order of the wire's tags.
using ServerMessage =
    std::variant<AuthOk, AuthError, SubscribeOk, SubscribeError, Message, Response, RequestError, ServerError, Pong>;

} // namespace Tidegate::Mesh
