// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate {

//! What gateways of one deployment say to each other lies below it, on the same NATS server as clients' messages. No
//! client may use it, whatever its token says: who could write there could speak for a gateway.
inline const QByteArray NodeSubjectPrefix = QByteArrayLiteral("tidegate.");

} // namespace Tidegate
