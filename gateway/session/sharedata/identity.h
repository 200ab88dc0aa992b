// SPDX-License-Identifier: MIT
#pragma once

#include "document/ruling.h"

#include <QByteArrayList>
#include <QHash>

#include <optional>

namespace Tidegate::ShareData {

//! Who is at the other end of a connection, decided once, at the upgrade. A value.
struct Identity
{
    Proposer proposer;
    QHash<QByteArray, QByteArrayList> claims; //!< top-level claims as texts; lists have several
    qint64 expiresAtMs = 0;                   //!< wall clock; 0 = never
    QByteArray staticTokenDigest;             //!< of the static token it came with; empty = another kind
    QByteArray sessionId;                     //!< of our own session it came with; likewise

    const QByteArray &subject() const { return proposer.subject; }
};

//! \p claims is a JSON object text; the subject is its "sub" unless \p subject is given.
std::optional<Identity> identityFromClaims(const QByteArray &claims, const QByteArray &subject = {});

} // namespace Tidegate::ShareData
