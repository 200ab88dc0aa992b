// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendevent.h"
#include "wire/result.h"

#include <QByteArray>

#include <functional>
#include <optional>
#include <vector>

namespace Tidegate {

//! Who caused a backend call; part of every request body. (SSMA spec section 11)
struct BackendContext
{
    QByteArray site;
    QByteArray connectionId;
    QByteArray ip;
    QByteArray userAgent;
    //! Empty with role guest or none: nobody is logged in, "user" is null on the wire. Empty with another role: the
    //! answer is for everybody of that role, "user.id" is null and connectionId, ip and userAgent are empty.
    QByteArray userId;
    QByteArray role; //!< wire name of the role

    friend bool operator==(const BackendContext &, const BackendContext &) = default;
};

//! One intent as the backend sees it. payload, meta and row are JSON texts.
struct BackendIntent
{
    QByteArray id;
    QByteArray name;
    QByteArray payload;
    QByteArray meta;
    QByteArray row; //!< the whole stored row as specified in SSMA section 6; what the HTTP adapter forwards
};

enum class Verdict : quint8 { Acked, Rejected, Conflict, Failed };

struct IntentVerdict
{
    QByteArray id;
    Verdict verdict = Verdict::Failed;
    QByteArray code;
    QByteArray message;
};

struct ApplyRequest
{
    std::vector<BackendIntent> intents;
    BackendContext context;
    QByteArray idempotencyKey; //!< the same for every attempt at the same batch
};

struct ApplyReply
{
    std::vector<IntentVerdict> verdicts; //!< an intent without a verdict here counts as acked
    std::vector<BackendEvent> events;    //!< per-row events first, then the top-level ones
};

struct SnapshotRequest
{
    QByteArray channel;
    QByteArray params; //!< JSON object text
    BackendContext context;
};

//! A backend's own snapshot of a channel; absent when it does not provide one.
struct SnapshotReply
{
    bool provided = false;
    std::vector<QByteArray> rows; //!< JSON object texts
    std::optional<quint64> cursor;
};

//! Port to the business system. Lives on the core thread and is called there only; must not block.
//! Every call ends in exactly one completion on the core thread, a timeout included; Error.code Timeout means the
//! outcome is unknown (no answer in time, a lost connection, an unreadable answer), any other error means the backend
//! has not applied anything or says so. May complete before returning. Destruction completes what is outstanding;
//! a completion must not destroy the adapter.
class BackendAdapter
{
public:
    template <typename T>
    using Completion = std::function<void(Result<T>)>;

    virtual ~BackendAdapter() = default;

    //! A backend without side effects may decide at once, before the intents are durable, which spares the engine
    //! the second commit. Anything with effects returns nothing here and is asked through applyIntents().
    virtual std::optional<ApplyReply> decideInline(const ApplyRequest &) { return std::nullopt; }

    virtual void applyIntents(ApplyRequest request, Completion<ApplyReply> done) = 0;
    virtual void subscribe(SnapshotRequest request, Completion<SnapshotReply> done) = 0;
    //! Payload and answer are JSON texts.
    virtual void query(QByteArray name, QByteArray payload, BackendContext context, Completion<QByteArray> done) = 0;
    //! Answers a JSON object text, e.g. {"status":"ok"}.
    virtual void health(Completion<QByteArray> done) = 0;
};

} // namespace Tidegate
