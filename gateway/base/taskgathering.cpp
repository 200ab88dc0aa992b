// SPDX-License-Identifier: MIT
#include "base/taskgathering.h"

#include "base/taskqueue.h"

#include <algorithm>

namespace Tidegate {

namespace {
thread_local TaskGathering *s_current = nullptr;
}

TaskGathering::TaskGathering()
    : m_isOutermost(!s_current)
{
    if (m_isOutermost)
        s_current = this;
}

TaskGathering::~TaskGathering()
{
    if (!m_isOutermost)
        return;
    s_current = nullptr; // destructors of handed-over values may post
    handOver();
}

void TaskGathering::flush()
{
    if (s_current)
        s_current->handOver();
}

bool TaskGathering::take(TaskQueue &target, Task &task, qsizetype costBytes)
{
    if (!s_current)
        return false;
    auto &targets = s_current->m_targets;
    const auto found =
        std::find_if(targets.begin(), targets.end(), [&](const auto &each) { return each.first == &target; });
    auto &entries = found == targets.end() ? targets.emplace_back(&target, std::vector<Entry>()).second : found->second;
    entries.push_back({std::move(task), costBytes});
    return true;
}

void TaskGathering::handOver()
{
    auto targets = std::exchange(m_targets, {});
    for (auto &[target, entries] : targets)
        target->postAll(std::move(entries));
}

} // namespace Tidegate
