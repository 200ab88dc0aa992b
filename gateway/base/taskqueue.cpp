// SPDX-License-Identifier: MIT
#include "base/taskqueue.h"

#include <QCoreApplication>
#include <QEvent>

#include <iterator>

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
    // Counted at once, kept back or not: it is what the producers pause by.
    m_backlogBytes.fetch_add(costBytes, std::memory_order_relaxed);
    if (TaskGathering::take(*this, task, costBytes))
        return;
    std::vector<Entry> one;
    one.push_back({std::move(task), costBytes});
    postAll(std::move(one));
}

void TaskQueue::postAll(std::vector<Entry> entries)
{
    bool wake = false;
    bool isClosed = false;
    {
        const std::lock_guard lock(m_mutex);
        isClosed = m_closed;
        wake = !isClosed && m_waiting.empty();
        if (wake)
            m_waiting.swap(entries);
        else if (!isClosed)
            std::move(entries.begin(), entries.end(), std::back_inserter(m_waiting));
    }
    if (isClosed)
        forget(entries);
    if (wake)
        QCoreApplication::postEvent(this, new QEvent(WakeEvent));
}

void TaskQueue::forget(const std::vector<Entry> &entries)
{
    for (const Entry &entry : entries)
        m_backlogBytes.fetch_sub(entry.cost, std::memory_order_relaxed);
}

void TaskQueue::close()
{
    std::vector<Entry> unrun; // destroyed outside the lock: a captured value may post again
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        unrun.swap(m_waiting);
    }
    forget(unrun);
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
    if (m_gathers) {
        const TaskGathering gathering;
        runTasks();
    } else {
        runTasks();
    }
}

void TaskQueue::runTasks()
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
