// SPDX-License-Identifier: MIT
#include "backend/http/adapter.h"

#include "backend/http/messages.h"
#include "backend/http/url.h"

#include <algorithm>
#include <utility>

namespace Tidegate {

namespace {

bool isSuccess(const HttpAnswer &answer)
{
    return answer.status >= 200 && answer.status < 300;
}

bool isVisibleAscii(char c)
{
    return c > 0x20 && c < 0x7f;
}

// A header value of client-made parts: whatever is not visible ASCII is percent-encoded.
QByteArray headerValue(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), isVisibleAscii) ? text : text.toPercentEncoding();
}

ApplyReply allFailed(const std::vector<BackendIntent> &intents, const QByteArray &code, const QString &text)
{
    ApplyReply reply;
    for (const BackendIntent &intent : intents)
        reply.verdicts.push_back({intent.id, Verdict::Failed, code, text.toUtf8()});
    return reply;
}

Result<ApplyReply> applyOutcome(const ApplyRequest &request, const Result<HttpAnswer> &answer)
{
    if (!answer)
        return answer.error();
    if (isSuccess(*answer))
        return HttpBackendMessages::parseApply(answer->body, request);
    const Error failure = HttpBackendMessages::failureOf(answer->status, answer->body);
    const QByteArray code = HttpBackendMessages::failureCodeOf(answer->body);
    if (code.isEmpty() || failure.code == ErrorCode::Timeout)
        return failure;
    return allFailed(request.intents, code, failure.text);
}

Result<SnapshotReply> snapshotOutcome(const Result<HttpAnswer> &answer)
{
    if (!answer)
        return answer.error();
    if (isSuccess(*answer))
        return HttpBackendMessages::parseSnapshot(answer->body);
    if (answer->status == 404 || answer->status == 501)
        return SnapshotReply{};
    return HttpBackendMessages::failureOf(answer->status, answer->body);
}

Result<QByteArray> healthOutcome(const Result<HttpAnswer> &answer)
{
    if (!answer)
        return answer.error();
    if (isSuccess(*answer))
        return HttpBackendMessages::parseHealth(answer->body);
    return HttpBackendMessages::failureOf(answer->status, answer->body);
}

} // namespace

Result<std::unique_ptr<HttpBackendAdapter>> HttpBackendAdapter::create(Config config, const Clock &clock)
{
    const Result<QUrl> url = parseBackendUrl(config.baseUrl);
    if (!url)
        return url.error();
    const QByteArray &token = config.pool.bearerToken;
    if (!std::all_of(token.begin(), token.end(), isVisibleAscii))
        return Error{ErrorCode::InvalidContract, QStringLiteral("backend.token must be visible ASCII characters")};
    return std::unique_ptr<HttpBackendAdapter>(new HttpBackendAdapter(*url, std::move(config.pool), clock));
}

HttpBackendAdapter::HttpBackendAdapter(QUrl baseUrl, RequestPoolConfig pool, const Clock &clock)
    : m_baseUrl(std::move(baseUrl))
    , m_pool(std::move(pool), clock)
{
}

void HttpBackendAdapter::applyIntents(ApplyRequest request, Completion<ApplyReply> done)
{
    QByteArray body = HttpBackendMessages::applyBody(request);
    const QByteArray key = headerValue(request.idempotencyKey);
    // Only the ids are needed to read the answer; the rows may be large and would be held until then.
    for (BackendIntent &intent : request.intents)
        intent = {std::move(intent.id), {}, {}, {}, {}};
    post(
        QByteArrayLiteral("/apply-intents"), std::move(body),
        [request = std::move(request), done = std::move(done)](const Result<HttpAnswer> &answer) {
            done(applyOutcome(request, answer));
        },
        key);
}

void HttpBackendAdapter::subscribe(SnapshotRequest request, Completion<SnapshotReply> done)
{
    post(QByteArrayLiteral("/subscribe"), HttpBackendMessages::subscribeBody(request),
         [done = std::move(done)](const Result<HttpAnswer> &answer) { done(snapshotOutcome(answer)); });
}

void HttpBackendAdapter::query(QByteArray name, QByteArray payload, BackendContext context, Completion<QByteArray> done)
{
    const std::optional<QByteArray> segment = HttpBackendMessages::querySegment(name);
    if (!segment) {
        done(Error{ErrorCode::InvalidContract, QStringLiteral("not a query name")});
        return;
    }
    post("/query/" + *segment, HttpBackendMessages::queryBody(payload, context),
         [done = std::move(done)](const Result<HttpAnswer> &answer) {
             if (!answer)
                 done(answer.error());
             else if (isSuccess(*answer))
                 done(HttpBackendMessages::parseQuery(answer->body));
             else
                 done(HttpBackendMessages::failureOf(answer->status, answer->body));
         });
}

void HttpBackendAdapter::health(Completion<QByteArray> done)
{
    const QUrl url = backendUrl(m_baseUrl, QByteArrayLiteral("/health"));
    post(QByteArrayLiteral("/health"), HttpBackendMessages::healthBody(),
         [this, url, done = std::move(done)](const Result<HttpAnswer> &answer) {
             if (!answer || (answer->status != 404 && answer->status != 405)) {
                 done(healthOutcome(answer));
                 return;
             }
             m_pool.send({url, QByteArrayLiteral("GET"), {}, {}},
                         [done](const Result<HttpAnswer> &second) { done(healthOutcome(second)); });
         });
}

Result<void> HttpBackendAdapter::setBaseUrl(const QString &url)
{
    const Result<QUrl> parsed = parseBackendUrl(url);
    if (!parsed)
        return parsed.error();
    if (m_baseUrl != *parsed) {
        m_baseUrl = *parsed;
        m_pool.resetBreaker();
    }
    return {};
}

void HttpBackendAdapter::post(const QByteArray &path, QByteArray body, RequestPool::Done done,
                              const QByteArray &idempotencyKey)
{
    m_pool.send({backendUrl(m_baseUrl, path), QByteArrayLiteral("POST"), std::move(body), idempotencyKey},
                std::move(done));
}

} // namespace Tidegate
