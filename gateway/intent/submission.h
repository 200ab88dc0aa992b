// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"
#include "intent/intent.h"

#include <memory>
#include <vector>

// What goes into the intent engine and what comes out of it.

namespace Tidegate {

//! Reason of an intent that is not acknowledged yet; removed when it is. (SSMA spec section 7)
inline const QByteArray PendingReason = QByteArrayLiteral("pending");

//! One write as a session submits it: everything an Intent has that the client decides.
struct IntentDraft
{
    QByteArray id; //!< empty = the engine makes one
    QByteArray name;
    QByteArray payload;
    QByteArray meta;
    QByteArrayList channels;
    QByteArrayList reasons; //!< may include PendingReason
};

struct IntentSubmission
{
    std::vector<IntentDraft> drafts;
    BackendContext context; //!< site, connection and user; also what is stored with each row
    bool isDecided = false; //!< the backend itself said so: stored as acked, not forwarded
    qsizetype byteSize() const;
};

struct IntentOutcome
{
    QByteArray id;
    IntentStatus status = IntentStatus::Failed;
    qint64 updatedAtMs = 0;
    quint64 seq = 0;
    QByteArray code; //!< the backend's words for a refusal
    QByteArray message;
    bool isFresh = false; //!< settled by this submission, not a repetition of a stored outcome
};

//! Facts about a set of rows that entered the log together.
struct SettledBatch
{
    QByteArray site;
    std::vector<IntentPtr> intents; //!< ascending by seq, every status
    std::vector<BackendEvent> events;
    BackendContext context;
    bool isDecided = false; //!< came from the backend, see IntentSubmission
};
using SettledBatchPtr = std::shared_ptr<const SettledBatch>;

} // namespace Tidegate
