// SPDX-License-Identifier: MIT
#include "conformance/realtimeclient.h"

#include <QJsonDocument>
#include <QUrlQuery>

namespace Tidegate {

QStringList Realtime::fixtureArgs()
{
    return {QStringLiteral("--config"), QStringLiteral(TIDEGATE_SHAREDATA_FIXTURE)};
}

QUrl Realtime::url(const GatewayProcess &gateway, const QByteArray &token)
{
    return QUrl::fromEncoded("ws://127.0.0.1:" + QByteArray::number(gateway.port()) +
                             "/realtime?token=" + token.toPercentEncoding());
}

QByteArray Realtime::upgrade(const GatewayProcess &gateway, const QByteArray &target, const QByteArray &headers)
{
    // Whoever was let in is not told good-bye before it has ended: a frame that is none does that.
    return rawExchange(gateway.port(), "GET " + target +
                                           " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                           "Sec-WebSocket-Version: 13\r\n"
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                                           headers + "\r\n\xff\xff");
}

HttpAnswer Operator::get(const QString &resource, const QString &filter)
{
    const QString query = filter.isEmpty() ? QString() : QStringLiteral("?filter=") + filter;
    return m_http.get(QStringLiteral("/admin/v1/") + resource + query, {{"Authorization", "Bearer " + m_token}});
}

QList<QJsonObject> Operator::rows(const QString &resource, const QString &filter)
{
    QList<QJsonObject> rows;
    for (const QJsonValue &row : arrayAt(get(resource, filter).json(), "rows"))
        rows.append(row.toObject());
    return rows;
}

qint64 Operator::decided(const char *rule)
{
    qint64 count = 0;
    for (const QJsonObject &row : rows(QStringLiteral("decisions"), QStringLiteral("rule:eq:") + QLatin1String(rule)))
        count += numberAt(row, "count");
    return count;
}

QJsonObject Operator::decision(const char *rule)
{
    return rows(QStringLiteral("decisions"), QStringLiteral("rule:eq:") + QLatin1String(rule)).value(0);
}

QJsonObject Realtime::subscribe(const QByteArray &id, const QByteArray &since)
{
    QJsonObject frame = json(R"({"v":1,"type":"subscribe"})");
    frame.insert(QStringLiteral("shareDataId"), QString::fromUtf8(id));
    if (!since.isNull())
        frame.insert(QStringLiteral("since"), QString::fromUtf8(since));
    return frame;
}

QJsonObject Realtime::unsubscribe(const QByteArray &id)
{
    QJsonObject frame = json(R"({"v":1,"type":"unsubscribe"})");
    frame.insert(QStringLiteral("shareDataId"), QString::fromUtf8(id));
    return frame;
}

QJsonObject Realtime::propose(const QByteArray &id, const QByteArray &functionId, const QByteArray &dataJson,
                              const QByteArray &correlationId, const QByteArray &purpose)
{
    QJsonObject frame = json(R"({"v":1,"type":"propose","proposedData":)" + dataJson +
                             R"(,"proof":{"publicKey":"key","shareDataHash":"h1","shareDataPreviousHash":"h0",)"
                             R"("shareDataSignature":"sig","timestamp":1700000000000,"purpose":""}})");
    QJsonObject proof = frame.value(u"proof").toObject();
    proof.insert(QStringLiteral("purpose"), QString::fromUtf8(purpose.isNull() ? functionId : purpose));
    frame.insert(QStringLiteral("proof"), proof);
    frame.insert(QStringLiteral("shareDataId"), QString::fromUtf8(id));
    frame.insert(QStringLiteral("functionId"), QString::fromUtf8(functionId));
    frame.insert(QStringLiteral("correlationId"), QString::fromUtf8(correlationId));
    return frame;
}

QJsonObject Realtime::count(int value)
{
    return {{QStringLiteral("count"), value}};
}

bool RealtimeClient::open(const GatewayProcess &gateway, const QByteArray &token)
{
    return ws.open(Realtime::url(gateway, token));
}

QJsonObject RealtimeClient::subscribe(const QByteArray &id, const QByteArray &since)
{
    ws.send(Realtime::subscribe(id, since));
    return ws.waitFor([&id](const QJsonObject &frame) {
        return frame.value(u"type").toString() == u"state" && frame.value(u"shareDataId").toString().toUtf8() == id;
    });
}

QJsonObject RealtimeClient::resultOf(const QByteArray &correlationId)
{
    return ws.waitFor([&correlationId](const QJsonObject &frame) {
        return frame.value(u"type").toString() == u"proposal-result" &&
               frame.value(u"correlationId").toString().toUtf8() == correlationId;
    });
}

QJsonObject RealtimeClient::propose(const QByteArray &id, const QByteArray &functionId, const QByteArray &dataJson,
                                    const QByteArray &purpose)
{
    const QByteArray correlationId = "t-" + QByteArray::number(++m_correlations);
    ws.send(Realtime::propose(id, functionId, dataJson, correlationId, purpose));
    return resultOf(correlationId);
}

bool RealtimeClient::settle()
{
    // Goes all the way through the gateway's core and back in order, and changes nothing.
    return !propose("no-such-document", "none", "null").isEmpty();
}

QList<QJsonObject> RealtimeClient::frames(const QString &type) const
{
    QList<QJsonObject> found;
    for (const QJsonObject &frame : ws.frames()) {
        if (frame.value(u"type").toString() == type)
            found.append(frame);
    }
    return found;
}

} // namespace Tidegate
