// SPDX-License-Identifier: MIT
#include "session/sharedata/remoteaccess.h"

#include "wire/jsonline.h"
#include "wire/jsonslice.h"
#include "wire/objectwriter.h"

namespace Tidegate::ShareData {

namespace {

constexpr int MaxAnswerDepth = 32;

//! Member \p name of an object text in one line; absent if there is none.
JsonSlice memberOf(const QByteArray &line, QByteArrayView name)
{
    JsonSlice found;
    if (!line.startsWith('{'))
        return found;
    JsonSliceReader reader({line, JsonKind::Object});
    JsonSlice key;
    JsonSlice value;
    while (reader.nextMember(key, value)) {
        if (stringEquals(key, name))
            found = value;
    }
    return found;
}

QByteArray lineOf(const HttpAnswer &answer)
{
    return answer.status == 200 ? jsonLine(answer.body, MaxAnswerDepth) : QByteArray();
}

} // namespace

std::optional<Identity> identityOf(const HttpAnswer &answer)
{
    const QByteArray line = lineOf(answer);
    const JsonSlice subject = memberOf(line, "subject");
    if (!subject.is(JsonKind::String) || subject.text.size() <= 2)
        return {};
    const JsonSlice claims = memberOf(line, "claims");
    const JsonSlice expiry = memberOf(line, "expiresAt");
    if ((claims.isPresent() && !claims.is(JsonKind::Object)) || (expiry.isPresent() && !expiry.is(JsonKind::Number)))
        return {};
    auto identity =
        identityFromClaims(claims.isPresent() ? claims.text.toByteArray() : QByteArray("{}"), stringValue(subject));
    if (identity && expiry.isPresent())
        identity->expiresAtMs = qint64(qBound(1.0, numberValue(expiry.text), 9e15));
    return identity;
}

bool isAllowing(const HttpAnswer &answer)
{
    const QByteArray line = lineOf(answer);
    return memberOf(line, "allowed").is(JsonKind::True);
}

RemoteAccess::RemoteAccess(Config config, const Clock &clock)
    : m_config(std::move(config))
    , m_pool(m_config.pool, clock)
{
}

void RemoteAccess::identify(const QByteArray &token, const QByteArray &address,
                            std::function<void(std::optional<Identity>)> done)
{
    QByteArray body;
    ObjectWriter(body).text("token", token).text("address", address).end();
    m_pool.send({m_config.authUrl, "POST", body, {}}, [done = std::move(done)](const Result<HttpAnswer> &answer) {
        done(answer ? identityOf(*answer) : std::nullopt);
    });
}

void RemoteAccess::decide(const Identity &identity, const QByteArray &documentId, const QByteArray &functionId,
                          std::function<void(bool)> done)
{
    QByteArray context;
    ObjectWriter(context).text("subject", identity.subject()).json("claims", identity.proposer.claims).end();
    QByteArray body;
    ObjectWriter(body)
        .text("action", functionId.isEmpty() ? "subscribe" : "propose")
        .text("documentId", documentId)
        .textIfAny("functionId", functionId)
        .json("context", context)
        .end();
    m_pool.send({m_config.accessUrl, "POST", body, {}},
                [done = std::move(done)](const Result<HttpAnswer> &answer) { done(answer && isAllowing(*answer)); });
}

} // namespace Tidegate::ShareData
