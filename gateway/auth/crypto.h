// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>

// The few primitives auth is built of. Pure; any thread.

namespace Tidegate {

enum class HmacHash : quint8 { Sha256, Sha384, Sha512 };

//! RFC 2104. Empty if \p key is empty: no caller has a use for an unkeyed signature.
QByteArray hmac(HmacHash hash, QByteArrayView key, QByteArrayView message);
QByteArray sha256(QByteArrayView message);

//! Takes the same time wherever the difference is; the lengths are not secret.
bool isEqualConstantTime(QByteArrayView a, QByteArrayView b);

QByteArray toBase64Url(QByteArrayView bytes);
//! RFC 7515: no padding, no white space, no stray bits, so that each value has exactly one text.
std::optional<QByteArray> fromBase64Url(QByteArrayView text);

} // namespace Tidegate
