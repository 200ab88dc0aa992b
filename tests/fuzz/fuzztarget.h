// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <cstddef>
#include <cstdint>

//! The entry libFuzzer and tst_fuzzseeds call; each fuzz_<x>.cpp defines it. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace Tidegate::Test {

//! Stops the process when \p rule is broken, which is how a fuzzer learns of it.
inline void require(bool holds, const char *rule)
{
    if (!holds)
        qFatal("broken rule: %s", rule);
}

inline QByteArray fuzzInput(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), qsizetype(size)};
}

} // namespace Tidegate::Test
