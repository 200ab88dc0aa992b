// SPDX-License-Identifier: MIT
#pragma once

// For Gateway::setBackend(): a backend written in C++ by whoever embeds the gateway. Here, because implementations of a
// port are included by this folder alone.
#include "backend/native/adapter.h" // IWYU pragma: export
