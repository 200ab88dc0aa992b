// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

// Server frames as text (ShareData spec section 4). States are JSON texts in one line; correlation ids are JSON strings
// as the client sent them. Pure; any thread.

namespace Tidegate::ShareData {

//! There are no other codes: a client without a listener for errors ends its process at any of them.
enum class ErrorFrame : quint8 { InvalidMessage, UnknownShareData, UnauthorizedSubscribe, ReplayCursorNotFound };

//! Close codes. 4002 is reserved for a token that ended.
constexpr quint16 CloseSendBufferExceeded = 4001;
constexpr quint16 CloseUnauthorized = 4002;
constexpr quint16 CloseUnknownDocument = 4003;
constexpr quint16 CloseInvalidMessage = 4004;

//! \p lastTransactionId empty = none yet.
QByteArray encodeState(QByteArrayView documentId, QByteArrayView state, QByteArrayView lastTransactionId);
QByteArray encodeTransaction(QByteArrayView documentId, QByteArrayView transactionId, bool accepted,
                             QByteArrayView state);
//! \p state empty = it is not told, as in the original.
QByteArray encodeReplayed(QByteArrayView documentId, QByteArrayView transactionId, bool accepted,
                          QByteArrayView state = {});
QByteArray encodeUpdated(QByteArrayView documentId, QByteArrayView state);
QByteArray encodeRemoved(QByteArrayView documentId);
//! A transaction was recorded.
QByteArray encodeResult(QByteArrayView correlationId, bool accepted, QByteArrayView transactionId);
//! Nothing was recorded.
QByteArray encodeFailure(QByteArrayView correlationId, QByteArrayView error);
QByteArray encodePong(QByteArrayView correlationId);
QByteArray encodeError(ErrorFrame error, QByteArrayView message);

} // namespace Tidegate::ShareData
