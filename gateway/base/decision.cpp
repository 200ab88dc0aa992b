// SPDX-License-Identifier: MIT
#include "base/decision.h"

#include <QHash>

#include <algorithm>

namespace Tidegate {

void Decision::absorb(const Decision &newer)
{
    count += newer.count;
    lastAtMs = newer.lastAtMs;
    detail = newer.detail;
    for (const QByteArray &message : newer.messages) {
        if (messages.size() >= MaxMessages)
            return;
        if (!messages.contains(message))
            messages.append(message);
    }
}

qsizetype Decision::byteSize() const
{
    constexpr qsizetype TextOverhead = 32; // heap header and terminator of one QByteArray
    qsizetype bytes = qsizetype(sizeof(Decision));
    for (const QByteArray *text : {&user, &site, &subject, &code, &detail, &who})
        bytes += text->isEmpty() ? 0 : text->size() + TextOverhead;
    for (const QByteArray &message : messages)
        bytes += message.size() + TextOverhead + qsizetype(sizeof(QByteArray));
    return bytes;
}

size_t likenessHash(const Decision &decision, size_t seed)
{
    return qHashMulti(seed, quintptr(decision.rule), decision.link, decision.subject, decision.user, decision.who);
}

} // namespace Tidegate
