// SPDX-License-Identifier: MIT
#pragma once

#include "session/mesh/token.h"

#include <memory>

namespace Tidegate::Mesh {

//! Patterns of subjects that its owner must not see. Shared by all of its subscriptions that meet any of them. Null:
//! nothing needs to be kept back.
using DeliveryFilter = std::shared_ptr<const QByteArrayList>;

//! True if \p subject may be delivered.
bool lets(const DeliveryFilter &filter, QByteArrayView subject);

//! What the bearer of a token may do with which subjects. (MottoMesh spec section 5, rows 1 and 4 of section 14.)
//! Replies and the broker's own subjects ("_INBOX.", "$SYS.", "$JS.") are denied unless an allowed pattern begins with
//! their first token. A value; any thread.
class Permissions
{
public:
    Permissions() = default;
    explicit Permissions(const Claims &claims);

    bool mayPublish(QByteArrayView subject) const { return m_mayPublish && mayUse(subject); }
    bool mayRequest(QByteArrayView subject) const { return m_mayRequest && mayUse(subject); }
    //! All that \p pattern matches is allowed, but for what is denied; not everything is denied.
    bool maySubscribe(QByteArrayView pattern) const { return m_maySubscribe && mayUseAll(pattern); }
    //! Likewise for answering requests; by the permission "serve", which the original does not know.
    bool mayServe(QByteArrayView pattern) const { return m_mayServe && mayUseAll(pattern); }
    //! What deliveries for \p pattern have to be checked against.
    DeliveryFilter filterFor(QByteArrayView pattern) const;

private:
    bool mayUse(QByteArrayView subject) const;
    bool mayUseAll(QByteArrayView pattern) const;

    bool m_mayPublish = false;
    bool m_maySubscribe = false;
    bool m_mayRequest = false;
    bool m_mayServe = false;
    QByteArrayList m_allowed; //!< empty = everything
    DeliveryFilter m_denied;
};

} // namespace Tidegate::Mesh
