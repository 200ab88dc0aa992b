// SPDX-License-Identifier: MIT
#pragma once

#include "wire/error.h"

#include <utility>
#include <variant>

namespace Tidegate {

//! Value or error, with the member names of std::expected so that a later alias swap is mechanical.
template <typename T, typename E = Error>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(E error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T &operator*() & { return *std::get_if<0>(&m_state); }
    const T &operator*() const & { return *std::get_if<0>(&m_state); }
    T &&operator*() && { return std::move(*std::get_if<0>(&m_state)); }
    T *operator->() { return std::get_if<0>(&m_state); }
    const T *operator->() const { return std::get_if<0>(&m_state); }

    const E &error() const { return *std::get_if<1>(&m_state); }

    T value_or(T fallback) const { return has_value() ? **this : std::move(fallback); }

private:
    std::variant<T, E> m_state;
};

//! Success without a value.
template <typename E>
class [[nodiscard]] Result<void, E>
{
public:
    Result() = default;
    Result(E error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }
    const E &error() const { return *std::get_if<1>(&m_state); }

private:
    std::variant<std::monostate, E> m_state;
};

} // namespace Tidegate
