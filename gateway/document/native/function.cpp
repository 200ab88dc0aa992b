// SPDX-License-Identifier: MIT
#include "document/native/function.h"

#include "document/native/pool.h"

#include <exception>

namespace Tidegate {

Ruling callNative(const NativeFunction &function, const Evaluation &evaluation)
{
    try {
        return function.evaluate(evaluation);
    } catch (const std::exception &problem) {
        return Failed{problem.what()};
    } catch (...) {
        return Failed{"the function failed"};
    }
}

void NativeDocumentFunction::evaluate(const Evaluation &evaluation, Done done)
{
    if (m_place == Place::OnCore && evaluation.byteSize() <= MaxBytesOnCore)
        done(callNative(*m_function, evaluation));
    else
        m_pool.run(m_function, evaluation, std::move(done));
}

} // namespace Tidegate
