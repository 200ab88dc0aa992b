// SPDX-License-Identifier: MIT
#pragma once

#include "document/ruling.h"

#include <functional>
#include <map>
#include <memory>

namespace Tidegate {

//! Decides proposals. Port. Core thread only.
class DocumentFunction
{
public:
    using Done = std::function<void(Ruling)>;

    virtual ~DocumentFunction() = default;
    //! \p done runs exactly once on the core thread, perhaps before this returns, after a deadline at the latest.
    virtual void evaluate(const Evaluation &evaluation, Done done) = 0;
};

//! A function in C++, of this gateway or of the application it is part of. Used by several threads at a time.
class NativeFunction
{
public:
    virtual ~NativeFunction() = default;
    //! May throw; what() is then the text of a Failed.
    virtual Ruling evaluate(const Evaluation &evaluation) const = 0;
};

//! Function ids and what they stand for.
using FunctionCatalog = std::map<QByteArray, std::shared_ptr<DocumentFunction>>;

} // namespace Tidegate
