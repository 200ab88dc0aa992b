// SPDX-License-Identifier: MIT
#include "http/replies.h"

#include "wire/jsontext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate::Replies {

HttpResponse json(int status, const QByteArray &text)
{
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, text};
}

HttpResponse json(int status, const QJsonObject &object)
{
    return json(status, QJsonDocument(object).toJson(QJsonDocument::Compact));
}

HttpResponse refused(int status, QByteArrayView code)
{
    QByteArray text = "{\"error\":";
    Json::appendString(text, code);
    return json(status, text + '}');
}

HttpResponse failed(int status, QByteArrayView text, QByteArrayView code)
{
    QByteArray out = "{\"error\":";
    Json::appendString(out, text);
    out += ",\"code\":";
    Json::appendString(out, code);
    return json(status, out + '}');
}

HttpResponse notFound()
{
    return refused(404, "Not Found");
}

HttpResponse internalError()
{
    return failed(500, "Internal Server Error");
}

HttpResponse unavailable()
{
    HttpResponse response = failed(503, "Service unavailable, try again", "UNAVAILABLE");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

HttpResponse tooManyRequests(qint64 retryAfterMs)
{
    HttpResponse response = json(
        429, QByteArray("{\"error\":\"Too many requests\",\"retryAfterMs\":" + QByteArray::number(retryAfterMs) + '}'));
    // The header counts in whole seconds; rounding down would send the client back too early.
    response.headers.emplace_back("Retry-After", QByteArray::number((retryAfterMs + 999) / 1000));
    return response;
}

HttpResponse roleRequired(Role role)
{
    return json(403, QByteArray("{\"error\":\"FORBIDDEN\",\"requiredRole\":\"" + roleName(role) + "\"}"));
}

} // namespace Tidegate::Replies
