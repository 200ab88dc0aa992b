// SPDX-License-Identifier: MIT
#include "ssma/intentreader.h"

#include "ssma/fieldrules.h"
#include "wire/jsontext.h"

namespace Tidegate::Ssma {

namespace {

constexpr qsizetype MinIdChars = 8;
constexpr qsizetype MaxIdChars = 64;
constexpr qsizetype MaxIntentChars = 96;
constexpr qsizetype MaxLabelChars = 64;
constexpr qsizetype MaxActorUnits = 96;
constexpr qsizetype MaxReducerUnits = 160;
constexpr qsizetype MaxCrdtKeyUnits = 160;
constexpr qsizetype MaxCrdtFieldUnits = 80;
constexpr qsizetype MaxReasons = 16;
constexpr qsizetype MaxChannels = 8;

//! String(value) of JavaScript for what has an obvious text; empty for the rest.
QByteArray textOf(const JsonSlice &slice)
{
    switch (slice.kind) {
    case JsonKind::String:
        return stringValue(slice);
    case JsonKind::Number:
    case JsonKind::True:
    case JsonKind::False:
        return slice.text.toByteArray();
    default:
        return {};
    }
}

//! Distinct texts of an array, each cut to 64 UTF-16 units; empty ones are left out.
QByteArrayList labels(const JsonSlice &array, qsizetype maxCount)
{
    QByteArrayList list;
    if (!array.is(JsonKind::Array))
        return list;
    JsonSliceReader reader(array);
    JsonSlice element;
    while (list.size() < maxCount && reader.nextElement(element)) {
        const QByteArray label = cutToUtf16(textOf(element), MaxLabelChars);
        if (!label.isEmpty() && !list.contains(label))
            list.append(label);
    }
    return list;
}

void appendMember(QByteArray &out, QByteArrayView key, QByteArrayView json)
{
    out += ",\"";
    out += key;
    out += "\":";
    out += json;
}

void appendCutString(QByteArray &out, QByteArrayView key, const JsonSlice &string, qsizetype maxUnits)
{
    appendMember(out, key, {});
    Json::appendString(out, cutToUtf16(stringValue(string), maxUnits));
}

//! Turns ",a,b" into "{a,b}".
QByteArray closedObject(QByteArray members)
{
    if (members.isEmpty())
        return "{}";
    members[0] = '{';
    members += '}';
    return members;
}

bool areReasons(const JsonSlice &slice)
{
    if (!slice.is(JsonKind::Array))
        return false;
    JsonSliceReader reader(slice);
    JsonSlice element;
    qsizetype count = 0;
    while (reader.nextElement(element)) {
        if (++count > MaxReasons || !isStringOf(element, 1, MaxLabelChars))
            return false;
    }
    return true;
}

struct CrdtFields
{
    JsonSlice type, key, reducer, actor, timestamp, field, value, delta, metadata;

    explicit CrdtFields(const JsonSlice &object)
    {
        JsonSliceReader reader(object);
        JsonSlice name;
        JsonSlice content;
        while (reader.nextMember(name, content)) {
            if (JsonSlice *const slot = find(name))
                *slot = content;
        }
    }

private:
    JsonSlice *find(const JsonSlice &name)
    {
        static constexpr QByteArrayView Names[] = {"type",  "key",   "reducer", "actor",   "timestamp",
                                                   "field", "value", "delta",   "metadata"};
        JsonSlice *const slots[] = {&type, &key, &reducer, &actor, &timestamp, &field, &value, &delta, &metadata};
        const size_t index = indexOfName(name, Names);
        return index < std::size(slots) ? slots[index] : nullptr;
    }
};

} // namespace

bool IntentReader::read(JsonWalk::Value array, int depth)
{
    JsonSlice slice;
    return JsonWalk::readElements(array, depth, slice,
                                  [this, depth](JsonWalk::Value value) { return readEntry(value, depth + 1); });
}

bool IntentReader::readEntry(JsonWalk::Value value, int depth)
{
    JsonSlice whole;
    if (++m_count > MaxIntents)
        m_isValid = false;
    if (JsonWalk::kindOf(value) != JsonKind::Object) {
        m_isValid = false;
        return JsonWalk::readValue(value, depth, whole);
    }
    Entry entry;
    const bool isJson = JsonWalk::readMembers(value, depth, whole, [&](const JsonSlice &key, JsonWalk::Value member) {
        static constexpr QByteArrayView Names[] = {"id", "intent", "payload", "meta"};
        JsonSlice ignored;
        JsonSlice *const slots[] = {&entry.id, &entry.name, &entry.payload, nullptr, &ignored};
        JsonSlice *const slot = slots[indexOfName(key, Names)];
        if (!slot) {
            entry.meta = {};
            return readMeta(member, depth + 1, entry.meta);
        }
        return JsonWalk::readValue(member, depth + 1, *slot);
    });
    if (isJson && m_count <= MaxIntents)
        add(entry);
    return isJson;
}

IntentReader::MetaField IntentReader::metaFieldOf(const JsonSlice &key)
{
    static constexpr QByteArrayView Names[MetaFieldCount] = {"clock", "reasons", "clientId",      "site", "channels",
                                                             "actor", "reducer", "actionCreator", "crdt", "undo"};
    return MetaField(indexOfName(key, Names));
}

bool IntentReader::readMeta(JsonWalk::Value value, int depth, Meta &meta)
{
    if (JsonWalk::kindOf(value) != JsonKind::Object)
        return JsonWalk::readValue(value, depth, meta.whole);
    return JsonWalk::readMembers(value, depth, meta.whole, [&](const JsonSlice &key, JsonWalk::Value member) {
        const MetaField field = metaFieldOf(key);
        if (field != MetaFieldCount)
            return JsonWalk::readValue(member, depth + 1, meta.fields[field]);
        JsonSlice slice;
        if (!JsonWalk::readValue(member, depth + 1, slice))
            return false;
        meta.others += ',';
        meta.others += key.text;
        meta.others += ':';
        meta.others += raw(slice);
        return true;
    });
}

void IntentReader::add(const Entry &entry)
{
    QByteArray id;
    if (isStringOf(entry.id, 1, MaxIdChars)) {
        id = stringValue(entry.id);
        m_ids.push_back(id);
    }
    if (m_isValid)
        m_isValid = keepsContract(entry) && keepsContract(entry.meta);
    if (!m_isValid)
        return;
    const auto &fields = entry.meta.fields;
    IntentEntry &intent = m_entries.emplace_back();
    intent.id = id;
    intent.name = stringValue(entry.name);
    intent.payload = raw(entry.payload);
    intent.meta = normalisedMeta(entry.meta);
    intent.reasons = labels(fields[Reasons], MaxReasons);
    intent.channels = labels(fields[Channels], MaxChannels);
    if (intent.channels.isEmpty())
        intent.channels.append("global");
    intent.actor = cutToUtf16(textOf(fields[Actor]), MaxActorUnits);
    if (fields[Undo].isPresent() && !fields[Undo].is(JsonKind::Null))
        intent.undo = raw(fields[Undo]);
}

bool IntentReader::keepsContract(const Entry &entry)
{
    return isAbsentOrStringOf(entry.id, MinIdChars, MaxIdChars) && isStringOf(entry.name, 1, MaxIntentChars) &&
           entry.payload.isPresent();
}

bool IntentReader::keepsContract(const Meta &meta)
{
    return meta.whole.is(JsonKind::Object) && isNumberFrom(meta.fields[Clock], 0) &&
           (!meta.fields[Reasons].isPresent() || areReasons(meta.fields[Reasons])) &&
           isAbsentOrStringOf(meta.fields[ClientId], 0, MaxLabelChars) &&
           isAbsentOrStringOf(meta.fields[Site], 0, MaxLabelChars);
}

QByteArray IntentReader::normalisedMeta(const Meta &meta) const
{
    const auto &fields = meta.fields;
    QByteArray out;
    out.reserve(meta.whole.text.size() + 2);
    appendMember(out, "clock", fields[Clock].text);
    out += meta.others;
    const std::pair<MetaField, const char *> verbatim[] = {{ClientId, "clientId"}, {Site, "site"}, {Undo, "undo"}};
    for (const auto &[field, key] : verbatim) {
        if (fields[field].isPresent())
            appendMember(out, key, raw(fields[field]));
    }
    const std::pair<MetaField, const char *> cut[] = {{Reducer, "reducer"}, {ActionCreator, "actionCreator"}};
    for (const auto &[field, key] : cut) {
        if (fields[field].is(JsonKind::String))
            appendCutString(out, key, fields[field], MaxReducerUnits);
        else if (fields[field].isPresent())
            appendMember(out, key, raw(fields[field]));
    }
    const QByteArray crdt = normalisedCrdt(fields[Crdt], fields[Clock]);
    if (!crdt.isEmpty())
        appendMember(out, "crdt", crdt);
    return closedObject(std::move(out));
}

QByteArray IntentReader::normalisedCrdt(const JsonSlice &crdt, const JsonSlice &clock) const
{
    if (!crdt.is(JsonKind::Object))
        return {};
    const CrdtFields fields(crdt);
    const QByteArray type = fields.type.is(JsonKind::String) ? stringValue(fields.type).toLower() : QByteArray();
    const bool isRegister = type == "lww-register";
    const QByteArray key = cutToUtf16(textOf(fields.key), MaxCrdtKeyUnits);
    if ((!isRegister && type != "g-counter" && type != "pn-counter") || key.isEmpty())
        return {};

    QByteArray out = ",\"type\":\"" + type + "\",\"key\":";
    Json::appendString(out, key);
    if (fields.reducer.is(JsonKind::String))
        appendCutString(out, "reducer", fields.reducer, MaxReducerUnits);
    if (fields.actor.is(JsonKind::String))
        appendCutString(out, "actor", fields.actor, MaxActorUnits);
    appendMember(out, "timestamp", fields.timestamp.is(JsonKind::Number) ? fields.timestamp.text : clock.text);
    if (isRegister && fields.value.isPresent())
        appendMember(out, "value", raw(fields.value));
    if (isRegister && fields.field.is(JsonKind::String))
        appendCutString(out, "field", fields.field, MaxCrdtFieldUnits);
    if (!isRegister && fields.delta.is(JsonKind::Number))
        appendMember(out, "delta", fields.delta.text);
    if (fields.metadata.is(JsonKind::Object))
        appendMember(out, "metadata", raw(fields.metadata));
    return closedObject(std::move(out));
}

QByteArray IntentReader::raw(const JsonSlice &slice) const
{
    const bool isContainer = slice.is(JsonKind::Object) || slice.is(JsonKind::Array);
    return m_hasLineBreaks && isContainer ? minified(slice.text) : slice.text.toByteArray();
}

} // namespace Tidegate::Ssma
