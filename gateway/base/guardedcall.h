// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <exception>
#include <utility>

namespace Tidegate {

//! Runs code of others, \p call, and turns what it throws into ErrorCode::Internal. \p what names it in the text.
template <typename T, typename F>
Result<T> guardedCall(const char *what, F &&call)
{
    const auto thrown = [what](const char *text) {
        return Error{ErrorCode::Internal,
                     QStringLiteral("%1 threw: %2").arg(QString::fromLatin1(what), QString::fromLocal8Bit(text))};
    };
    try {
        return std::forward<F>(call)();
    } catch (const std::exception &exception) {
        return thrown(exception.what());
    } catch (...) {
        return thrown("unknown exception");
    }
}

} // namespace Tidegate
