// SPDX-License-Identifier: MIT
#include "ssma/contractdetails.h"

#include "wire/jsontext.h"

namespace Tidegate::Ssma {

namespace {

constexpr qsizetype MaxNameUnits = 96;

struct Rule
{
    const char *description; //!< how valijson's text starts
    const char *keyword;
    const char *message; //!< %1 stands for the keyword's value in the schema, %2 for the property named by the finding
    const char *params;
};

constexpr Rule Rules[] = {
    {"Value type not permitted", "type", "must be %1", R"({"type":%1})"},
    {"Failed to match expected value", "const", "must be equal to constant", R"({"allowedValue":%1})"},
    {"Failed to match against any enum", "enum", "must be equal to one of the allowed values",
     R"({"allowedValues":%1})"},
    {"Expected number less than or equal", "maximum", "must be <= %1", R"({"comparison":"<=","limit":%1})"},
    {"Expected number greater than or equal", "minimum", "must be >= %1", R"({"comparison":">=","limit":%1})"},
    {"Array should contain no more", "maxItems", "must NOT have more than %1 items", R"({"limit":%1})"},
    {"Array should contain no fewer", "minItems", "must NOT have fewer than %1 items", R"({"limit":%1})"},
    {"String should be no more", "maxLength", "must NOT have more than %1 characters", R"({"limit":%1})"},
    {"String should be no fewer", "minLength", "must NOT have fewer than %1 characters", R"({"limit":%1})"},
    {"Missing required property", "required", "must have required property '%2'", R"({"missingProperty":%2})"},
    {"Object contains a property that", "additionalProperties", "must NOT have additional properties",
     R"({"additionalProperty":%2})"},
};

JsonSlice memberOf(const JsonSlice &object, QByteArrayView name)
{
    JsonSlice found;
    if (!object.is(JsonKind::Object))
        return found;
    JsonSliceReader reader(object);
    JsonSlice key;
    JsonSlice value;
    while (reader.nextMember(key, value)) {
        if (stringEquals(key, name))
            found = value;
    }
    return found;
}

QByteArray escapedPointer(QByteArray name)
{
    return name.replace("~", "~0").replace("/", "~1");
}

//! A place in the schema and its path, which starts anew at every $ref.
struct SchemaNode
{
    JsonSlice root;
    JsonSlice node;
    QByteArray path = "#";

    void enter(const QByteArray &name)
    {
        node = memberOf(node, name);
        path += '/' + escapedPointer(name);
    }

    void followReference()
    {
        const JsonSlice reference = memberOf(node, "$ref");
        if (!reference.is(JsonKind::String))
            return;
        node = root;
        path = "#";
        const QByteArrayList names = stringValue(reference).split('/');
        for (qsizetype i = 1; i < names.size(); ++i)
            enter(names[i]);
    }

    void enterInstance(const QByteArray &name)
    {
        followReference();
        if (memberOf(node, "items").isPresent()) {
            enter("items");
        } else {
            enter("properties");
            enter(name);
        }
        followReference();
    }
};

QByteArray quotedName(QByteArrayView description)
{
    const qsizetype first = description.indexOf('\'');
    // The text about additional properties quotes two keywords before the name.
    const qsizetype colon = description.indexOf(QByteArrayView(": '"));
    const qsizetype begin = (colon >= 0 ? colon + 2 : first) + 1;
    const qsizetype end = description.lastIndexOf('\'');
    if (first < 0 || end < begin)
        return {};
    return cutToUtf16(description.sliced(begin, end - begin).toByteArray(), MaxNameUnits);
}

QByteArray quoted(QByteArrayView text)
{
    QByteArray out;
    Json::appendString(out, text);
    return out;
}

//! ["object","null"] reads object,null.
QByteArray plainText(QByteArray json)
{
    return json.replace("\"", "").replace("[", "").replace("]", "");
}

} // namespace

ContractViolation explainFinding(const JsonSlice &schema, const std::vector<QByteArray> &path,
                                 QByteArrayView description)
{
    ContractViolation violation;
    SchemaNode place{schema, schema};
    place.followReference();
    for (const QByteArray &name : path) {
        place.enterInstance(name);
        violation.instancePath += '/' + escapedPointer(name);
    }
    for (const Rule &rule : Rules) {
        if (!description.startsWith(QByteArrayView(rule.description)))
            continue;
        const QByteArray limit = minified(memberOf(place.node, rule.keyword).text);
        const QByteArray name = quotedName(description);
        violation.keyword = rule.keyword;
        violation.schemaPath = place.path + '/' + rule.keyword;
        violation.message = QByteArray(rule.message).replace("%1", plainText(limit)).replace("%2", name);
        violation.params = QByteArray(rule.params).replace("%1", limit).replace("%2", quoted(name));
        return violation;
    }
    violation.schemaPath = place.path;
    violation.params = "{}";
    violation.message = description.toByteArray();
    return violation;
}

bool isEchoOfInnerFinding(QByteArrayView description)
{
    return description.startsWith("Failed to validate");
}

} // namespace Tidegate::Ssma
