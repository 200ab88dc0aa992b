// SPDX-License-Identifier: MIT
#include "backend/embedded/adapter.h"

namespace Tidegate {

std::optional<ApplyReply> EmbeddedBackendAdapter::decideInline(const ApplyRequest &)
{
    return ApplyReply{};
}

void EmbeddedBackendAdapter::applyIntents(ApplyRequest, Completion<ApplyReply> done)
{
    done(ApplyReply{});
}

void EmbeddedBackendAdapter::subscribe(SnapshotRequest, Completion<SnapshotReply> done)
{
    done(SnapshotReply{});
}

void EmbeddedBackendAdapter::query(QByteArray, QByteArray, BackendContext, Completion<QByteArray> done)
{
    done(QByteArrayLiteral("null"));
}

void EmbeddedBackendAdapter::health(Completion<QByteArray> done)
{
    done(QByteArrayLiteral(R"({"status":"ok","backend":"unconfigured"})"));
}

} // namespace Tidegate
