// SPDX-License-Identifier: MIT
#include "session/ssma/intents.h"

#include "ssma/encoder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Ssma {

namespace {

void addReason(QByteArrayList &reasons, const QByteArray &reason)
{
    if (!reasons.contains(reason))
        reasons.append(reason);
}

void addServerReasons(QByteArrayList &reasons, const QByteArrayList &channels)
{
    addReason(reasons, PendingReason);
    addReason(reasons, "replay");
    for (const QByteArray &channel : channels)
        addReason(reasons, "channel:" + channel);
}

QByteArray valueText(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Object:
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    case QJsonValue::Array:
        return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    case QJsonValue::Undefined:
        return "{}";
    default: {
        // QJsonDocument writes only containers; one element and its brackets removed is the scalar's text.
        const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        return array.sliced(1, array.size() - 2);
    }
    }
}

QByteArrayList texts(const QJsonValue &value)
{
    QByteArrayList list;
    for (const QJsonValue &each : value.toArray()) {
        if (each.isString() && !list.contains(each.toString().toUtf8()))
            list.append(each.toString().toUtf8());
    }
    return list;
}

} // namespace

IntentDraft draftFromEntry(IntentEntry &&entry, const QByteArray &connectionId)
{
    IntentDraft draft;
    draft.id = std::move(entry.id);
    draft.name = std::move(entry.name);
    draft.payload = std::move(entry.payload);
    draft.meta = metaWithActor(entry.meta, entry.actor.isEmpty() ? QByteArrayView(connectionId) : entry.actor);
    draft.channels = std::move(entry.channels);
    draft.reasons = std::move(entry.reasons);
    addServerReasons(draft.reasons, draft.channels);
    return draft;
}

Intent intentFromRow(const QByteArray &rowJson, const QByteArray &site, qint64 nowMs)
{
    const QJsonObject row = QJsonDocument::fromJson(rowJson).object();
    QJsonObject meta = row.value(QLatin1StringView("meta")).toObject();
    Intent intent;
    intent.site = site;
    intent.id = row.value(QLatin1StringView("id")).toString().toUtf8();
    intent.name = row.value(QLatin1StringView("intent")).toString().toUtf8();
    intent.payload = valueText(row.value(QLatin1StringView("payload")));
    intent.channels = texts(meta.take(QLatin1StringView("channels")));
    if (intent.channels.isEmpty())
        intent.channels = {"global"};
    intent.reasons = texts(meta.take(QLatin1StringView("reasons")));
    if (!meta.contains(QLatin1StringView("clock")))
        meta.insert(QLatin1StringView("clock"), nowMs);
    intent.meta = QJsonDocument(meta).toJson(QJsonDocument::Compact);
    intent.connectionId = "backend";
    intent.status = IntentStatus::Acked;
    intent.insertedAtMs = row.value(QLatin1StringView("insertedAt")).toInteger(nowMs);
    intent.updatedAtMs = nowMs;
    return intent;
}

IntentDraft draftFromRow(const QByteArray &rowJson, qint64 nowMs)
{
    Intent intent = intentFromRow(rowJson, {}, nowMs);
    addServerReasons(intent.reasons, intent.channels);
    return {intent.id, intent.name, intent.payload, intent.meta, intent.channels, intent.reasons};
}

BackendContext contextOf(const ClientInfo &client)
{
    return {client.site,      client.connectionId,        client.ip,
            client.userAgent, client.principal.subjectId, roleName(client.principal.role)};
}

} // namespace Tidegate::Ssma
