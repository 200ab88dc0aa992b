// SPDX-License-Identifier: MIT
#include "wire/jsonline.h"

#include "wire/jsonwalk.h"

namespace Tidegate {

QByteArray jsonLine(QByteArrayView text, int levels)
{
    return JsonWalk().line(text, levels);
}

} // namespace Tidegate
