// SPDX-License-Identifier: MIT
#pragma once

#include "wire/error.h"

#include <QByteArray>

namespace Tidegate::Ssma {

//! The dialect's code of an error (SSMA spec 6.2, 13). Total; a new ErrorCode is a compiler warning here.
inline QByteArrayView wireCode(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidSyntax:
        return "INVALID_JSON";
    case ErrorCode::InvalidContract:
        return "INVALID_CONTRACT";
    case ErrorCode::UnknownType:
        return "UNKNOWN_TYPE";
    case ErrorCode::TooLarge:
        return "PAYLOAD_TOO_LARGE";
    case ErrorCode::Unauthenticated:
        return "UNAUTHORIZED";
    case ErrorCode::Forbidden:
        return "ACCESS_DENIED";
    case ErrorCode::NotFound:
        return "NOT_FOUND";
    case ErrorCode::Conflict:
        return "CONFLICT";
    case ErrorCode::RateLimited:
        return "RATE_LIMITED";
    case ErrorCode::Unavailable:
        return "UNAVAILABLE";
    case ErrorCode::Timeout:
        return "TIMEOUT";
    case ErrorCode::Unsupported:
        return "NOT_SUPPORTED";
    case ErrorCode::Storage:
    case ErrorCode::Cancelled:
    case ErrorCode::Internal:
        return "SERVER_ERROR";
    }
    return "SERVER_ERROR";
}

} // namespace Tidegate::Ssma
