// SPDX-License-Identifier: MIT
#include "sql/worker.h"

namespace Tidegate {

Worker::Worker(const QString &name)
{
    m_thread.setObjectName(name);
    m_queue.moveToThread(&m_thread);
    m_thread.start();
}

Worker::~Worker()
{
    m_thread.quit();
    m_thread.wait();
}

} // namespace Tidegate
