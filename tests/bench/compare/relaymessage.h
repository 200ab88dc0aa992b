// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate::Bench {

//! What a server that only passes messages on is given to pass on: byte for byte as long as what Tidegate delivers to
//! an SSMA subscriber for an intent with \p payloadBytes of payload, so that every server sends the same amount.
//! JSON, with the marker of \p number in it.
QByteArray relayMessage(const QByteArray &run, quint32 number, int payloadBytes);

} // namespace Tidegate::Bench
