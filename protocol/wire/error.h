// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace Tidegate {

//! What went wrong, independent of any dialect. Each dialect maps this enum to its own wire codes in a total table.
enum class ErrorCode : quint8 {
    InvalidSyntax,   //!< bytes that are not the format at all (bad JSON, bad UTF-8, bad HTTP head)
    InvalidContract, //!< well-formed, but not what the schema allows
    UnknownType,
    TooLarge,
    Unauthenticated, //!< nobody is logged in
    Forbidden,       //!< somebody is, and may not
    NotFound,
    Conflict,
    RateLimited,
    Unavailable, //!< a peer system is down or overloaded
    Timeout,     //!< a peer system did not answer; the outcome is unknown
    Unsupported,
    Storage,
    Cancelled,
    Internal,
};

//! Text is written for a person; it never carries a token or payload.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString text;
    bool retryable = false;

    friend bool operator==(const Error &, const Error &) = default;
};

} // namespace Tidegate
