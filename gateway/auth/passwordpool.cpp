// SPDX-License-Identifier: MIT
#include "auth/passwordpool.h"

namespace Tidegate {

PasswordPool::PasswordPool(int maxThreads, int maxJobs)
    : m_maxJobs(maxJobs)
{
    m_threads.setMaxThreadCount(maxThreads);
}

PasswordPool::~PasswordPool()
{
    close();
}

bool PasswordPool::start(std::function<void()> job)
{
    if (m_isClosed)
        return false;
    if (m_jobs.fetch_add(1) >= m_maxJobs) {
        m_jobs.fetch_sub(1);
        return false;
    }
    m_threads.start([this, run = std::move(job)] {
        run();
        m_jobs.fetch_sub(1);
    });
    return true;
}

void PasswordPool::close()
{
    m_isClosed = true;
    m_threads.clear();
    m_threads.waitForDone();
}

} // namespace Tidegate
