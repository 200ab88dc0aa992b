// SPDX-License-Identifier: MIT
#include "http/sharedataroutes.h"

#include "auth/crypto.h"
#include "document/documentapi.h"
#include "http/replies.h"
#include "http/routetable.h"
#include "http/rules.h"
#include "http/whendone.h"

namespace Tidegate {

namespace {

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidSyntax:
    case ErrorCode::InvalidContract:
        return 400;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::Unavailable:
    case ErrorCode::Storage:
        return 503;
    default:
        return 500;
    }
}

void answerDone(const RequestPtr &request, QFuture<Result<void>> future)
{
    whenDone(request, std::move(future), [request](const Result<void> &outcome) {
        if (outcome)
            request->answer(Replies::json(200, QByteArray("{\"status\":\"ok\"}")));
        else
            request->answer(
                Replies::failed(statusOf(outcome.error().code), outcome.error().text.toUtf8(), "DOCUMENT_NOT_CHANGED"));
    });
}

} // namespace

ShareDataRoutes::ShareDataRoutes(DocumentApi *documents, const QByteArray &token)
    : m_documents(documents)
    , m_tokenHash(token.isEmpty() ? QByteArray() : sha256(token))
{
}

void ShareDataRoutes::addTo(RouteTable &table)
{
    if (!m_documents)
        return;
    const QString path = QStringLiteral("/admin/sharedata/<arg>");
    table.addWithArgument(RouteTable::Method::Put, path, [this](const RequestPtr &request, const QString &id) {
        if (isTrusted(*request))
            answerDone(request, m_documents->put(id.toUtf8(), request->request.body));
        else
            refuse(request);
    });
    table.addWithArgument(RouteTable::Method::Delete, path, [this](const RequestPtr &request, const QString &id) {
        if (isTrusted(*request))
            answerDone(request, m_documents->remove(id.toUtf8()));
        else
            refuse(request);
    });
}

bool ShareDataRoutes::isTrusted(const RequestContext &request) const
{
    if (request.principal.may(Role::Staff))
        return true;
    // Hashes have one length, so the comparison tells nothing about the token's.
    return !m_tokenHash.isEmpty() && isEqualConstantTime(sha256(request.header("x-admin-token")), m_tokenHash);
}

void ShareDataRoutes::refuse(const RequestPtr &request) const
{
    request->refuse(HttpRules::DocumentToken, request->principal.hasSession() ? Replies::roleRequired(Role::Staff)
                                                                              : Replies::refused(401, "UNAUTHORIZED"));
}

} // namespace Tidegate
