// SPDX-License-Identifier: MIT
#include "session/ssma/audiences.h"

#include "session/ssma/rowfilter.h"
#include "session/ssma/streams.h"
#include "ssma/encoder.h"
#include "wire/ssewriter.h"
#include "wire/websocketframe.h"

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

void appendSse(QByteArray &bytes, QByteArrayView name, QByteArrayView data, Offset cursor)
{
    const QByteArray id = cursor ? QByteArray::number(cursor) : QByteArray();
    [[maybe_unused]] const bool written = Sse::appendEvent(bytes, name, data, id);
    Q_ASSERT(written); // our own names and numbers
}

} // namespace

void appendMessage(QByteArray &bytes, Framing framing, QByteArrayView json)
{
    switch (framing) {
    case Framing::WebSocketText:
        WebSocket::appendFrameHeader(bytes, WebSocket::Opcode::Text, json.size());
        bytes += json;
        break;
    case Framing::EventStream:
        bytes += json;
        break;
    case Framing::Raw:
        bytes += json;
        bytes += '\n';
        break;
    }
}

AudienceSpec channelAudience(Framing framing, const SubscriptionKey &key, FilterMode mode, const QByteArray &filter)
{
    const RowFilter rowFilter = mode == FilterMode::PayloadFields ? RowFilter(filter) : RowFilter();
    const QByteArray filterText = rowFilter.isActive() ? filter : QByteArray();
    return {variantOf({"channel", QByteArray::number(int(framing)), key.params, filterText}),
            [framing, key, rowFilter](const Publication &publication, QByteArray &bytes) {
                const QByteArray rows = rowsOf(publication, [&](const Event &event) {
                    return !rowFilter.isActive() || rowFilter.matches(event.match);
                });
                if (rows.size() > 2)
                    appendMessage(bytes, framing,
                                  encodeChannelInvalidate({key.channel, key.params}, publication.reason,
                                                          publication.cursor, rows));
            }};
}

AudienceSpec islandAudience(Framing framing, Role role, const QByteArray &site)
{
    return {variantOf({"island", QByteArray::number(int(framing)), roleName(role), site}),
            [framing, role, site](const Publication &publication, QByteArray &bytes) {
                const Event &event = *publication.events.front();
                if (role >= event.minRole && (site.isEmpty() || site == publication.site))
                    appendMessage(bytes, framing, event.payload);
            }};
}

AudienceSpec streamRowsAudience(Role role)
{
    return {variantOf({"sse-rows", roleName(role)}), [role](const Publication &publication, QByteArray &bytes) {
                const auto isVisible = [role](const Event &event) { return role >= event.minRole; };
                const QByteArray rows = rowsOf(publication, isVisible);
                if (rows.size() <= 2)
                    return;
                if (publication.kind == KindInvalidate)
                    appendSse(bytes, KindInvalidate,
                              sseInvalidate(publication.reason, publication.site, publication.cursor, rows),
                              publication.cursor);
                else
                    appendSse(bytes, publication.kind, publication.body, publication.cursor);
            }};
}

AudienceSpec streamIslandsAudience(Role role, const QByteArrayList &islands, const QByteArray &site)
{
    return {variantOf({"sse-islands", roleName(role), islands.join(','), site}),
            [role, islands, site](const Publication &publication, QByteArray &bytes) {
                const Event &event = *publication.events.front();
                if (role >= event.minRole && (islands.isEmpty() || islands.contains(event.key)) &&
                    (site.isEmpty() || site == publication.site))
                    appendSse(bytes, KindIsland, event.annex, 0);
            }};
}

AudienceSpec streamConnectionsAudience(Role role)
{
    return {variantOf({"sse-connections", roleName(role)}), [role](const Publication &publication, QByteArray &bytes) {
                if (role >= Role::Staff)
                    appendSse(bytes, KindConnectionClosed, publication.body, 0);
            }};
}

} // namespace Tidegate::Ssma
