// SPDX-License-Identifier: MIT
#include "session/sharedata/audience.h"

#include "document/documentstream.h"
#include "document/proposal.h"
#include "sharedata/encoder.h"

namespace Tidegate::ShareData {

namespace {

QByteArray encodePublication(const Publication &publication)
{
    if (publication.events.empty())
        return {};
    const Event &event = *publication.events.front();
    if (publication.kind == KindDocumentAccepted)
        return encodeTransaction(event.key, transactionId(event.offset), true, event.payload);
    if (publication.kind == KindDocumentRejected)
        return encodeTransaction(event.key, transactionId(event.offset), false, event.payload);
    if (publication.kind == KindDocumentReplaced)
        return encodeUpdated(event.key, event.payload);
    if (publication.kind == KindDocumentRemoved)
        return encodeRemoved(event.key);
    return {};
}

} // namespace

AudienceSpec documentAudience(LagPolicy overflow)
{
    AudienceSpec spec;
    spec.variant = "sharedata";
    spec.encode = encodePublication;
    spec.lag = overflow;
    // Every frame has the whole state, so the newest says all of it.
    if (overflow == LagPolicy::Conflate)
        spec.conflationKey = [](const Event &event) { return event.key; };
    return spec;
}

} // namespace Tidegate::ShareData
