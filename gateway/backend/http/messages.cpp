// SPDX-License-Identifier: MIT
#include "backend/http/messages.h"

#include "backend/jsonvalues.h"
#include "wire/jsontext.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

namespace Tidegate::HttpBackendMessages {

namespace {

constexpr qsizetype MaxErrorTextChars = 300;

std::optional<QJsonObject> objectOf(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return std::nullopt;
    return document.object();
}

Error unreadable()
{
    return {ErrorCode::Timeout, QStringLiteral("backend answer is not a JSON object, outcome unknown")};
}

// Client-made texts such as a User-Agent header may hold bytes that are not UTF-8; JSON must.
void appendField(QByteArray &out, QByteArrayView key, const QByteArray &text)
{
    Json::appendString(out, key);
    out += ':';
    Json::appendString(out, QString::fromUtf8(text).toUtf8());
}

void appendContext(QByteArray &out, const BackendContext &context)
{
    out += "\"context\":{";
    appendField(out, "site", context.site);
    out += ',';
    appendField(out, "connectionId", context.connectionId);
    out += ',';
    appendField(out, "ip", context.ip);
    out += ',';
    appendField(out, "userAgent", context.userAgent);
    if (context.userId.isEmpty() && (context.role.isEmpty() || context.role == "guest")) {
        out += ",\"user\":null}";
        return;
    }
    out += ",\"user\":{";
    if (context.userId.isEmpty())
        out += "\"id\":null";
    else
        appendField(out, "id", context.userId);
    out += ',';
    appendField(out, "role", context.role);
    out += "}}";
}

void appendRow(QByteArray &out, const BackendIntent &intent)
{
    if (!intent.row.isEmpty()) {
        out += intent.row;
        return;
    }
    out += '{';
    appendField(out, "id", intent.id);
    out += ',';
    appendField(out, "intent", intent.name);
    out += ",\"payload\":" + (intent.payload.isEmpty() ? QByteArrayLiteral("null") : intent.payload);
    out += ",\"meta\":" + (intent.meta.isEmpty() ? QByteArrayLiteral("{}") : intent.meta) + '}';
}

Verdict verdictOf(const QByteArray &status)
{
    const QByteArray lower = status.toLower();
    if (lower == "acked")
        return Verdict::Acked;
    if (lower == "rejected")
        return Verdict::Rejected;
    if (lower == "conflict")
        return Verdict::Conflict;
    return Verdict::Failed;
}

void appendEvents(std::vector<BackendEvent> &out, const QJsonObject &holder)
{
    const QJsonArray entries = holder.value(u"events").toArray();
    for (const QJsonValue &entry : entries) {
        if (entry.isObject())
            out.push_back(backendEventFromJson(entry.toObject()));
    }
}

QString statusText(int status)
{
    return QStringLiteral("backend answered HTTP %1").arg(status);
}

ErrorCode errorCodeOf(int status)
{
    switch (status) {
    case 401:
        return ErrorCode::Unauthenticated;
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 409:
        return ErrorCode::Conflict;
    case 413:
        return ErrorCode::TooLarge;
    case 429:
        return ErrorCode::RateLimited;
    case 405:
    case 501:
        return ErrorCode::Unsupported;
    case 502:
    case 503:
        return ErrorCode::Unavailable;
    case 504: // a proxy gave up waiting; what stands behind it may have gone on
        return ErrorCode::Timeout;
    default:
        return ErrorCode::Internal;
    }
}

} // namespace

QByteArray applyBody(const ApplyRequest &request)
{
    QByteArray body = QByteArrayLiteral("{\"intents\":[");
    for (size_t i = 0; i < request.intents.size(); ++i) {
        if (i)
            body += ',';
        appendRow(body, request.intents[i]);
    }
    body += "],";
    appendContext(body, request.context);
    return body += '}';
}

QByteArray subscribeBody(const SnapshotRequest &request)
{
    QByteArray body = QByteArrayLiteral("{");
    appendField(body, "channel", request.channel);
    body += ",\"params\":" + (request.params.isEmpty() ? QByteArrayLiteral("{}") : request.params) + ',';
    appendContext(body, request.context);
    return body += '}';
}

QByteArray queryBody(const QByteArray &payload, const BackendContext &context)
{
    QByteArray body = "{\"payload\":" + (payload.isEmpty() ? QByteArrayLiteral("null") : payload) + ',';
    appendContext(body, context);
    return body += '}';
}

QByteArray healthBody()
{
    QByteArray body = QByteArrayLiteral("{");
    appendContext(body, {});
    return body += '}';
}

std::optional<QByteArray> querySegment(const QByteArray &name)
{
    if (name.isEmpty() || name == "." || name == "..")
        return std::nullopt;
    return name.toPercentEncoding();
}

Result<ApplyReply> parseApply(const QByteArray &body, const ApplyRequest &request)
{
    const std::optional<QJsonObject> object = objectOf(body);
    if (!object)
        return unreadable();
    const QJsonValue results = object->value(u"results");
    if (!results.isArray() && !results.isUndefined() && !results.isNull())
        return unreadable();

    QHash<QByteArray, qsizetype> asked; // id -> place in verdicts, -1 = not answered yet
    for (const BackendIntent &intent : request.intents)
        asked.insert(intent.id, -1);
    ApplyReply reply;
    const QJsonArray entries = results.toArray();
    for (const QJsonValue &entry : entries) {
        const QJsonObject row = entry.toObject();
        appendEvents(reply.events, row);
        const auto place = asked.find(textOf(row.value(u"id")));
        if (place == asked.end())
            continue;
        if (*place < 0) {
            *place = qsizetype(reply.verdicts.size());
            reply.verdicts.emplace_back();
        }
        reply.verdicts[size_t(*place)] = {place.key(), verdictOf(textOf(row.value(u"status"))),
                                          textOf(row.value(u"code")), textOf(row.value(u"message"))};
    }
    appendEvents(reply.events, *object);
    return reply;
}

Result<SnapshotReply> parseSnapshot(const QByteArray &body)
{
    const std::optional<QJsonObject> object = objectOf(body);
    if (!object)
        return unreadable();
    const QJsonValue snapshot = object->value(u"snapshot");
    if (textOf(object->value(u"status")).toLower() != "ok" || !snapshot.isArray())
        return SnapshotReply{};
    SnapshotReply reply;
    reply.provided = true;
    const QJsonArray rows = snapshot.toArray();
    for (const QJsonValue &row : rows) {
        if (row.isObject())
            reply.rows.push_back(compactJson(row));
    }
    if (const std::optional<qint64> cursor = countOf(object->value(u"cursor")))
        reply.cursor = quint64(*cursor);
    return reply;
}

Result<QByteArray> parseQuery(const QByteArray &body)
{
    const std::optional<QJsonObject> object = objectOf(body);
    if (!object)
        return unreadable();
    if (textOf(object->value(u"status")).toLower() != "ok") {
        const QString text = object->value(u"error").toString(QStringLiteral("backend refused the query"));
        return Error{ErrorCode::Internal, text.left(MaxErrorTextChars)};
    }
    const QByteArray data = compactJson(object->value(u"data"));
    return data.isEmpty() ? QByteArrayLiteral("null") : data;
}

QByteArray parseHealth(const QByteArray &body)
{
    const std::optional<QJsonObject> object = objectOf(body);
    return object ? compactJson(*object) : QByteArrayLiteral(R"({"status":"ok"})");
}

Error failureOf(int status, const QByteArray &body)
{
    const QJsonObject object = objectOf(body).value_or(QJsonObject());
    const QString said = object.value(u"error").toString(object.value(u"message").toString());
    const bool retryable = status == 429 || status == 502 || status == 503 || status == 504;
    return {errorCodeOf(status), said.isEmpty() ? statusText(status) : said.left(MaxErrorTextChars), retryable};
}

QByteArray failureCodeOf(const QByteArray &body)
{
    return textOf(objectOf(body).value_or(QJsonObject()).value(u"code"));
}

} // namespace Tidegate::HttpBackendMessages
