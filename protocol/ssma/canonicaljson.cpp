// SPDX-License-Identifier: MIT
#include "ssma/canonicaljson.h"

#include "wire/jsontext.h"
#include "wire/jsonwalk.h"

#include <algorithm>
#include <vector>

namespace Tidegate::Ssma {

namespace {

struct CanonicalMember
{
    QByteArray key;
    JsonSlice rawKey;
    JsonSlice value;
    bool isLossy = false;
};

void appendCanonicalString(QByteArray &out, const JsonSlice &string)
{
    bool isLossy = false;
    const QByteArray text = stringValue(string, &isLossy);
    // A lone surrogate has no other spelling than its escape, and the client must get back the params it sent.
    if (isLossy)
        out += string.text;
    else
        Json::appendString(out, text);
}

void appendCanonicalObject(QByteArray &out, const JsonSlice &object)
{
    std::vector<CanonicalMember> members;
    JsonSliceReader reader(object);
    CanonicalMember member;
    while (reader.nextMember(member.rawKey, member.value)) {
        member.key = stringValue(member.rawKey, &member.isLossy);
        if (member.isLossy)
            member.key = member.rawKey.text.toByteArray();
        members.push_back(member);
    }
    std::stable_sort(members.begin(), members.end(),
                     [](const CanonicalMember &a, const CanonicalMember &b) { return a.key < b.key; });
    out += '{';
    bool isFirst = true;
    for (size_t i = 0; i < members.size(); ++i) {
        if (i + 1 < members.size() && members[i].key == members[i + 1].key)
            continue;
        if (!isFirst)
            out += ',';
        isFirst = false;
        appendCanonicalString(out, members[i].rawKey);
        out += ':';
        appendCanonical(out, members[i].value);
    }
    out += '}';
}

void appendCanonicalArray(QByteArray &out, const JsonSlice &array)
{
    out += '[';
    JsonSliceReader reader(array);
    JsonSlice element;
    for (bool isFirst = true; reader.nextElement(element); isFirst = false) {
        if (!isFirst)
            out += ',';
        appendCanonical(out, element);
    }
    out += ']';
}

} // namespace

void appendCanonical(QByteArray &out, const JsonSlice &value)
{
    switch (value.kind) {
    case JsonKind::Object:
        return appendCanonicalObject(out, value);
    case JsonKind::Array:
        return appendCanonicalArray(out, value);
    case JsonKind::String:
        return appendCanonicalString(out, value);
    default:
        out += value.text;
    }
}

std::optional<QByteArray> canonicalJson(QByteArrayView json)
{
    JsonWalk walk;
    JsonSlice root;
    if (!walk.walkAny(json, root))
        return {};
    QByteArray out;
    out.reserve(json.size());
    appendCanonical(out, root);
    return out;
}

} // namespace Tidegate::Ssma
