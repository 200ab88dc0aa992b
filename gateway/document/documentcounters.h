// SPDX-License-Identifier: MIT
#pragma once

#include "base/counters.h"

#include <QByteArray>

namespace Tidegate {

//! What this gateway is to others that have the same documents.
enum class DocumentSharing : quint8 {
    Alone, //!< there are no others by configuration
    Leading,
    Following,
    CutOff, //!< NATS cannot be reached: documents can be read, proposals fail
};

//! As operators read it.
inline QByteArray textOf(DocumentSharing sharing)
{
    switch (sharing) {
    case DocumentSharing::Leading:
        return QByteArrayLiteral("leading");
    case DocumentSharing::Following:
        return QByteArrayLiteral("following");
    case DocumentSharing::CutOff:
        return QByteArrayLiteral("cut off");
    case DocumentSharing::Alone:
        break;
    }
    return QByteArrayLiteral("alone");
}

//! What happens to documents. Bumped on the core thread, read by anyone.
struct DocumentCounters
{
    Counter documents; //!< now
    Counter stateBytes;
    Counter windowBytes;
    Counter inflightBytes; //!< proposals without an outcome
    Counter accepted, rejected, failed;
    Counter repeated; //!< proposals answered with the outcome of the first
    Counter replaced, removed;
    Counter sharing; //!< DocumentSharing as a number
};

} // namespace Tidegate
