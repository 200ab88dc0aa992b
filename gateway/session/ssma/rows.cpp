// SPDX-License-Identifier: MIT
#include "session/ssma/rows.h"

#include "ssma/encoder.h"
#include "wire/jsontext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Ssma {

namespace {

RowView viewOf(const Intent &intent, const QByteArray &status)
{
    RowView view;
    view.id = intent.id;
    view.name = intent.name;
    view.payload = intent.payload;
    view.meta = intent.meta;
    view.reasons = &intent.reasons;
    view.channels = &intent.channels;
    view.site = intent.site;
    view.status = status;
    view.connectionId = intent.connectionId;
    view.insertedAtMs = intent.insertedAtMs;
    view.updatedAtMs = intent.updatedAtMs;
    view.logSeq = intent.seq;
    view.backendCode = intent.backendCode;
    view.backendMessage = intent.backendMessage;
    return view;
}

//! The members that the full row has and the flush row has not.
QByteArray annexOf(const Intent &intent)
{
    QByteArray annex = "\"site\":";
    Json::appendString(annex, intent.site);
    annex += ",\"status\":\"" + statusName(intent.status) + "\",\"connectionId\":";
    Json::appendString(annex, intent.connectionId);
    annex += ",\"updatedAt\":" + QByteArray::number(intent.updatedAtMs);
    if (intent.status != IntentStatus::Pending) {
        annex += ",\"backend\":{\"code\":";
        const auto appendOrNull = [&annex](const QByteArray &text) {
            if (text.isEmpty())
                annex += "null";
            else
                Json::appendString(annex, text);
        };
        appendOrNull(intent.backendCode);
        annex += ",\"message\":";
        appendOrNull(intent.backendMessage);
        annex += ",\"updatedAt\":" + QByteArray::number(intent.updatedAtMs) + '}';
    }
    return annex;
}

} // namespace

QByteArray rowText(const Intent &intent)
{
    QByteArray text;
    const QByteArray status = statusName(intent.status);
    appendRow(text, viewOf(intent, status));
    return text;
}

QByteArrayList reasonsSince(const Intent &intent, qint64 replaySinceMs)
{
    QByteArrayList reasons = intent.reasons;
    if (intent.insertedAtMs < replaySinceMs)
        reasons.removeAll("replay");
    return reasons;
}

QByteArray rowText(const Intent &intent, qint64 replaySinceMs)
{
    const QByteArrayList reasons = reasonsSince(intent, replaySinceMs);
    const QByteArray status = statusName(intent.status);
    RowView view = viewOf(intent, status);
    view.reasons = &reasons;
    QByteArray text;
    appendRow(text, view);
    return text;
}

QByteArray rowText(const Event &event)
{
    if (event.annex.isEmpty())
        return event.payload;
    QByteArray text;
    text.reserve(event.payload.size() + event.annex.size() + 1);
    text += QByteArrayView(event.payload).chopped(1);
    text += ',';
    text += event.annex;
    text += '}';
    return text;
}

QByteArray flushRowText(const Intent &intent)
{
    QByteArray text;
    appendFlushRow(text, viewOf(intent, {}));
    return text;
}

QByteArray reworkRowText(const Intent &intent)
{
    QByteArray text;
    const QByteArray status = statusName(intent.status);
    appendReworkRow(text, viewOf(intent, status), undoOf(intent));
    return text;
}

EventPtr makeEvent(const Intent &intent, Role minRole)
{
    auto event = std::make_shared<Event>();
    event->offset = intent.seq;
    event->minRole = minRole;
    event->key = intent.id;
    event->payload = flushRowText(intent);
    event->annex = annexOf(intent);
    event->match = intent.payload;
    return event;
}

QByteArray undoOf(const Intent &intent)
{
    const QJsonValue undo = QJsonDocument::fromJson(intent.meta).object().value(QLatin1StringView("undo"));
    if (undo.isObject())
        return QJsonDocument(undo.toObject()).toJson(QJsonDocument::Compact);
    return {};
}

} // namespace Tidegate::Ssma
