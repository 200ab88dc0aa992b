// SPDX-License-Identifier: MIT
#pragma once

#include "wire/error.h"

#include <QByteArray>

// The texts that clients are shown. Those of the original are kept to the letter. (MottoMesh spec sections 4 to 6.)

namespace Tidegate::Mesh::Words {

inline const QByteArray InvalidFormat = QByteArrayLiteral("Invalid message format");
inline const QByteArray NotAuthenticated = QByteArrayLiteral("Not authenticated");
inline const QByteArray PermissionDenied = QByteArrayLiteral("Permission denied");
inline const QByteArray InvalidSubject = QByteArrayLiteral("Invalid subject");
inline const QByteArray RateLimited = QByteArrayLiteral("Rate limit exceeded");
inline const QByteArray TooManySessions = QByteArrayLiteral("Too many sessions");
inline const QByteArray TooManySubscriptions = QByteArrayLiteral("Too many subscriptions");
inline const QByteArray TooManyRequests = QByteArrayLiteral("Request failed: too many requests are open");
inline const QByteArray TokenExpired = QByteArrayLiteral("Token expired");

//! What a client subscribes to in order to answer requests: this and a pattern.
inline const QByteArray ServicePrefix = QByteArrayLiteral("_SERVE.");
//! A request reaches it as a message on this, a token, a dot and the request's subject; it answers by publishing to
//! this and the token.
inline const QByteArray ReplyPrefix = QByteArrayLiteral("_REPLY.");

//! Errors that belong to no call name their subject; nothing of a text that is no UTF-8 or too long.
QByteArray withSubject(const QByteArray &text, QByteArrayView subject);
QByteArray payloadTooLarge(qsizetype limit, qsizetype bytes);
QByteArray lost(qint64 messages, quint64 subscriptionId);
//! How a request ended that got no answer.
QByteArray requestFailure(ErrorCode code, quint32 timeoutMs);

//! How long an answer is waited for: a little less than the client does, whose own timer runs at the same time, and
//! never more than the ten seconds of the original.
qint64 patienceMs(quint32 timeoutMs);

} // namespace Tidegate::Mesh::Words
