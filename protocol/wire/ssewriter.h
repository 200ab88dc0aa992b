// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

// Server-sent events as bytes (WHATWG HTML section 9.2). Any thread. Text must be UTF-8.

namespace Tidegate::Sse {

//! Appends one event; empty \p name or \p id leave the field out. CR, LF and CRLF in \p data become several data: lines
//! (the browser joins them with LF). False, and \p out unchanged, if name or id hold CR, LF or NUL: a changed id would
//! resume in the wrong place.
[[nodiscard]] bool appendEvent(QByteArray &out, QByteArrayView name, QByteArrayView data, QByteArrayView id = {});
//! How long the browser waits before it reconnects.
void appendRetry(QByteArray &out, quint32 milliseconds);
//! A comment keeps proxies from timing out; empty is allowed.
void appendComment(QByteArray &out, QByteArrayView text = {});

} // namespace Tidegate::Sse
