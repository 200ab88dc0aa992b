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
    if (TaskGathering::take(*this, task, costBytes))
        return;
    std::vector<Entry> one;
    one.push_back({std::move(task), costBytes});
    postAll(std::move(one));
}

void TaskQueue::postAll(std::vector<Entry> entries)
{
    bool wake = false;
    qsizetype cost = 0;
    for (const Entry &entry : entries)
        cost += entry.cost;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed)
            return;
        wake = m_waiting.empty();
        // Counted before anyone can run it, so that the backlog never reads below zero.
        m_backlogBytes.fetch_add(cost, std::memory_order_relaxed);
        if (wake)
            m_waiting.swap(entries);
        else
            std::move(entries.begin(), entries.end(), std::back_inserter(m_waiting));
    }
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
