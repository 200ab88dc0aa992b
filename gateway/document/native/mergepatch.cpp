// SPDX-License-Identifier: MIT
#include "document/native/mergepatch.h"

#include <QHash>

#include <utility>
#include <vector>

namespace Tidegate {

namespace {

struct Member
{
    JsonSlice key;
    JsonSlice value;
};

//! Members in order of first appearance; of equal keys the last value.
struct Members
{
    explicit Members(const JsonSlice &object)
    {
        if (!object.is(JsonKind::Object))
            return;
        JsonSliceReader reader(object);
        Member member;
        while (reader.nextMember(member.key, member.value)) {
            const QByteArray name = stringValue(member.key);
            const auto known = places.constFind(name);
            if (known != places.constEnd()) {
                list[*known].second.value = member.value;
                continue;
            }
            places.insert(name, list.size());
            list.emplace_back(name, member);
        }
    }

    std::vector<std::pair<QByteArray, Member>> list;
    QHash<QByteArray, size_t> places;
};

void appendMember(QByteArray &out, const JsonSlice &key, QByteArrayView value)
{
    if (out.size() > 1)
        out += ',';
    out += key.text;
    out += ':';
    out += value;
}

} // namespace

QByteArray mergePatched(const JsonSlice &target, const JsonSlice &patch)
{
    if (!patch.is(JsonKind::Object))
        return patch.text.toByteArray();
    const Members before(target);
    const Members changes(patch);
    QByteArray out = "{";
    for (const auto &[name, member] : before.list) {
        const auto change = changes.places.constFind(name);
        if (change == changes.places.constEnd()) {
            appendMember(out, member.key, member.value.text);
            continue;
        }
        const JsonSlice &value = changes.list[*change].second.value;
        if (!value.is(JsonKind::Null))
            appendMember(out, member.key, mergePatched(member.value, value));
    }
    for (const auto &[name, member] : changes.list) {
        if (!before.places.contains(name) && !member.value.is(JsonKind::Null))
            appendMember(out, member.key, mergePatched({}, member.value));
    }
    return out + '}';
}

} // namespace Tidegate
