// SPDX-License-Identifier: MIT
#include "session/ssma/audiences.h"

#include "session/ssma/rowfilter.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"
#include "wire/ssewriter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Ssma {

namespace {

template <typename Accept>
QByteArray rowsOf(const Publication &publication, Accept &&accept)
{
    QByteArray rows = "[";
    for (const EventPtr &event : publication.events) {
        if (!accept(*event))
            continue;
        if (rows.size() > 1)
            rows += ',';
        rows += event->payload;
    }
    rows += ']';
    return rows;
}

QByteArray variantOf(std::initializer_list<QByteArrayView> parts)
{
    QByteArray variant;
    for (const QByteArrayView part : parts) {
        variant += part;
        variant += '\n'; // stands in none of the parts: JSON texts and names come without line breaks
    }
    return variant;
}

QByteArray sseEvent(QByteArrayView name, QByteArrayView data, Offset cursor)
{
    const QByteArray id = cursor ? QByteArray::number(cursor) : QByteArray();
    QByteArray event;
    [[maybe_unused]] const bool written = Sse::appendEvent(event, name, data, id);
    Q_ASSERT(written); // our own names and numbers
    return event;
}

//! What \p role may not see.
QByteArrayList keysAbove(Role role, const Publication &publication)
{
    QByteArrayList keys;
    for (const EventPtr &event : publication.events) {
        if (role < event->minRole)
            keys.append(event->key);
    }
    return keys;
}

//! A field's value as JSON text in brackets; empty if the payload has none of that name.
QByteArray payloadField(const QByteArray &payload, const QByteArray &name)
{
    const QJsonValue value = QJsonDocument::fromJson(payload).object().value(QString::fromUtf8(name));
    if (value.isUndefined())
        return {};
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
}

} // namespace

AudienceSpec channelAudience(const SubscriptionKey &key, const ChannelRule &rule, const QByteArray &filter)
{
    const RowFilter rowFilter = rule.filter == FilterMode::PayloadFields ? RowFilter(filter) : RowFilter();
    const QByteArray filterText = rowFilter.isActive() ? filter : QByteArray();
    AudienceSpec spec;
    spec.variant =
        variantOf({"channel", key.params, filterText, QByteArray::number(int(rule.overflow)), rule.conflateBy});
    spec.encode = [key, rowFilter](const Publication &publication) {
        const QByteArray rows = rowsOf(
            publication, [&](const Event &event) { return !rowFilter.isActive() || rowFilter.matches(event.match); });
        if (rows.size() <= 2)
            return QByteArray();
        return encodeChannelInvalidate({key.channel, key.params}, publication.reason, publication.cursor, rows);
    };
    spec.subject = key.channel;
    spec.lag = rule.overflow;
    spec.conflationKey = [field = rule.conflateBy](const Event &event) { return payloadField(event.match, field); };
    spec.encodeLoss = [key](const Loss &loss) {
        return encodeChannelResend({key.channel, key.params}, "overflow", "[]", loss.after, {"gap", "overflow", true});
    };
    return spec;
}

AudienceSpec islandAudience(Role role, const QByteArray &site, LagPolicy lag)
{
    AudienceSpec spec;
    spec.variant = variantOf({"island", roleName(role), site, QByteArray::number(int(lag))});
    spec.encode = [role, site](const Publication &publication) {
        const Event &event = *publication.events.front();
        const bool isForThem = role >= event.minRole && (site.isEmpty() || site == publication.site);
        return isForThem ? event.payload : QByteArray();
    };
    spec.hidden = [role, site](const Publication &publication) {
        const bool isOfTheirSite = site.isEmpty() || site == publication.site;
        return isOfTheirSite ? keysAbove(role, publication) : QByteArrayList();
    };
    spec.lag = lag;
    spec.conflationKey = [](const Event &event) { return event.match; };
    return spec;
}

AudienceSpec streamRowsAudience(Role role)
{
    AudienceSpec spec;
    spec.variant = variantOf({"sse-rows", roleName(role)});
    spec.encode = [role](const Publication &publication) {
        const QByteArray rows = rowsOf(publication, [role](const Event &event) { return role >= event.minRole; });
        if (rows.size() <= 2)
            return QByteArray();
        if (publication.kind != KindInvalidate)
            return sseEvent(publication.kind, publication.body, publication.cursor);
        const QByteArray data = sseInvalidate(publication.reason, publication.site, publication.cursor, rows);
        return sseEvent(KindInvalidate, data, publication.cursor);
    };
    spec.hidden = [role](const Publication &publication) { return keysAbove(role, publication); };
    spec.subject = "rows";
    return spec;
}

AudienceSpec streamIslandsAudience(Role role, const QByteArrayList &islands, const QByteArray &site)
{
    AudienceSpec spec;
    spec.variant = variantOf({"sse-islands", roleName(role), islands.join(','), site});
    spec.encode = [role, islands, site](const Publication &publication) {
        const Event &event = *publication.events.front();
        const bool isForThem = role >= event.minRole && (islands.isEmpty() || islands.contains(event.key)) &&
                               (site.isEmpty() || site == publication.site);
        return isForThem ? sseEvent(KindIsland, event.annex, 0) : QByteArray();
    };
    spec.hidden = [role, islands, site](const Publication &publication) {
        const bool isWanted = (islands.isEmpty() || islands.contains(publication.events.front()->key)) &&
                              (site.isEmpty() || site == publication.site);
        return isWanted ? keysAbove(role, publication) : QByteArrayList();
    };
    return spec;
}

AudienceSpec streamConnectionsAudience(Role role)
{
    AudienceSpec spec;
    spec.variant = variantOf({"sse-connections", roleName(role)});
    spec.encode = [role](const Publication &publication) {
        return role >= Role::Staff ? sseEvent(KindConnectionClosed, publication.body, 0) : QByteArray();
    };
    return spec;
}

} // namespace Tidegate::Ssma
