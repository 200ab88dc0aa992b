// SPDX-License-Identifier: MIT
#include "base/taskqueue.h"

#include <QCoreApplication>
#include <QEvent>

namespace Tidegate {

namespace {
const auto WakeEvent = QEvent::Type(QEvent::registerEventType());
}

TaskQueue::~TaskQueue()
{
    close();
}

void TaskQueue::post(Task task, qsizetype costBytes)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed)
            return;
        wake = m_waiting.empty();
        m_waiting.push_back({std::move(task), costBytes});
    }
    m_backlogBytes.fetch_add(costBytes, std::memory_order_relaxed);
    if (wake)
        QCoreApplication::postEvent(this, new QEvent(WakeEvent));
}

void TaskQueue::close()
{
    std::vector<Entry> unrun; // destroyed outside the lock: a captured value may post again
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        unrun.swap(m_waiting);
    }
    for (const Entry &entry : unrun)
        m_backlogBytes.fetch_sub(entry.cost, std::memory_order_relaxed);
}

bool TaskQueue::event(QEvent *event)
{
    if (event->type() != WakeEvent)
        return QObject::event(event);
    runBatch();
    return true;
}

void TaskQueue::runBatch()
{
    std::vector<Entry> batch;
    {
        const std::lock_guard lock(m_mutex);
        batch.swap(m_waiting);
    }
    for (Entry &entry : batch) {
        entry.task();
        entry.task = {};
        m_backlogBytes.fetch_sub(entry.cost, std::memory_order_relaxed);
    }
    if (m_turnEnd)
        m_turnEnd();
}

} // namespace Tidegate
