// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "http/islanddemodata.h"
#include "http/requestcontext.h"

#include <QByteArrayList>

namespace Tidegate {

namespace Ssma {
class OptimisticApi;
struct IslandInvalidation;
} // namespace Ssma
class EventLog;
class RouteTable;

//! The demo islands: inventory, reviews, comments (SSMA spec section 5). Every write publishes island.invalidate.
class IslandRoutes
{
public:
    struct Config
    {
        bool demo = false;   //!< without it these routes do not exist
        bool enabled = true; //!< kill switch of all islands
        QByteArrayList disabledIslands;
    };

    IslandRoutes(Ssma::OptimisticApi &api, EventLog &events, const Clock &clock, Config config);
    void addTo(RouteTable &table);

private:
    void addInventory(RouteTable &table);
    void addReviews(RouteTable &table);
    void addComments(RouteTable &table);

    void setQuantity(const RequestPtr &request, const QString &productId);
    void postReview(const RequestPtr &request, const QString &productId);
    void postComment(const RequestPtr &request, const QString &postId);

    //! Answers {"skipped":true,...} for an island that is switched off.
    bool isOn(const RequestPtr &request, const QByteArray &islandId) const;
    void publish(const RequestContext &request, Ssma::IslandInvalidation invalidation, QByteArrayView logType);
    QString nextId(QLatin1StringView prefix);

    Ssma::OptimisticApi &m_api;
    EventLog &m_events;
    const Clock &m_clock;
    const Config m_config;
    IslandDemoData m_data;
    quint64 m_lastId = 0;
};

} // namespace Tidegate
