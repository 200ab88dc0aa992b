// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentfunction.h"

namespace Tidegate {

class FunctionPool;

//! A NativeFunction as documents use it. Core thread.
class NativeDocumentFunction final : public DocumentFunction
{
public:
    //! Where it runs. OnCore is for functions whose time grows with nothing but the texts they are given; those texts
    //! being large, it takes the pool all the same.
    enum class Place : quint8 { OnCore, InPool };

    //! Larger evaluations never hold up the core thread.
    static constexpr qsizetype MaxBytesOnCore = 64 * 1024;

    NativeDocumentFunction(std::shared_ptr<const NativeFunction> function, Place place, FunctionPool &pool)
        : m_function(std::move(function))
        , m_place(place)
        , m_pool(pool)
    {
    }
    void evaluate(const Evaluation &evaluation, Done done) override;

private:
    const std::shared_ptr<const NativeFunction> m_function;
    const Place m_place;
    FunctionPool &m_pool;
};

//! Calls \p function and turns what it throws into a Failed. Any thread.
Ruling callNative(const NativeFunction &function, const Evaluation &evaluation);

} // namespace Tidegate
