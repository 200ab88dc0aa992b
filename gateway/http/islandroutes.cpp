// SPDX-License-Identifier: MIT
#include "http/islandroutes.h"

#include "base/eventlog.h"
#include "http/replies.h"
#include "http/routetable.h"
#include "session/ssma/optimisticapi.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

namespace Tidegate {

namespace {

using Method = RouteTable::Method;

constexpr qsizetype MaxTextChars = 2000;
constexpr qsizetype MaxHeadlineChars = 120;
constexpr qsizetype MaxReasonChars = 64;

constexpr char InventoryIsland[] = "product-inventory";
constexpr char ReviewsIsland[] = "product-reviews";
constexpr char CommentsIsland[] = "blog-comments";

bool isTextWithin(const QJsonValue &value, qsizetype maxChars)
{
    const QString text = value.toString();
    return !text.isEmpty() && text.size() <= maxChars;
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray reasonOf(const QJsonObject &body, const QString &fallback)
{
    return body.value(QLatin1StringView("reason")).toString(fallback).left(MaxReasonChars).toUtf8();
}

QString author(const RequestContext &request)
{
    return QString::fromUtf8(request.principal.subjectId);
}

} // namespace

IslandRoutes::IslandRoutes(Ssma::OptimisticApi &api, EventLog &events, const Clock &clock, Config config)
    : m_api(api)
    , m_events(events)
    , m_clock(clock)
    , m_config(std::move(config))
    , m_data(clock.nowMs())
{
}

void IslandRoutes::addTo(RouteTable &table)
{
    if (!m_config.demo)
        return;
    addInventory(table);
    addReviews(table);
    addComments(table);
}

void IslandRoutes::addInventory(RouteTable &table)
{
    table.add(Method::Get, QStringLiteral("/islands/inventory"), [this](const RequestPtr &request) {
        if (isOn(request, InventoryIsland))
            request->answer(Replies::json(200, QJsonObject{{QStringLiteral("updatedAt"), m_data.productsUpdatedAtMs()},
                                                           {QStringLiteral("products"), m_data.products()}}));
    });
    table.addWithArgument(Method::Post, QStringLiteral("/islands/inventory/<arg>"),
                          RouteTable::forRole(Role::User, [this](const RequestPtr &request, const QString &productId) {
                              if (isOn(request, InventoryIsland))
                                  setQuantity(request, productId);
                          }));
}

void IslandRoutes::addReviews(RouteTable &table)
{
    table.addWithArgument(Method::Get, QStringLiteral("/islands/reviews/<arg>"),
                          [this](const RequestPtr &request, const QString &productId) {
                              if (isOn(request, ReviewsIsland))
                                  request->answer(Replies::json(
                                      200, QJsonObject{{QStringLiteral("updatedAt"), m_clock.nowMs()},
                                                       {QStringLiteral("reviews"), m_data.reviews(productId)}}));
                          });
    table.addWithArgument(Method::Post, QStringLiteral("/islands/reviews/<arg>"),
                          RouteTable::forRole(Role::User, [this](const RequestPtr &request, const QString &productId) {
                              if (isOn(request, ReviewsIsland))
                                  postReview(request, productId);
                          }));
}

void IslandRoutes::addComments(RouteTable &table)
{
    table.addWithArgument(
        Method::Get, QStringLiteral("/islands/blog/<arg>/comments"),
        [this](const RequestPtr &request, const QString &postId) {
            if (isOn(request, CommentsIsland))
                request->answer(Replies::json(200, QJsonObject{{QStringLiteral("updatedAt"), m_clock.nowMs()},
                                                               {QStringLiteral("comments"), m_data.comments(postId)}}));
        });
    table.addWithArgument(Method::Post, QStringLiteral("/islands/blog/<arg>/comments"),
                          RouteTable::forRole(Role::User, [this](const RequestPtr &request, const QString &postId) {
                              if (isOn(request, CommentsIsland))
                                  postComment(request, postId);
                          }));
}

void IslandRoutes::setQuantity(const RequestPtr &request, const QString &productId)
{
    const QJsonObject body = request->json.toObject();
    const QJsonValue quantity = body.value(QLatin1StringView("quantity"));
    if (!quantity.isDouble() || !std::isfinite(quantity.toDouble()) || quantity.toDouble() < 0) {
        request->answer(Replies::refused(400, "INVALID_QUANTITY"));
        return;
    }
    const auto product = m_data.setQuantity(productId, quantity.toDouble(), m_clock.nowMs());
    if (!product) {
        request->answer(Replies::refused(507, "DEMO_FULL"));
        return;
    }
    publish(*request,
            {.islandId = InventoryIsland,
             .parameters = compact({{QStringLiteral("productId"), productId}}),
             .reason = reasonOf(body, QStringLiteral("manual-update")),
             .dataContract = "INVENTORY_INQUIRY",
             .payload = compact(*product)},
            "INVENTORY_UPDATED");
    request->answer(Replies::json(200, QJsonObject{{QStringLiteral("product"), *product}}));
}

void IslandRoutes::postReview(const RequestPtr &request, const QString &productId)
{
    const QJsonObject body = request->json.toObject();
    const QJsonValue rating = body.value(QLatin1StringView("rating"));
    const QJsonValue headline = body.value(QLatin1StringView("headline"));
    const QJsonValue text = body.value(QLatin1StringView("body"));
    if (!(rating.toDouble() >= 1 && rating.toDouble() <= 5) || !isTextWithin(headline, MaxHeadlineChars) ||
        !isTextWithin(text, MaxTextChars)) {
        request->answer(Replies::refused(400, "INVALID_REVIEW"));
        return;
    }
    const QJsonObject review{{QStringLiteral("id"), nextId(QLatin1StringView("review-"))},
                             {QStringLiteral("productId"), productId},
                             {QStringLiteral("rating"), rating},
                             {QStringLiteral("headline"), headline},
                             {QStringLiteral("body"), text},
                             {QStringLiteral("author"), author(*request)},
                             {QStringLiteral("createdAt"), m_clock.nowMs()}};
    if (!m_data.addReview(productId, review)) {
        request->answer(Replies::refused(507, "DEMO_FULL"));
        return;
    }
    publish(*request,
            {.islandId = ReviewsIsland,
             .parameters = compact({{QStringLiteral("productId"), productId}}),
             .reason = reasonOf(body, QStringLiteral("review-api")),
             .dataContract = "PRODUCT_REVIEWS_REQUESTED",
             .payload = compact(review)},
            "PRODUCT_REVIEW_RECORDED");
    request->answer(Replies::json(201, QJsonObject{{QStringLiteral("review"), review}}));
}

void IslandRoutes::postComment(const RequestPtr &request, const QString &postId)
{
    const QJsonValue text = request->json.toObject().value(QLatin1StringView("body"));
    if (!isTextWithin(text, MaxTextChars)) {
        request->answer(Replies::refused(400, "INVALID_COMMENT"));
        return;
    }
    const QJsonObject comment{{QStringLiteral("id"), nextId(QLatin1StringView("comment-"))},
                              {QStringLiteral("postId"), postId},
                              {QStringLiteral("body"), text},
                              {QStringLiteral("author"), author(*request)},
                              {QStringLiteral("createdAt"), m_clock.nowMs()}};
    if (!m_data.addComment(postId, comment)) {
        request->answer(Replies::refused(507, "DEMO_FULL"));
        return;
    }
    publish(*request,
            {.islandId = CommentsIsland,
             .parameters = compact({{QStringLiteral("postId"), postId}}),
             .reason = "comment-api",
             .dataContract = "COMMENT_LIST_REQUESTED",
             .payload = compact(comment)},
            "BLOG_COMMENT_ADDED");
    request->answer(Replies::json(201, QJsonObject{{QStringLiteral("comment"), comment}}));
}

bool IslandRoutes::isOn(const RequestPtr &request, const QByteArray &islandId) const
{
    if (m_config.enabled && !m_config.disabledIslands.contains(islandId))
        return true;
    request->answer(Replies::json(200, QJsonObject{{QStringLiteral("skipped"), true},
                                                   {QStringLiteral("reason"), QStringLiteral("feature-disabled")},
                                                   {QStringLiteral("islandId"), QString::fromUtf8(islandId)}}));
    return false;
}

void IslandRoutes::publish(const RequestContext &request, Ssma::IslandInvalidation invalidation, QByteArrayView logType)
{
    if (!request.principal.site.isEmpty())
        invalidation.site = request.principal.site;
    m_events.record(logType, LogLevel::Info, invalidation.parameters, request.principal.subjectId,
                    request.principal.sessionId);
    // The writer's answer does not wait for the fan-out.
    m_api.invalidateIsland(std::move(invalidation));
}

QString IslandRoutes::nextId(QLatin1StringView prefix)
{
    return prefix + QString::number(++m_lastId);
}

} // namespace Tidegate
