// SPDX-License-Identifier: MIT
#include "intent/intentbatch.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <string_view>
#include <unordered_map>

namespace Tidegate {

namespace {

const QByteArray BatchedState = QByteArrayLiteral("batched");

std::string_view viewOf(const QByteArray &text)
{
    return {text.constData(), size_t(text.size())};
}

IntentStatus statusOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Acked:
        return IntentStatus::Acked;
    case Verdict::Rejected:
        return IntentStatus::Rejected;
    case Verdict::Conflict:
        return IntentStatus::Conflict;
    case Verdict::Failed:
        return IntentStatus::Failed;
    }
    return IntentStatus::Failed;
}

} // namespace

qsizetype IntentSubmission::byteSize() const
{
    qsizetype bytes = 0;
    for (const IntentDraft &draft : drafts)
        bytes += 256 + draft.id.size() + draft.name.size() + draft.payload.size() + draft.meta.size();
    return bytes;
}

void IntentBatch::add(IntentDraft &&draft, const IntentKey &key, quint64 replacesSeq, qint64 nowMs)
{
    auto intent = std::make_shared<Intent>();
    intent->site = context.site;
    intent->id = std::move(draft.id);
    intent->name = std::move(draft.name);
    intent->payload = std::move(draft.payload);
    intent->meta = std::move(draft.meta);
    intent->channels = std::move(draft.channels);
    intent->reasons = std::move(draft.reasons);
    intent->userId = context.userId;
    intent->connectionId = context.connectionId;
    intent->insertedAtMs = intent->updatedAtMs = nowMs;
    appendTransition(*intent, "received", nowMs, intent->connectionId);
    rows.push_back({std::move(intent), key, replacesSeq});
}

QByteArrayList IntentBatch::ids() const
{
    QByteArrayList ids;
    ids.reserve(qsizetype(rows.size()));
    for (const Row &row : rows)
        ids.append(row.intent->id);
    return ids;
}

void IntentBatch::assignKey(qint64 nowMs)
{
    QCryptographicHash ids(QCryptographicHash::Sha256);
    for (const Row &row : rows)
        ids.addData(row.intent->site + '\0' + row.intent->id + '\0');
    idempotencyKey = ids.result().first(16).toHex();
    for (const Row &row : rows)
        appendTransition(*row.intent, BatchedState, nowMs, idempotencyKey);
}

QByteArray IntentBatch::keyOf(const Intent &intent)
{
    const QJsonArray history = QJsonDocument::fromJson(intent.history).array();
    for (const QJsonValue &transition : history) {
        if (transition[0].toString() == QLatin1StringView(BatchedState))
            return transition[2].toString().toUtf8();
    }
    return {};
}

ApplyRequest IntentBatch::applyRequest(const std::function<QByteArray(const Intent &)> &rowText) const
{
    ApplyRequest request;
    request.context = context;
    request.idempotencyKey = idempotencyKey;
    request.intents.reserve(rows.size());
    for (const Row &row : rows) {
        const Intent &intent = *row.intent;
        request.intents.push_back(
            {intent.id, intent.name, intent.payload, intent.meta, rowText ? rowText(intent) : QByteArray()});
    }
    return request;
}

void IntentBatch::applyVerdicts(const Result<ApplyReply> &reply, qint64 nowMs)
{
    std::unordered_map<std::string_view, const IntentVerdict *> verdicts;
    if (reply) {
        events = reply->events;
        for (const IntentVerdict &verdict : reply->verdicts)
            verdicts.emplace(viewOf(verdict.id), &verdict);
    }
    for (const Row &row : rows) {
        Intent &intent = *row.intent;
        intent.updatedAtMs = nowMs;
        if (!reply) {
            const bool isUnknown = reply.error().code == ErrorCode::Timeout;
            intent.status = isUnknown ? IntentStatus::Indeterminate : IntentStatus::Failed;
            intent.backendCode = "BACKEND_REQUEST_FAILED";
            intent.backendMessage = reply.error().text.toUtf8();
        } else if (const auto found = verdicts.find(viewOf(intent.id)); found != verdicts.end()) {
            intent.status = statusOf(found->second->verdict);
            intent.backendCode = found->second->code;
            intent.backendMessage = found->second->message;
        } else {
            intent.status = IntentStatus::Acked;
        }
        if (intent.status == IntentStatus::Acked)
            intent.reasons.removeAll(PendingReason);
        appendTransition(intent, statusName(intent.status), nowMs, "backend");
    }
}

} // namespace Tidegate
