// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentengine.h"
#include "session/ssma/client.h"
#include "ssma/frames.h"
#include "wire/jsontext.h"

// From the dialect's frames and rows to what the engine takes.

namespace Tidegate::Ssma {

inline QByteArray quoted(QByteArrayView text)
{
    QByteArray json;
    Json::appendString(json, text);
    return json;
}

//! Adds what the server decides (SSMA spec section 7 step 3): the reasons pending, replay and channel:<name>, the
//! actor.
IntentDraft draftFromEntry(IntentEntry &&entry, const QByteArray &connectionId);

//! A row the backend put into an event; missing fields get the dialect's defaults.
IntentDraft draftFromRow(const QByteArray &rowJson, qint64 nowMs);
//! The same row as a published value, keeping the backend's own text of payload and meta.
Intent intentFromRow(const QByteArray &rowJson, const QByteArray &site, qint64 nowMs);

BackendContext contextOf(const ClientInfo &client);

} // namespace Tidegate::Ssma
