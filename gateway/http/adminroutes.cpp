// SPDX-License-Identifier: MIT
#include "http/adminroutes.h"

#include "http/optimisticroutes.h"
#include "http/replies.h"
#include "http/routetable.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

#include <algorithm>

namespace Tidegate {

namespace {

using Method = RouteTable::Method;

QByteArray jsonTextOf(const QJsonValue &value)
{
    if (value.isUndefined())
        return {};
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return wrapped.sliced(1, wrapped.size() - 2);
}

int limitFrom(const QUrlQuery &query)
{
    bool isNumber = false;
    const int limit = query.queryItemValue(QStringLiteral("limit")).toInt(&isNumber);
    return std::clamp(isNumber ? limit : AdminRoutes::DefaultIntents, 1, AdminRoutes::MaxIntents);
}

void invalidateIsland(Ssma::OptimisticApi &api, const RequestPtr &request)
{
    const QJsonObject body = request->json.toObject();
    const QJsonValue parameters = body.value(QLatin1StringView("parameters"));
    Ssma::IslandInvalidation invalidation;
    invalidation.islandId = body.value(QLatin1StringView("islandId")).toString().toUtf8();
    if (invalidation.islandId.isEmpty() || !(parameters.isObject() || parameters.isUndefined())) {
        request->answer(Replies::refused(400, "INVALID_PAYLOAD"));
        return;
    }
    invalidation.parameters = jsonTextOf(parameters);
    invalidation.reason = body.value(QLatin1StringView("reason")).toString(QStringLiteral("manual-api")).toUtf8();
    invalidation.dataContract = body.value(QLatin1StringView("dataContract")).toString().toUtf8();
    invalidation.payload = jsonTextOf(body.value(QLatin1StringView("payload")));
    if (!request->principal.site.isEmpty())
        invalidation.site = request->principal.site;
    answerWith(request, api.invalidateIsland(std::move(invalidation)));
}

} // namespace

void AdminRoutes::addTo(RouteTable &table)
{
    table.add(Method::Get, QStringLiteral("/admin/optimistic/channels"),
              RouteTable::forRole(Role::Staff,
                                  [this](const RequestPtr &request) { answerWith(request, m_api.adminChannels()); }));
    table.add(Method::Get, QStringLiteral("/admin/optimistic/intents"),
              RouteTable::forRole(Role::Staff, [this](const RequestPtr &request) {
                  const QUrlQuery query(QString::fromUtf8(request->request.query));
                  const QString reason = query.queryItemValue(QStringLiteral("reason"), QUrl::FullyDecoded);
                  answerWith(request, m_api.adminIntents(reason.toUtf8(), limitFrom(query)));
              }));
    table.add(
        Method::Post, QStringLiteral("/islands/invalidate"),
        RouteTable::forRole(Role::Staff, [this](const RequestPtr &request) { invalidateIsland(m_api, request); }));
}

} // namespace Tidegate
