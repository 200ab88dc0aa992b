// SPDX-License-Identifier: MIT
#include "bench/compare/interruption.h"

#include <csignal>
#include <initializer_list>

namespace Tidegate::Bench {

namespace {

volatile std::sig_atomic_t s_isInterrupted = 0;

void noteInterruption(int)
{
    s_isInterrupted = 1;
}

} // namespace

void watchForInterruption()
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, noteInterruption);
}

bool isInterrupted()
{
    return s_isInterrupted != 0;
}

} // namespace Tidegate::Bench
