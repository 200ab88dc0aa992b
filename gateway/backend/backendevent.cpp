// SPDX-License-Identifier: MIT
#include "backend/backendevent.h"

#include "backend/jsonvalues.h"

#include <QJsonArray>
#include <QJsonObject>

namespace Tidegate {

BackendEvent backendEventFromJson(const QJsonObject &object)
{
    BackendEvent event;
    event.eventId = textOf(object.value(u"eventId"));
    event.type = textOf(object.value(u"type"));
    event.reason = textOf(object.value(u"reason"));
    event.site = textOf(object.value(u"site"));
    event.timestampMs = countOf(object.value(u"timestamp"));
    if (const std::optional<qint64> cursor = countOf(object.value(u"cursor")))
        event.cursor = quint64(*cursor);
    event.islandId = textOf(object.value(u"islandId"));
    event.parameters = compactJson(object.value(u"parameters"));
    event.payload = compactJson(object.value(u"payload"));
    event.dataContract = textOf(object.value(u"dataContract"));
    const QJsonArray intents = object.value(u"intents").toArray();
    for (const QJsonValue &intent : intents) {
        if (intent.isObject())
            event.intents.push_back(compactJson(intent));
    }
    return event;
}

std::vector<BackendEvent> parseBackendEvents(const QJsonObject &body)
{
    std::vector<BackendEvent> events;
    const QJsonArray listed = body.value(u"events").toArray();
    for (const QJsonValue &entry : listed) {
        if (entry.isObject())
            events.push_back(backendEventFromJson(entry.toObject()));
    }
    if (const QJsonValue single = body.value(u"event"); single.isObject())
        events.push_back(backendEventFromJson(single.toObject()));
    return events;
}

} // namespace Tidegate
