// SPDX-License-Identifier: MIT
#include "intent/intent.h"

#include "wire/jsontext.h"

namespace Tidegate {

namespace {

// Heap header and terminator of one QByteArray; a row of empty texts is not free.
constexpr qsizetype TextOverheadBytes = 32;

qsizetype listBytes(const QByteArrayList &texts)
{
    qsizetype bytes = 0;
    for (const QByteArray &text : texts)
        bytes += text.size() + TextOverheadBytes;
    return bytes;
}

} // namespace

QByteArray statusName(IntentStatus status)
{
    switch (status) {
    case IntentStatus::Pending:
        return QByteArrayLiteral("pending");
    case IntentStatus::Acked:
        return QByteArrayLiteral("acked");
    case IntentStatus::Rejected:
        return QByteArrayLiteral("rejected");
    case IntentStatus::Conflict:
        return QByteArrayLiteral("conflict");
    case IntentStatus::Failed:
    case IntentStatus::Indeterminate:
        break;
    }
    return QByteArrayLiteral("failed");
}

qsizetype Intent::byteSize() const
{
    qsizetype bytes = qsizetype(sizeof(Intent)) + listBytes(channels) + listBytes(reasons);
    for (const QByteArray *text :
         {&site, &id, &name, &payload, &meta, &userId, &connectionId, &backendCode, &backendMessage, &history})
        bytes += text->size() + TextOverheadBytes;
    return bytes;
}

void appendTransition(Intent &intent, QByteArrayView state, qint64 atMs, QByteArrayView actor,
                      QByteArrayView detailJson)
{
    QByteArray &history = intent.history;
    if (history.isEmpty()) {
        history = "[[";
    } else {
        history.chop(1);
        history += ",[";
    }
    Json::appendString(history, state);
    history += ',';
    Json::appendNumber(history, atMs);
    history += ',';
    Json::appendString(history, actor);
    if (!detailJson.isEmpty()) {
        history += ',';
        history += detailJson;
    }
    history += "]]";
}

} // namespace Tidegate
