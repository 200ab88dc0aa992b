// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"

#include <QByteArray>

#include <memory>

namespace Tidegate {

//! Offsets ascend within one log and may have gaps within one stream. They restart only with a new epoch.
using Offset = quint64;

//! One entry of a stream as every subscriber shares it. Immutable.
struct Event
{
    Offset offset = 0;
    Role minRole = Role::Guest; //!< who may see it at all
    QByteArray key;             //!< what it is about (island id, conflation key); dialects filter on it
    QByteArray payload;         //!< JSON object text, as live subscribers see it
    QByteArray annex;           //!< JSON members that a replay shows in addition; without braces, may be empty
    QByteArray match;           //!< JSON value that subscription filters look at; may be empty

    qsizetype byteSize() const
    {
        return qsizetype(sizeof(Event)) + key.size() + payload.size() + annex.size() + match.size();
    }
};

using EventPtr = std::shared_ptr<const Event>;

} // namespace Tidegate
