// SPDX-License-Identifier: MIT
#include "http/logroutes.h"

#include "auth/authservice.h"
#include "base/eventlog.h"
#include "http/authroutes.h"
#include "http/jsonbody.h"
#include "http/routetable.h"
#include "http/rules.h"
#include "http/whendone.h"
#include "ssma/contractvalidator.h"
#include "wire/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate {

namespace {

using Method = RouteTable::Method;

HttpResponse contractReply(const std::vector<Ssma::ContractViolation> &violations)
{
    return Replies::json(422, "{\"error\":\"Contract validation failed for logs.INTENT_LOG_BATCH\","
                              "\"code\":\"INVALID_CONTRACT\",\"details\":" +
                                  Ssma::violationsToJson(violations) + '}');
}

IntegrityClaim claimFrom(const QJsonObject &object)
{
    const auto text = [&object](QLatin1StringView name) { return object.value(name).toString().toUtf8(); };
    return {text(QLatin1StringView("intent")), text(QLatin1StringView("payloadHash")), text(QLatin1StringView("nonce")),
            object.value(QLatin1StringView("timestamp")).toInteger(), text(QLatin1StringView("signature"))};
}

QJsonValue textOrNull(const QByteArray &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(QString::fromUtf8(text));
}

//! A client's entry as one line of the event log. What it says about who it is stays inside "data"; only the session
//! that we know goes into the line's own userId.
QByteArray logLine(const QJsonObject &entry, const QJsonObject &batch, const Principal &principal)
{
    QJsonObject data = entry;
    for (const auto name : {QLatin1StringView("event"), QLatin1StringView("level"), QLatin1StringView("timestamp")})
        data.remove(name);
    for (const auto name : {QLatin1StringView("batchId"), QLatin1StringView("source"), QLatin1StringView("sessionId"),
                            QLatin1StringView("userId")}) {
        if (batch.contains(name))
            data.insert(name, batch.value(name));
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("timestamp"), entry.value(QLatin1StringView("timestamp"))},
                                     {QStringLiteral("type"), entry.value(QLatin1StringView("event"))},
                                     {QStringLiteral("level"), entry.value(QLatin1StringView("level"))},
                                     {QStringLiteral("data"), data},
                                     {QStringLiteral("userId"), textOrNull(principal.subjectId)},
                                     {QStringLiteral("sessionId"), textOrNull(principal.sessionId)}})
        .toJson(QJsonDocument::Compact);
}

} // namespace

LogRoutes::LogRoutes(AuthService &auth, EventLog &events, const Clock &clock, FixedWindowLimiter::Config batchLimit,
                     std::function<QJsonObject()> furtherHealth)
    : m_auth(auth)
    , m_events(events)
    , m_clock(clock)
    , m_batchLimit(batchLimit)
    , m_furtherHealth(std::move(furtherHealth))
{
}

void LogRoutes::addTo(RouteTable &table)
{
    table.add(Method::Get, QStringLiteral("/health"), [this](const RequestPtr &request) { health(request); });
    table.add(Method::Get, QStringLiteral("/logs/health"),
              [this](const RequestPtr &request) { request->answer(Replies::json(200, pipelineHealth())); });
    table.add(Method::Post, QStringLiteral("/logs/batch"), [this](const RequestPtr &request) { takeBatch(request); });
}

void LogRoutes::health(const RequestPtr &request)
{
    const QJsonObject pipeline = pipelineHealth();
    QJsonObject health{{QStringLiteral("status"), pipeline.value(QLatin1StringView("status"))},
                       {QStringLiteral("service"), QStringLiteral("ssma")},
                       {QStringLiteral("timestamp"), m_clock.nowMs()},
                       {QStringLiteral("logPipeline"), pipeline}};
    const QJsonObject further = m_furtherHealth ? m_furtherHealth() : QJsonObject();
    for (auto member = further.begin(); member != further.end(); ++member)
        health.insert(member.key(), member.value());
    request->answer(Replies::json(200, health));
}

void LogRoutes::takeBatch(const RequestPtr &request)
{
    const auto decision = m_batchLimit.hit(request->request.peer.address, m_clock.monotonicMs());
    if (!decision.allowed) {
        request->refuse(HttpRules::LogBatchLimit, Replies::tooManyRequests(decision.retryAfterMs),
                        request->request.peer.address);
        return;
    }
    if (!request->json.isObject()) {
        request->answer(Replies::failed(400, "Log batch must be a JSON object", "INVALID_PAYLOAD"));
        return;
    }
    const auto violations =
        Ssma::ContractValidator::builtIn().validate("logs", "INTENT_LOG_BATCH", request->jsonObjectText());
    if (!violations.empty())
        request->answer(contractReply(violations));
    else if (request->json.toObject().contains(QLatin1StringView("integrity")))
        verifyThenRecord(request);
    else
        record(request);
}

void LogRoutes::verifyThenRecord(const RequestPtr &request)
{
    const QJsonObject batch = request->json.toObject();
    const QByteArray signedText = rawArrayMember(request->request.body, "entries");
    // With a repeated "entries" key the signed text could be another one than what is recorded.
    if (parseJsonBody(signedText) != batch.value(QLatin1StringView("entries"))) {
        request->answer(replyTo({AuthFault::InvalidIntegrity, QStringLiteral("entries are ambiguous")}));
        return;
    }
    const IntegrityClaim claim = claimFrom(batch.value(QLatin1StringView("integrity")).toObject());
    whenDone(request, m_auth.verifyIntegrity(claim, signedText), [this, request](const AuthResult<void> &result) {
        if (result)
            record(request);
        else
            request->answer(replyTo(result.error()));
    });
}

void LogRoutes::record(const RequestPtr &request)
{
    const QJsonObject batch = request->json.toObject();
    const QJsonArray entries = batch.value(QLatin1StringView("entries")).toArray();
    QByteArrayList lines;
    lines.reserve(entries.size());
    for (const QJsonValue &entry : entries)
        lines.append(logLine(entry.toObject(), batch, request->principal));
    m_events.recordLines(lines);
    request->answer(Replies::json(202, QJsonObject{{QStringLiteral("success"), true},
                                                   {QStringLiteral("accepted"), entries.size()},
                                                   {QStringLiteral("bufferSize"), m_events.health().bufferedLines}}));
}

QJsonObject LogRoutes::pipelineHealth() const
{
    const EventLog::Health health = m_events.health();
    const QString &filePath = m_events.config().filePath;
    return {{QStringLiteral("status"), health.degraded ? QStringLiteral("degraded") : QStringLiteral("ok")},
            {QStringLiteral("bufferSize"), health.bufferedLines},
            {QStringLiteral("metrics"), QJsonObject{{QStringLiteral("ingested"), qint64(health.ingested)},
                                                    {QStringLiteral("exported"), qint64(health.exported)},
                                                    {QStringLiteral("errors"), qint64(health.errors)}}},
            {QStringLiteral("exporter"), filePath.isEmpty() ? QStringLiteral("console") : QStringLiteral("file")},
            {QStringLiteral("filePath"), filePath.isEmpty() ? QJsonValue() : QJsonValue(filePath)}};
}

} // namespace Tidegate
