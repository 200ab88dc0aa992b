// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentkey.h"
#include "intent/submission.h"

#include <functional>

namespace Tidegate {

//! The drafts of one submission that have to be decided, on their way through the engine. Core thread only.
struct IntentBatch
{
    struct Row
    {
        std::shared_ptr<Intent> intent;
        IntentKey key;
        quint64 replacesSeq = 0;
    };
    struct Stored
    {
        IntentDraft draft;
        IntentKey key;
        quint64 seq = 0;
    };

    void add(IntentDraft &&draft, const IntentKey &key, quint64 replacesSeq, qint64 nowMs);

    QByteArrayList ids() const;

    //! Makes the idempotency key, the same for every attempt at the same intents, and writes it into each row, so that
    //! a restart can repeat the very same request.
    void assignKey(qint64 nowMs);
    //! The key a stored row was batched under; empty when it never was.
    static QByteArray keyOf(const Intent &intent);

    //! \p rowText may be empty: then the rows' own texts are left out.
    ApplyRequest applyRequest(const std::function<QByteArray(const Intent &)> &rowText) const;
    //! Gives every row its status; an intent the reply does not name is acked. Takes the reply's events.
    void applyVerdicts(const Result<ApplyReply> &reply, qint64 nowMs);

    std::vector<Row> rows;
    std::vector<Stored> stored; //!< known ids whose outcome has to be read first
    std::vector<BackendEvent> events;
    BackendContext context;
    QByteArray idempotencyKey;
    quint64 term = 0; //!< of the engine when it was taken in
    bool isDecided = false;
    bool isInInbox = false;
};

} // namespace Tidegate
