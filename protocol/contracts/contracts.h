// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <vector>

namespace Tidegate {

//! Names of the contract files compiled into the binary: "channels", "errors", ... Safe on any thread.
std::vector<QByteArrayView> contractGroups();

//! The JSON text of one file, or an empty view for an unknown name. Static storage.
QByteArrayView contractGroup(QByteArrayView name);

} // namespace Tidegate
