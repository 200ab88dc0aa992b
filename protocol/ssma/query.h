// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>

namespace Tidegate::Ssma {

//! What a client asks for in the upgrade URL (SSMA spec section 6). Nothing here is verified; a role of "leader" is a
//! claim anybody may make.
struct ConnectQuery
{
    static constexpr qsizetype MaxSiteChars = 64;

    QByteArray role = "follower"; //!< lower case
    QByteArray site = "default";  //!< cut to MaxSiteChars
    QByteArray subprotocol;       //!< empty = not given, the server's is meant
    quint64 cursor = 0;           //!< garbage reads 0
    bool hasCursor = false;       //!< the URL has a cursor that is a number

    //! \p rawQuery is the part after "?", still percent-encoded.
    static ConnectQuery parse(QByteArrayView rawQuery);

    bool isLeader() const { return role == "leader"; }
};

//! True when the numbers before the first dot are equal. An empty \p asked is compatible; anything else that does not
//! start with a number is not.
bool isCompatibleSubprotocol(QByteArrayView asked, QByteArrayView server);

} // namespace Tidegate::Ssma
