// SPDX-License-Identifier: MIT
#pragma once

#include "ssma/frames.h"
#include "ssma/row.h"

#include <QByteArray>
#include <QByteArrayList>

#include <optional>
#include <span>

// Server frames (SSMA spec sections 6 to 10) as JSON bytes without line breaks. Pure functions, safe on any thread.
// Times are milliseconds since 1970. Arguments named rows are a whole JSON array, made once with rowArray() and then
// spliced into every frame that carries these rows; params, filter, result, details and the like are JSON texts too.
// Everything else is plain UTF-8 text.

namespace Tidegate::Ssma {

//! Appends the full row of section 6.
void appendRow(QByteArray &out, const RowView &row);
//! Appends the short row of an intent-flush invalidation (section 8.3).
void appendFlushRow(QByteArray &out, const RowView &row);
//! Appends the row of an SSE rework event (section 8.4). \p undo is the JSON of meta.undo.
void appendReworkRow(QByteArray &out, const RowView &row, QByteArrayView undo);
//! "[row,row]" of encoded rows.
QByteArray rowArray(std::span<const QByteArray> rows);
//! \p meta (a JSON object without "actor") with the actor added; what RowView::meta expects.
QByteArray metaWithActor(QByteArrayView meta, QByteArrayView actor);

//! How a replay or snapshot joins what the client had: "exact", "snapshot" or "gap" with a reason. Nothing is written
//! when text is empty.
struct Continuity
{
    QByteArrayView text = {};
    QByteArrayView gapReason = {};
    bool hasMore = false; //!< the page is full; resync from its cursor for the rest
};

struct Hello
{
    QByteArrayView role = {};
    QByteArrayView connectionId = {};
    qint64 serverTimeMs = 0;
    QByteArrayView subprotocol = {};
    QByteArrayView authRole = {};
};
QByteArray encodeHello(const Hello &hello);
QByteArray encodeSubprotocolMismatch(QByteArrayView expected);
QByteArray encodeReplay(QByteArrayView rows, quint64 cursor, const Continuity &continuity = {});
//! An `error` frame; empty message, details and ids are left out. One id is written as intentId, which makes the client
//! library fail that write at once; more are written as intentIds as well (intentId is the first).
QByteArray encodeError(QByteArrayView code, QByteArrayView message, QByteArrayView details = {},
                       std::span<const QByteArray> intentIds = {}, std::optional<qint64> retryAfterMs = {});
QByteArray encodeError(const FrameError &error);
QByteArray encodePong(qint64 timestampMs);

struct AckEntry
{
    QByteArrayView id = {}; //!< empty = left out (the client gave none)
    QByteArrayView status = {};
    qint64 serverTimestampMs = 0;
    QByteArrayView site = {};
    quint64 logSeq = 0;
    QByteArrayView code = {};    //!< why it was refused, as the backend put it; empty = left out
    QByteArrayView message = {}; //!< the same for a person
};
QByteArray encodeAck(std::span<const AckEntry> entries);

//! The subscription a channel frame speaks of. Every channel frame carries both, clients route by them.
struct ChannelRef
{
    QByteArrayView channel = {};
    QByteArrayView params = {}; //!< JSON object; empty reads "{}"
};
QByteArray encodeChannelAck(const ChannelRef &ref, quint64 cursor, QByteArrayView metadata = "{}");
QByteArray encodeChannelAckAlreadySubscribed(const ChannelRef &ref);
QByteArray encodeChannelAckError(const ChannelRef &ref, QByteArrayView code, std::optional<qint64> retryAfterMs = {});
QByteArray encodeChannelSnapshot(const ChannelRef &ref, QByteArrayView rows, quint64 cursor,
                                 const Continuity &continuity = {});
//! Answer to channel.resync.
QByteArray encodeChannelReplay(const ChannelRef &ref, QByteArrayView rows, quint64 cursor,
                               const Continuity &continuity = {});
QByteArray encodeChannelReplayError(const ChannelRef &ref, QByteArrayView code);
//! Push caused by the command "resend"; has a reason instead of a status.
QByteArray encodeChannelResend(const ChannelRef &ref, QByteArrayView reason, QByteArrayView rows, quint64 cursor,
                               const Continuity &continuity = {});
//! Cheap per params: everything but the rows is a few dozen bytes.
QByteArray encodeChannelInvalidate(const ChannelRef &ref, QByteArrayView reason, quint64 cursor, QByteArrayView rows);
QByteArray encodeChannelUnsubscribed(const ChannelRef &ref);
QByteArray encodeChannelUnsubscribedError(const ChannelRef &ref, QByteArrayView code);
QByteArray encodeChannelClose(const ChannelRef &ref, QByteArrayView code, QByteArrayView reason, qint64 timestampMs);
//! Answer to resend.
QByteArray encodeCommandOk(const ChannelRef &ref, QByteArrayView command);
//! Answer to filter: the stored filter, "null" included.
QByteArray encodeCommandFilter(const ChannelRef &ref, QByteArrayView filter);
//! Answer to a custom command.
QByteArray encodeCommandResult(const ChannelRef &ref, QByteArrayView command, QByteArrayView result);
QByteArray encodeCommandError(const ChannelRef &ref, QByteArrayView command, QByteArrayView code);

//! Section 10. Empty texts are left out, except islandId, parameters ("{}") and payload ("{}").
struct IslandEvent
{
    QByteArrayView eventId = {};
    QByteArrayView islandId = {};
    QByteArrayView parameters = {}; //!< JSON
    QByteArrayView reason = {};
    QByteArrayView site = {};
    quint64 cursor = 0;
    qint64 timestampMs = 0;
    QByteArrayView dataContract = {};
    QByteArrayView payload = {}; //!< JSON
};
QByteArray encodeIslandInvalidate(const IslandEvent &event);

// Data of server-sent events (section 9), to be framed by the SSE writer. No "type" inside.
QByteArray sseReady(QByteArrayView clientId);
QByteArray sseReplay(QByteArrayView rows, quint64 cursor, QByteArrayView site, const Continuity &continuity = {});
QByteArray sseInvalidate(QByteArrayView reason, QByteArrayView site, quint64 cursor, QByteArrayView flushRows);
QByteArray sseIslandInvalidate(const IslandEvent &event);
QByteArray sseRework(QByteArrayView reason, QByteArrayView reworkRows);
QByteArray sseUndo(QByteArrayView id, QByteArrayView intent, QByteArrayView reason);
QByteArray sseRetry(QByteArrayView reason = "backpressure");

} // namespace Tidegate::Ssma
