// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <functional>
#include <memory>
#include <optional>

namespace Tidegate {

//! Collects the completions of one call, so that a test can check that there is exactly one.
template <typename T>
struct Outcome
{
    int count = 0;
    std::optional<Result<T>> result;

    //! The outcome must outlive the call.
    std::function<void(Result<T>)> sink()
    {
        return [this](Result<T> value) {
            ++count;
            result = std::move(value);
        };
    }
    bool succeeded() const { return result && result->has_value(); }
    bool failedWith(ErrorCode code) const { return result && !result->has_value() && result->error().code == code; }
    const T &value() const { return **result; }
    const Error &error() const { return result->error(); }
};

} // namespace Tidegate
