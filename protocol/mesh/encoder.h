// SPDX-License-Identifier: MIT
#pragma once

#include "mesh/messages.h"

#include <QByteArray>

namespace Tidegate::Mesh {

//! One packet, ready to be one binary WebSocket message. Texts must be UTF-8 and below 4 GiB.
QByteArray encode(const ServerMessage &message, uchar version = DefaultVersion);
QByteArray encode(const ClientMessage &message, uchar version = DefaultVersion);

} // namespace Tidegate::Mesh
