// SPDX-License-Identifier: MIT
#pragma once

#include "app/nativebackend.h"

//! The business rules of the board: a task that shouts is refused.
inline std::unique_ptr<Tidegate::BackendAdapter> makeBoardBackend()
{
    Tidegate::NativeCallbacks callbacks;
    callbacks.apply = [](const Tidegate::ApplyRequest &request) -> Tidegate::Result<Tidegate::ApplyReply> {
        Tidegate::ApplyReply reply;
        for (const Tidegate::BackendIntent &intent : request.intents) {
            if (intent.payload.contains('!'))
                reply.verdicts.push_back({intent.id, Tidegate::Verdict::Rejected, "NO_SHOUTING",
                                          "tasks with an exclamation mark are not accepted"});
        }
        return reply;
    };
    return std::make_unique<Tidegate::NativeBackendAdapter>(std::move(callbacks));
}
