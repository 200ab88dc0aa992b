// SPDX-License-Identifier: MIT
#pragma once

#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/wsclient.h"

namespace Tidegate {

//! Frames as ShareData clients send them, and the fixture they meet. (ShareData spec sections 3 and 14)
namespace Realtime {

QStringList fixtureArgs();
QUrl url(const GatewayProcess &gateway, const QByteArray &token = "tg-user");
//! The answer to a WebSocket upgrade of \p target with \p headers, each ended by CR LF. Whoever is let in leaves.
QByteArray upgrade(const GatewayProcess &gateway, const QByteArray &target, const QByteArray &headers = {});
QJsonObject subscribe(const QByteArray &id, const QByteArray &since = {});
QJsonObject unsubscribe(const QByteArray &id);
//! The proof's purpose is \p functionId unless \p purpose is given; \p dataJson is any JSON.
QJsonObject propose(const QByteArray &id, const QByteArray &functionId, const QByteArray &dataJson,
                    const QByteArray &correlationId, const QByteArray &purpose = {});
QJsonObject count(int value);

} // namespace Realtime

//! What operators of a gateway see.
class Operator
{
public:
    explicit Operator(const GatewayProcess &gateway)
        : m_http(gateway.url(QStringLiteral("/")))
        , m_token(gateway.mintToken("admin"))
    {
    }

    HttpAnswer get(const QString &resource, const QString &filter = {});
    QList<QJsonObject> rows(const QString &resource, const QString &filter = {});
    //! How often \p rule decided something.
    qint64 decided(const char *rule);
    //! The newest decision of \p rule.
    QJsonObject decision(const char *rule);

private:
    HttpClient m_http;
    const QByteArray m_token;
};

//! A ShareData client with the habits tests need. The frames it has seen are in `ws`.
class RealtimeClient
{
public:
    bool open(const GatewayProcess &gateway, const QByteArray &token = "tg-user");
    //! Subscribes and returns the state frame.
    QJsonObject subscribe(const QByteArray &id, const QByteArray &since = {});
    //! Proposes under a correlation id of its own and returns the result.
    QJsonObject propose(const QByteArray &id, const QByteArray &functionId, const QByteArray &dataJson,
                        const QByteArray &purpose = {});
    QJsonObject resultOf(const QByteArray &correlationId);
    //! Comes back when everything the gateway has answered or published before this call has arrived here.
    bool settle();
    //! Of one type, in the order received.
    QList<QJsonObject> frames(const QString &type) const;

    WsClient ws;

private:
    int m_correlations = 0;
};

} // namespace Tidegate
