// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <optional>
#include <vector>

class QJsonObject;

namespace Tidegate {

//! Something the backend tells the gateway to fan out: an island invalidation, changed intents, or both.
//! (SSMA spec section 12.) Missing fields stay empty; whoever publishes fills in the defaults of its context.
struct BackendEvent
{
    QByteArray eventId;
    QByteArray type;
    QByteArray reason;
    QByteArray site;
    std::optional<qint64> timestampMs;
    std::optional<quint64> cursor;
    QByteArray islandId;
    QByteArray parameters; //!< JSON text; empty = absent
    QByteArray payload;    //!< JSON text; empty = absent
    QByteArray dataContract;
    std::vector<QByteArray> intents; //!< JSON object texts

    friend bool operator==(const BackendEvent &, const BackendEvent &) = default;
};

//! Lenient: a field that is missing, null or of the wrong type stays empty; list entries that are not objects are
//! skipped.
BackendEvent backendEventFromJson(const QJsonObject &object);

//! Events of {"events":[...]} and of {"event":{...}}, in this order; entries that are not objects are skipped.
std::vector<BackendEvent> parseBackendEvents(const QJsonObject &body);

} // namespace Tidegate
