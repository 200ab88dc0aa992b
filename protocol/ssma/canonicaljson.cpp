// SPDX-License-Identifier: MIT
#include "ssma/canonicaljson.h"

#include "ssma/jsonwalk.h"

namespace Tidegate::Ssma {

std::optional<QByteArray> canonicalJson(QByteArrayView json)
{
    JsonWalk walk;
    JsonSlice root;
    if (!walk.walkAny(json, root))
        return {};
    QByteArray out;
    out.reserve(json.size());
    appendCanonical(out, root);
    return out;
}

} // namespace Tidegate::Ssma
