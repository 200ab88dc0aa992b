// SPDX-License-Identifier: MIT
#include "session/ssma/httpverbs.h"

#include "backend/backendevent.h"
#include "session/ssma/decisions.h"
#include "session/ssma/intents.h"
#include "session/ssma/metricsjson.h"
#include "session/ssma/rows.h"
#include "ssma/encoder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <map>

namespace Tidegate::Ssma {

namespace {

constexpr qsizetype MaxListedRows = 5000;

void finish(const std::shared_ptr<QPromise<ApiReply>> &promise, int status, QByteArray json)
{
    promise->addResult(ApiReply{status, std::move(json)});
    promise->finish();
}

QByteArray errorJson(const QByteArray &code)
{
    return "{\"error\":\"" + code + "\"}";
}

QByteArray textOf(const QJsonObject &object, QLatin1StringView name)
{
    return object.value(name).toString().toUtf8();
}

std::optional<QByteArray> siteOf(const ApiCaller &caller, const QJsonObject &body)
{
    if (!caller.principal.site.isEmpty())
        return caller.principal.site;
    const QByteArray site = textOf(body, QLatin1StringView("site"));
    return site.isEmpty() ? std::nullopt : std::optional(site);
}

Error fault(ErrorCode code, const char *text)
{
    return {code, QLatin1StringView(text)};
}

//! The error's text is the dialect's code here, see the Change functions below.
int statusOf(const Error &error)
{
    switch (error.code) {
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Unsupported:
        return 400;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::Conflict:
        return 409;
    default:
        return 500;
    }
}

void refuse(const std::shared_ptr<QPromise<ApiReply>> &promise, const Error &error)
{
    const int status = statusOf(error);
    QByteArray code = error.text.toUtf8();
    if (error.code == ErrorCode::NotFound)
        code = "NOT_FOUND";
    else if (error.retryable)
        code = "BUSY";
    else if (status == 500)
        code = "INTERNAL_ERROR";
    finish(promise, status, errorJson(code));
}

QByteArray adminIntentJson(const Intent &intent, const QByteArrayList &reasons)
{
    QByteArray json = "{\"id\":" + quoted(intent.id) + ",\"intent\":" + quoted(intent.name) + ",\"channels\":";
    Json::appendStringArray(json, intent.channels);
    json += ",\"reasons\":";
    Json::appendStringArray(json, reasons);
    json += ",\"site\":" + quoted(intent.site) + ",\"status\":\"" + statusName(intent.status) +
            "\",\"connectionId\":" + quoted(intent.connectionId) +
            ",\"insertedAt\":" + QByteArray::number(intent.insertedAtMs) + '}';
    return json;
}

QByteArray subscriberJson(const ClientInfo &client, const SubscriptionKey &key, const Subscription &subscription)
{
    QByteArray json = "{\"connectionId\":" + quoted(client.connectionId) + ",\"params\":" + key.params +
                      ",\"subscribedAt\":" + QByteArray::number(subscription.subscribedAtMs) +
                      ",\"connectionRole\":" + quoted(client.transportRole) + ",\"site\":" + quoted(client.site) +
                      ",\"user\":";
    if (client.principal.hasSession())
        json +=
            "{\"id\":" + quoted(client.principal.subjectId) + ",\"role\":\"" + roleName(client.principal.role) + "\"}";
    else
        json += "null";
    return json + '}';
}

void removeReplayReasons(Intent &intent)
{
    intent.reasons.removeIf([](const QByteArray &reason) {
        return reason == "replay" || reason == "rework" || reason.startsWith("channel:");
    });
}

} // namespace

template <typename Verb>
QFuture<ApiReply> HttpVerbs::onCore(Verb &&verb)
{
    auto promise = std::make_shared<QPromise<ApiReply>>();
    promise->start();
    const QFuture<ApiReply> future = promise->future();
    m_services.core.post([promise, verb = std::forward<Verb>(verb)]() mutable { verb(promise); }, 1024);
    return future;
}

qint64 HttpVerbs::replaySinceMs() const
{
    return m_services.clock.nowMs() - m_services.service.profile().replayWindowMs;
}

QFuture<ApiReply> HttpVerbs::pending(ApiCaller caller, std::optional<qint64> sinceMs, QByteArray site)
{
    return onCore([=, this](const Promise &promise) {
        IntentQuery query;
        query.source = IntentQuery::Source::Both;
        query.insertedSinceMs = sinceMs;
        query.byInsertion = true;
        query.newestFirst = true; // the limit must cut the oldest
        query.limit = MaxListedRows;
        // Rows of other sites are nobody's business but the operators'.
        if (!caller.principal.site.isEmpty())
            query.site = caller.principal.site;
        else if (!site.isEmpty() || !caller.principal.may(Role::Staff))
            query.site = site.isEmpty() ? QByteArray("default") : site;
        m_services.engine.read(std::move(query), [=, this](const Result<std::vector<IntentPtr>> &rows) {
            if (!rows) {
                finish(promise, 500, errorJson("INTERNAL_ERROR"));
                return;
            }
            std::vector<QByteArray> texts;
            for (auto intent = rows->rbegin(); intent != rows->rend(); ++intent) {
                if (caller.principal.may(m_services.service.registry().roleToSee((*intent)->channels)))
                    texts.push_back(rowText(**intent, replaySinceMs()));
            }
            finish(promise, 200, "{\"pending\":" + rowArray(texts) + '}');
        });
    });
}

QFuture<ApiReply> HttpVerbs::rework(ApiCaller caller, QByteArray bodyJson)
{
    return onCore([=, this](const Promise &promise) { reworkOnCore(caller, bodyJson, promise); });
}

void HttpVerbs::reworkOnCore(const ApiCaller &caller, const QByteArray &bodyJson, const Promise &promise)
{
    const QJsonObject body = QJsonDocument::fromJson(bodyJson).object();
    const QByteArray id = textOf(body, QLatin1StringView("id"));
    QByteArray reason = textOf(body, QLatin1StringView("reason"));
    if (reason.isEmpty())
        reason = "manual-rework";
    const auto change = [](Intent &intent) -> Result<void> {
        if (undoOf(intent).isEmpty())
            return fault(ErrorCode::Unsupported, "UNDO_NOT_AVAILABLE");
        if (!intent.reasons.contains("rework"))
            intent.reasons.append("rework");
        return {};
    };
    m_services.engine.amend(
        AmendKind::Rework, siteOf(caller, body), id, caller.principal.subjectId, change,
        [=, this](const Result<IntentPtr> &intent) {
            if (!intent) {
                decideAmend(caller, id, intent.error());
                refuse(promise, intent.error());
                return;
            }
            finish(promise, 202, "{\"status\":\"scheduled\",\"id\":" + quoted(id) + '}');
        },
        reason);
}

void HttpVerbs::decideAmend(const ApiCaller &caller, const QByteArray &id, const Error &error) const
{
    Decision decision{&Rules::AmendRefused, 0, caller.principal.subjectId, caller.principal.site, "intents"};
    decision.code = error.text.toUtf8();
    decision.messages = {id};
    note(m_services.decisions, std::move(decision));
}

QFuture<ApiReply> HttpVerbs::undo(ApiCaller caller, QByteArray bodyJson)
{
    return onCore([=, this](const Promise &promise) { undoOnCore(caller, bodyJson, promise); });
}

void HttpVerbs::undoOnCore(const ApiCaller &caller, const QByteArray &bodyJson, const Promise &promise)
{
    const QJsonObject body = QJsonDocument::fromJson(bodyJson).object();
    const QByteArray id = textOf(body, QLatin1StringView("id"));
    const QByteArray name = textOf(body, QLatin1StringView("intent"));
    if (id.isEmpty() || name.isEmpty()) {
        finish(promise, 400, errorJson("INVALID_PAYLOAD"));
        return;
    }
    QByteArray reason = textOf(body, QLatin1StringView("reason"));
    if (reason.isEmpty())
        reason = "client-undo";
    const Principal principal = caller.principal;
    const QJsonValue payload = body.value(QLatin1StringView("payload"));
    const auto change = [=](Intent &intent) -> Result<void> {
        const QJsonObject undo = QJsonDocument::fromJson(undoOf(intent)).object();
        if (undo.isEmpty())
            return fault(ErrorCode::NotFound, "NOT_FOUND");
        const bool isOwner = intent.userId.isEmpty() || intent.userId == principal.subjectId;
        if (!isOwner && !principal.may(Role::Staff))
            return fault(ErrorCode::Forbidden, "FORBIDDEN");
        if (undo.value(QLatin1StringView("intent")).toString().toUtf8() != name ||
            undo.value(QLatin1StringView("payload")) != payload)
            return fault(ErrorCode::Conflict, "UNDO_MISMATCH");
        removeReplayReasons(intent);
        return {};
    };
    m_services.engine.amend(
        AmendKind::Undo, siteOf(caller, body), id, principal.subjectId, change,
        [=, this](const Result<IntentPtr> &intent) {
            if (!intent) {
                decideAmend(caller, id, intent.error());
                refuse(promise, intent.error());
                return;
            }
            finish(promise, 200, "{\"status\":\"reverted\",\"id\":" + quoted(id) + '}');
        },
        reason);
}

QFuture<ApiReply> HttpVerbs::adminChannels()
{
    return onCore([this](const Promise &promise) {
        std::map<QByteArray, std::pair<int, QByteArray>> channels;
        int total = 0;
        for (const SubscriptionTable::Client &client : m_services.service.table().clients()) {
            for (const auto &[key, subscription] : client.subscriptions) {
                auto &[count, subscribers] = channels[key.channel];
                if (count++ > 0)
                    subscribers += ',';
                subscribers += subscriberJson(client.info, key, subscription);
                ++total;
            }
        }
        QByteArray json = "{\"updatedAt\":" + QByteArray::number(m_services.clock.nowMs()) +
                          ",\"totalSubscriptions\":" + QByteArray::number(total) + ",\"channels\":[";
        for (const auto &[name, entry] : channels) {
            if (!json.endsWith('['))
                json += ',';
            json += "{\"channel\":" + quoted(name) + ",\"total\":" + QByteArray::number(entry.first) +
                    ",\"subscribers\":[" + entry.second + "]}";
        }
        finish(promise, 200, json + "]}");
    });
}

QFuture<ApiReply> HttpVerbs::adminIntents(QByteArray reason, int limit)
{
    return onCore([=, this](const Promise &promise) {
        IntentQuery query;
        query.source = IntentQuery::Source::Both;
        query.byInsertion = true;
        query.limit = MaxListedRows;
        if (!reason.isEmpty())
            query.reason = reason;
        m_services.engine.read(std::move(query), [=, this](const Result<std::vector<IntentPtr>> &rows) {
            if (!rows) {
                finish(promise, 500, errorJson("INTERNAL_ERROR"));
                return;
            }
            std::map<QByteArray, int> summary;
            QByteArray listed;
            int count = 0;
            for (const IntentPtr &intent : *rows) {
                const QByteArrayList reasons = reasonsSince(*intent, replaySinceMs());
                for (const QByteArray &each : reasons)
                    ++summary[each];
                if (count++ < limit)
                    listed += (listed.isEmpty() ? "" : ",") + adminIntentJson(*intent, reasons);
            }
            QByteArray counts;
            for (const auto &[name, total] : summary)
                counts += QByteArray(counts.isEmpty() ? "" : ",") + "{\"reason\":" + quoted(name) +
                          ",\"count\":" + QByteArray::number(total) + '}';
            finish(promise, 200,
                   "{\"updatedAt\":" + QByteArray::number(m_services.clock.nowMs()) + ",\"pending\":[" + listed +
                       "],\"reasonSummary\":[" + counts + "],\"total\":" + QByteArray::number(count) + '}');
        });
    });
}

QFuture<ApiReply> HttpVerbs::metrics()
{
    return onCore([this](const Promise &promise) {
        finish(promise, 200,
               metricsJson({m_services.counters, m_services.transport, m_services.fanout, m_services.engine,
                            m_services.service.profile(), m_services.clock.nowMs(),
                            m_services.otherMetrics ? m_services.otherMetrics() : QJsonObject()}));
    });
}

QFuture<ApiReply> HttpVerbs::ingestBackendEvents(QByteArray bodyJson)
{
    return onCore([this, bodyJson](const Promise &promise) {
        auto events = parseBackendEvents(QJsonDocument::fromJson(bodyJson).object());
        struct Progress
        {
            size_t open = 0;
            bool failed = false;
        };
        const auto progress = std::make_shared<Progress>();
        const size_t count = events.size();
        progress->open = count + 1;
        const auto oneDone = [promise, progress, count](const Result<void> &outcome) {
            progress->failed = progress->failed || !outcome;
            if (--progress->open > 0)
                return;
            if (progress->failed)
                finish(promise, 500, errorJson("INTERNAL_ERROR"));
            else
                finish(promise, 202,
                       "{\"status\":\"accepted\",\"processed\":" + QByteArray::number(qsizetype(count)) + '}');
        };
        for (BackendEvent &event : events)
            m_services.service.publisher().publishEvent(std::move(event), {}, oneDone);
        oneDone({});
    });
}

QFuture<ApiReply> HttpVerbs::invalidateIsland(IslandInvalidation invalidation)
{
    return onCore([this, invalidation](const Promise &promise) {
        const QByteArray event = m_services.service.publisher().publishIsland(invalidation);
        if (event.isEmpty())
            finish(promise, 200,
                   "{\"skipped\":true,\"reason\":\"feature-disabled\",\"islandId\":" + quoted(invalidation.islandId) +
                       '}');
        else
            finish(promise, 202, "{\"status\":\"scheduled\",\"event\":" + event + '}');
    });
}

} // namespace Tidegate::Ssma
