// SPDX-License-Identifier: MIT
#include "intent/postgres/rows.h"

#include "intent/intentcolumns.h"
#include "intent/postgres/parameters.h"
#include "intent/postgres/result.h"

namespace Tidegate::PgRows {

using namespace IntentColumns;

namespace {

bool readLists(const PgResult &result, int row, Intent &intent)
{
    auto reasons = result.list(row, Reasons);
    if (!reasons)
        return false;
    intent.reasons = *std::move(reasons);
    if (result.isNull(row, Channels)) {
        intent.channels = {result.bytes(row, FirstChannel)};
        return true;
    }
    auto channels = result.list(row, Channels);
    if (!channels)
        return false;
    intent.channels = *std::move(channels);
    return true;
}

} // namespace

QByteArray columns(const QByteArray &prefix)
{
    QByteArray text;
    for (const char *name : Names)
        text += (text.isEmpty() ? "" : ", ") + prefix + name;
    return text;
}

void add(PgParameters &parameters, const Intent &intent)
{
    parameters.addBytes(intent.site);
    parameters.addBytes(intent.id);
    if (intent.channels.isEmpty())
        parameters.addNullBytes();
    else
        parameters.addBytes(intent.channels.first());
    if (intent.channels.size() == 1)
        parameters.addNullBytesList();
    else
        parameters.addBytesList(intent.channels);
    parameters.addBytesList(intent.reasons);
    parameters.addBytes(intent.name);
    parameters.addInteger(qint64(intent.status));
    parameters.addInteger(intent.insertedAtMs);
    parameters.addInteger(intent.updatedAtMs);
    for (const QByteArray *text : {&intent.userId, &intent.connectionId, &intent.backendCode, &intent.backendMessage,
                                   &intent.history, &intent.meta, &intent.payload})
        parameters.addBytes(*text);
}

IntentPtr read(const PgResult &result, int row)
{
    auto intent = std::make_shared<Intent>();
    const qint64 status = result.integer(row, Status);
    if (status < 0 || status > qint64(IntentStatus::Indeterminate) || !readLists(result, row, *intent))
        return nullptr;
    intent->seq = quint64(result.integer(row, 0));
    intent->site = result.bytes(row, Site);
    intent->id = result.bytes(row, Id);
    intent->name = result.bytes(row, Name);
    intent->status = IntentStatus(status);
    intent->insertedAtMs = result.integer(row, InsertedAt);
    intent->updatedAtMs = result.integer(row, UpdatedAt);
    intent->userId = result.bytes(row, UserId);
    intent->connectionId = result.bytes(row, ConnectionId);
    intent->backendCode = result.bytes(row, BackendCode);
    intent->backendMessage = result.bytes(row, BackendMessage);
    intent->history = result.bytes(row, History);
    intent->meta = result.bytes(row, Meta);
    intent->payload = result.bytes(row, Payload);
    return intent;
}

} // namespace Tidegate::PgRows
