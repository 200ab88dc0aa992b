// SPDX-License-Identifier: MIT
#pragma once

#include "channel/subject.h"

// How documents appear in the Hub, to sessions of every dialect.

namespace Tidegate {

inline QByteArray documentStream(const QByteArray &documentId)
{
    return makeSubject({"doc", documentId});
}

// Kinds of publications. Each has one event: its key is the document's id, its payload the state (empty when removed),
// its offset the number of the newest transaction.
inline const QByteArray KindDocumentAccepted = QByteArrayLiteral("document.accepted");
inline const QByteArray KindDocumentRejected = QByteArrayLiteral("document.rejected");
inline const QByteArray KindDocumentReplaced = QByteArrayLiteral("document.replaced");
inline const QByteArray KindDocumentRemoved = QByteArrayLiteral("document.removed");

} // namespace Tidegate
