// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate {

//! A JWT of any issuer whose key is a shared secret: HS256 over \p claims, a JSON object. Pure.
QByteArray signClaims(const QByteArray &claims, QByteArrayView secret);

} // namespace Tidegate
