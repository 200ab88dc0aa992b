// SPDX-License-Identifier: MIT
#include "bench/ssmadialect.h"

#include "bench/marker.h"
#include "wire/jsontext.h"
#include "wire/websocketframe.h"

#include <QUrl>

namespace Tidegate::Bench {

namespace {

constexpr auto WebSocketPath = "/optimistic/ws";
constexpr auto EventsPath = "/optimistic/events";

QByteArrayList refusals()
{
    return {"\"status\":\"error\"", "\"type\":\"error\""};
}

QByteArray quoted(const QByteArray &text)
{
    QByteArray json;
    Json::appendString(json, text);
    return json;
}

} // namespace

SsmaDialect::SsmaDialect(const Target &target, Config config)
    : m_target(target)
    , m_config(std::move(config))
{
}

QByteArray SsmaDialect::credentials() const
{
    return m_config.token.isEmpty() ? QByteArray() : "Authorization: Bearer " + m_config.token + "\r\n";
}

Opening SsmaDialect::webSocket(const QByteArray &query) const
{
    Opening opening;
    opening.request = m_target.upgrade(
        WebSocketPath, query + "&site=" + QUrl::toPercentEncoding(QString::fromUtf8(m_config.site)), credentials());
    opening.readyMark = "\"type\":\"replay\"";
    opening.refusalMarks = refusals();
    return opening;
}

Opening SsmaDialect::eventStream(const QByteArray &query, const QByteArray &extraHeaders) const
{
    Opening opening;
    opening.isWebSocket = false;
    opening.request =
        m_target.requestHead(EventsPath, query + "site=" + QUrl::toPercentEncoding(QString::fromUtf8(m_config.site))) +
        "Accept: text/event-stream\r\n" + credentials() + extraHeaders + "\r\n";
    opening.readyMark = "event: ready";
    return opening;
}

Opening SsmaDialect::subscriber() const
{
    if (m_config.transport == Transport::EventStream)
        return eventStream({}, {});
    Opening opening = webSocket("role=follower");
    opening.greeting =
        WebSocket::encodeMaskedText("{\"type\":\"channel.subscribe\",\"channel\":" + quoted(m_config.channel) + '}', 0);
    opening.readyMark = "\"type\":\"channel.snapshot\"";
    return opening;
}

Opening SsmaDialect::returningSubscriber(const QByteArray &position) const
{
    if (m_config.transport == Transport::EventStream)
        return eventStream({}, "Last-Event-ID: " + position + "\r\n");
    return webSocket("role=follower&cursor=" + position);
}

QByteArray SsmaDialect::lastPosition(const QByteArray &received) const
{
    const QByteArray mark = m_config.transport == Transport::EventStream ? "\nid: " : "\"cursor\":";
    const qsizetype at = received.lastIndexOf(mark);
    if (at < 0)
        return "0";
    qsizetype end = at + mark.size();
    while (end < received.size() && received[end] >= '0' && received[end] <= '9')
        ++end;
    return received.mid(at + mark.size(), end - at - mark.size());
}

Opening SsmaDialect::publisher() const
{
    Opening opening = webSocket("role=leader");
    opening.faultMarks = refusals() + QByteArrayList{"\"status\":\"failed\"", "\"status\":\"rejected\""};
    return opening;
}

QByteArray SsmaDialect::publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const
{
    const QByteArray padding(payloadBytes, 'x');
    QByteArray text = "{\"type\":\"intent.batch\",\"intents\":[";
    for (int i = 0; i < count; ++i) {
        if (i > 0)
            text += ',';
        text += "{\"id\":\"b-" + Marker::make(run, first + quint32(i)) + "\",\"intent\":\"BENCH\",\"payload\":\"" +
                padding + "\",\"meta\":{\"clock\":1,\"channels\":[" + quoted(m_config.channel) + "]}}";
    }
    return WebSocket::encodeMaskedText(text + "]}", 0);
}

} // namespace Tidegate::Bench
