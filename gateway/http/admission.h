// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpapiconfig.h"

#include <atomic>

namespace Tidegate {

//! Keeps all requests taken in and not yet answered within their bounds. Any thread.
class Admission
{
public:
    explicit Admission(const HttpBounds &bounds)
        : m_bounds(bounds)
    {
    }

    bool tryEnter(qint64 bytes)
    {
        const bool isCountFine = m_requests.fetch_add(1) < m_bounds.maxOpen;
        const bool isWeightFine = m_bytes.fetch_add(bytes) + bytes <= m_bounds.maxOpenBytes;
        if (isCountFine && isWeightFine)
            return true;
        leave(bytes);
        return false;
    }
    void leave(qint64 bytes)
    {
        m_requests.fetch_sub(1);
        m_bytes.fetch_sub(bytes);
    }

private:
    const HttpBounds m_bounds;
    std::atomic<int> m_requests = 0;
    std::atomic<qint64> m_bytes = 0;
};

} // namespace Tidegate
