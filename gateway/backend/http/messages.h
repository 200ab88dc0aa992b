// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"

#include <optional>

// Request and reply bodies of the HTTP backend protocol (SSMA spec section 11); pure functions.

namespace Tidegate::HttpBackendMessages {

QByteArray applyBody(const ApplyRequest &request);
QByteArray subscribeBody(const SnapshotRequest &request);
QByteArray queryBody(const QByteArray &payload, const BackendContext &context);
QByteArray healthBody();

//! Path segment for /query/<name>; nothing for a name that would leave /query ("", ".", "..").
std::optional<QByteArray> querySegment(const QByteArray &name);

// Replies to a 2xx. A body that is not a JSON object is ErrorCode::Timeout, "outcome unknown": the backend did
// something, but nobody knows what.
Result<ApplyReply> parseApply(const QByteArray &body, const ApplyRequest &request);
Result<SnapshotReply> parseSnapshot(const QByteArray &body);
Result<QByteArray> parseQuery(const QByteArray &body);
QByteArray parseHealth(const QByteArray &body);

//! A non-2xx answer: text from the body's "error" (or "message"), else the status line in words.
Error failureOf(int status, const QByteArray &body);
//! The "code" of a failure's body; empty when there is none.
QByteArray failureCodeOf(const QByteArray &body);

} // namespace Tidegate::HttpBackendMessages
