// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate {

//! \p text in one line if it is JSON with at most \p levels containers inside each other, else empty. For whoever needs
//! no more than that of JsonWalk, whose header brings simdjson.
QByteArray jsonLine(QByteArrayView text, int levels);

} // namespace Tidegate
