// SPDX-License-Identifier: MIT
#pragma once

#include "wire/jsonslice.h"

// The rules the contracts use, for the hand-written mirror of them. An absent field keeps every rule of an optional
// one.

namespace Tidegate::Ssma {

inline bool isStringOf(const JsonSlice &slice, qsizetype minLength, qsizetype maxLength)
{
    if (!slice.is(JsonKind::String))
        return false;
    // A code point takes one to four bytes, an escape at most twelve: most texts are settled without counting.
    const qsizetype bytes = slice.text.size() - 2;
    if (bytes < minLength || bytes > maxLength * 12)
        return false;
    const qsizetype length = stringLength(slice);
    return length >= minLength && length <= maxLength;
}

inline bool isAbsentOrStringOf(const JsonSlice &slice, qsizetype minLength, qsizetype maxLength)
{
    return !slice.isPresent() || isStringOf(slice, minLength, maxLength);
}

inline bool isAbsentOrObject(const JsonSlice &slice)
{
    return !slice.isPresent() || slice.is(JsonKind::Object);
}

inline bool isNumberFrom(const JsonSlice &slice, double minimum)
{
    if (!slice.is(JsonKind::Number))
        return false;
    return (minimum == 0 && slice.text.front() != '-') || numberValue(slice.text) >= minimum;
}

} // namespace Tidegate::Ssma
