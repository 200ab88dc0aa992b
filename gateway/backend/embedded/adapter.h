// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"

namespace Tidegate {

//! The backend of a gateway that has none: accepts every intent, provides no snapshots, answers queries with null.
//! Completes before returning. (SSMA spec section 11, "unconfigured")
class EmbeddedBackendAdapter final : public BackendAdapter
{
public:
    std::optional<ApplyReply> decideInline(const ApplyRequest &request) override;
    void applyIntents(ApplyRequest request, Completion<ApplyReply> done) override;
    void subscribe(SnapshotRequest request, Completion<SnapshotReply> done) override;
    void query(QByteArray name, QByteArray payload, BackendContext context, Completion<QByteArray> done) override;
    void health(Completion<QByteArray> done) override;
};

} // namespace Tidegate
