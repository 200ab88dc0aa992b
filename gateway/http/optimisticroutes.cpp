// SPDX-License-Identifier: MIT
#include "http/optimisticroutes.h"

#include "http/localpeer.h"
#include "http/prometheustext.h"
#include "http/routetable.h"
#include "http/rules.h"
#include "http/whendone.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

namespace Tidegate {

namespace {

using Method = RouteTable::Method;

constexpr qsizetype MaxSiteChars = 64;

} // namespace

void answerWith(const RequestPtr &request, QFuture<Ssma::ApiReply> future)
{
    whenDone(request, std::move(future),
             [request](const Ssma::ApiReply &reply) { request->answer(Replies::json(reply.status, reply.json)); });
}

Ssma::ApiCaller callerOf(const RequestContext &request)
{
    return {request.principal, request.request.peer.address};
}

void OptimisticRoutes::addTo(RouteTable &table)
{
    table.add(Method::Get, QStringLiteral("/optimistic/pending"),
              [this](const RequestPtr &request) { pending(request); });
    table.add(Method::Get, QStringLiteral("/optimistic/metrics"),
              [this](const RequestPtr &request) { metrics(request); });
    table.add(Method::Post, QStringLiteral("/optimistic/rework"),
              RouteTable::forRole(Role::Staff, [this](const RequestPtr &request) {
                  answerWith(request, m_api.rework(callerOf(*request), request->jsonObjectText()));
              }));
    table.add(Method::Post, QStringLiteral("/optimistic/undo"),
              RouteTable::forRole(Role::User, [this](const RequestPtr &request) {
                  answerWith(request, m_api.undo(callerOf(*request), request->jsonObjectText()));
              }));
}

void OptimisticRoutes::pending(const RequestPtr &request)
{
    const QUrlQuery query(QString::fromUtf8(request->request.query));
    bool isNumber = false;
    const qint64 since = query.queryItemValue(QStringLiteral("since")).toLongLong(&isNumber);
    const QString site = query.queryItemValue(QStringLiteral("site"), QUrl::FullyDecoded).left(MaxSiteChars);
    answerWith(request,
               m_api.pending(callerOf(*request), isNumber ? std::optional(since) : std::nullopt, site.toUtf8()));
}

void OptimisticRoutes::metrics(const RequestPtr &request)
{
    const bool isAllowed =
        m_metricsPublic || request->principal.may(Role::Staff) || isDirectlyFromThisMachine(request->request);
    const QUrlQuery query(QString::fromUtf8(request->request.query));
    const bool isText = query.queryItemValue(QStringLiteral("format")) == QLatin1StringView("prometheus") ||
                        acceptsPrometheusText(request->header("Accept"));
    if (isAllowed && isText)
        whenDone(request, m_api.metrics(), [request](const Ssma::ApiReply &reply) {
            const QJsonObject metrics = QJsonDocument::fromJson(reply.json).object();
            request->answer({200, {{"Content-Type", PrometheusMediaType}}, prometheusText(metrics)});
        });
    else if (isAllowed)
        answerWith(request, m_api.metrics());
    else
        request->refuse(HttpRules::MetricsPrivate, Replies::roleRequired(Role::Staff));
}

} // namespace Tidegate
