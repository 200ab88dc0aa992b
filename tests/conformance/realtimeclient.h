// SPDX-License-Identifier: MIT
#pragma once

#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/wsclient.h"

namespace Tidegate {

//! Frames as ShareData clients send them, and the fixture they meet. (ShareData spec sections 3 and 14)
namespace Realtime {

QStringList fixtureArgs();
QUrl url(const GatewayProcess &gateway, const QByteArray &token = "tg-user");
QJsonObject subscribe(const QByteArray &id, const QByteArray &since = {});
QJsonObject unsubscribe(const QByteArray &id);
//! The proof's purpose is \p functionId unless \p purpose is given; \p dataJson is any JSON.
QJsonObject propose(const QByteArray &id, const QByteArray &functionId, const QByteArray &dataJson,
                    const QByteArray &correlationId, const QByteArray &purpose = {});
QJsonObject count(int value);

} // namespace Realtime

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
