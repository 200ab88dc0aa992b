// SPDX-License-Identifier: MIT
#include "session/sharedata/identity.h"

#include "wire/jsonline.h"
#include "wire/jsonslice.h"

namespace Tidegate::ShareData {

namespace {

constexpr int MaxClaimDepth = 16;

QByteArray textOf(const JsonSlice &value)
{
    return value.is(JsonKind::String) ? stringValue(value) : value.text.toByteArray();
}

QByteArrayList textsOf(const JsonSlice &value)
{
    if (!value.is(JsonKind::Array))
        return {textOf(value)};
    QByteArrayList texts;
    JsonSliceReader reader(value);
    JsonSlice element;
    while (reader.nextElement(element))
        texts.append(textOf(element));
    return texts;
}

} // namespace

std::optional<Identity> identityFromClaims(const QByteArray &claims, const QByteArray &subject)
{
    const QByteArray line = jsonLine(claims, MaxClaimDepth);
    if (!line.startsWith('{'))
        return {};
    Identity identity;
    identity.proposer.claims = line;
    JsonSliceReader reader({line, JsonKind::Object});
    JsonSlice key;
    JsonSlice value;
    while (reader.nextMember(key, value))
        identity.claims.insert(stringValue(key), textsOf(value));
    identity.proposer.subject = subject.isEmpty() ? identity.claims.value("sub").value(0) : subject;
    return identity;
}

} // namespace Tidegate::ShareData
