// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace Tidegate {

//! A move-only void() callable; std::function cannot hold captured unique_ptrs and std::move_only_function is C++23.
class Task
{
public:
    Task() = default;
    template <typename F>
    requires(!std::is_same_v<std::decay_t<F>, Task>) Task(F &&fn)
        : m_body(std::make_unique<Body<std::decay_t<F>>>(std::forward<F>(fn)))
    {
    }

    explicit operator bool() const { return bool(m_body); }
    void operator()() { m_body->run(); }

private:
    struct Callable
    {
        virtual ~Callable() = default;
        virtual void run() = 0;
    };
    template <typename F>
    struct Body final : Callable
    {
        explicit Body(F &&body)
            : fn(std::move(body))
        {
        }
        explicit Body(const F &body)
            : fn(body)
        {
        }
        void run() override { fn(); }
        F fn;
    };
    std::unique_ptr<Callable> m_body;
};

} // namespace Tidegate
