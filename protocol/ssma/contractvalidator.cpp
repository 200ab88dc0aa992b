// SPDX-License-Identifier: MIT
// valijson and RapidJSON stay in this file. RapidJSON is below it, not QJsonDocument, because the latter takes texts
// that are no JSON (raw control characters, unknown escapes) and would be a weaker witness for the fast path.
#include "ssma/contractvalidator.h"

#include "contracts/contracts.h"
#include "ssma/contractdetails.h"
#include "wire/jsonwalk.h"
#include "wire/objectwriter.h"

#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <set>
#include <string_view>

namespace Tidegate::Ssma {

namespace {

using valijson::adapters::RapidJsonAdapter;
using JsonValue = rapidjson::Value;
using JsonAllocator = rapidjson::Document::AllocatorType;

// Details are looked for in a shortened copy, because the library keeps every finding of a hostile frame. The verdict
// itself is taken on the whole document.
constexpr rapidjson::SizeType MaxDetailedElements = 256;
constexpr size_t DetailedElementBudget = 2048;

//! Rewrites a valid text for RapidJSON and valijson: they refuse lone surrogates and numbers beyond double, and count
//! the length of a string up to its first NUL. Each replacement keeps lengths and the order of numbers.
void appendTamed(QByteArray &out, const JsonSlice &value)
{
    JsonSlice key;
    JsonSlice element;
    switch (value.kind) {
    case JsonKind::Object:
        out += '{';
        for (JsonSliceReader reader(value); reader.nextMember(key, element);) {
            if (!out.endsWith('{'))
                out += ',';
            appendTamed(out, key);
            out += ':';
            appendTamed(out, element);
        }
        out += '}';
        return;
    case JsonKind::Array:
        out += '[';
        for (JsonSliceReader reader(value); reader.nextElement(element);) {
            if (!out.endsWith('['))
                out += ',';
            appendTamed(out, element);
        }
        out += ']';
        return;
    case JsonKind::String:
        Json::appendString(out, stringValue(value).replace('\0', "\xef\xbf\xbd"));
        return;
    case JsonKind::Number:
        if (const double number = numberValue(value.text); std::isinf(number)) {
            out += number < 0 ? "-1e308" : "1e308";
            return;
        }
        [[fallthrough]];
    default:
        out += value.text;
    }
}

//! JSON.parse keeps the last of equal keys, RapidJSON keeps all and finds the first.
void keepLastOfEqualKeys(JsonValue &value, JsonAllocator &allocator)
{
    if (value.IsArray()) {
        for (JsonValue &element : value.GetArray())
            keepLastOfEqualKeys(element, allocator);
    }
    if (!value.IsObject())
        return;
    std::set<std::string_view> seen;
    JsonValue kept(rapidjson::kObjectType);
    for (auto member = value.MemberEnd(); member != value.MemberBegin();) {
        --member;
        if (!seen.insert({member->name.GetString(), member->name.GetStringLength()}).second)
            continue;
        keepLastOfEqualKeys(member->value, allocator);
        JsonValue name(member->name, allocator);
        kept.AddMember(name, member->value, allocator);
    }
    value = kept;
}

void shorten(JsonValue &value, size_t &budget)
{
    if (value.IsArray()) {
        while (value.Size() > std::max<size_t>(1, std::min<size_t>(MaxDetailedElements, budget)))
            value.PopBack();
        budget -= std::min<size_t>(budget, value.Size());
        for (JsonValue &element : value.GetArray())
            shorten(element, budget);
    } else if (value.IsObject()) {
        for (auto &member : value.GetObject())
            shorten(member.value, budget);
    }
}

//! Text of a path element: "[intents]" or "[0]"; the first one is "<root>".
std::vector<QByteArray> pathOf(const std::vector<std::string> &context)
{
    std::vector<QByteArray> path;
    for (size_t i = 1; i < context.size(); ++i) {
        const QByteArray step = QByteArray::fromStdString(context[i]);
        path.push_back(step.startsWith('[') && step.size() >= 2 ? step.sliced(1, step.size() - 2) : step);
    }
    return path;
}

ContractViolation generalViolation(QByteArrayView keyword, QByteArrayView message)
{
    return {{}, "#", keyword.toByteArray(), "{}", message.toByteArray()};
}

struct Contract
{
    JsonSlice schemaText; //!< in the static text of the contract file
    rapidjson::Document document;
    valijson::Schema schema;
};

std::vector<ContractViolation> findingsOf(const Contract &contract, const JsonValue &document)
{
    valijson::ValidationResults results;
    valijson::Validator().validate(contract.schema, RapidJsonAdapter(document), &results);
    std::vector<ContractViolation> violations;
    for (const auto &finding : results) {
        if (qsizetype(violations.size()) == ContractValidator::MaxViolations)
            break;
        const QByteArrayView description(finding.description.data(), qsizetype(finding.description.size()));
        if (!isEchoOfInnerFinding(description))
            violations.push_back(explainFinding(contract.schemaText, pathOf(finding.context), description));
    }
    return violations;
}

std::vector<ContractViolation> violationsIn(const Contract &contract, const JsonSlice &root)
{
    QByteArray text;
    appendTamed(text, root);
    rapidjson::Document document;
    document.Parse<rapidjson::kParseFullPrecisionFlag>(text.constData(), size_t(text.size()));
    if (document.HasParseError())
        return {generalViolation("syntax", "must be JSON")};
    keepLastOfEqualKeys(document, document.GetAllocator());
    if (valijson::Validator().validate(contract.schema, RapidJsonAdapter(document), nullptr))
        return {};
    size_t budget = DetailedElementBudget;
    shorten(document, budget);
    auto violations = findingsOf(contract, document);
    if (violations.empty())
        violations.push_back(generalViolation("contract", "must match the contract"));
    return violations;
}

} // namespace

class ContractValidator::Private
{
public:
    Private();
    const Contract *find(QByteArrayView group, QByteArrayView name) const;

private:
    void addGroup(QByteArrayView group);

    std::map<QByteArray, Contract> m_contracts; //!< by "group.NAME"
};

ContractValidator::Private::Private()
{
    for (const QByteArrayView group : contractGroups())
        addGroup(group);
}

void ContractValidator::Private::addGroup(QByteArrayView group)
{
    JsonSliceReader contracts({contractGroup(group).trimmed(), JsonKind::Object});
    JsonSlice name;
    JsonSlice body;
    while (contracts.nextMember(name, body)) {
        Contract &contract = m_contracts[group.toByteArray() + '.' + stringValue(name)];
        JsonSlice key;
        JsonSlice value;
        for (JsonSliceReader members(body); members.nextMember(key, value);) {
            if (stringEquals(key, "schema"))
                contract.schemaText = value;
        }
        contract.document.Parse(contract.schemaText.text.data(), size_t(contract.schemaText.text.size()));
        valijson::SchemaParser().populateSchema(RapidJsonAdapter(contract.document), contract.schema);
    }
}

const Contract *ContractValidator::Private::find(QByteArrayView group, QByteArrayView name) const
{
    const auto found = m_contracts.find(group.toByteArray() + '.' + name.toByteArray());
    return found == m_contracts.end() ? nullptr : &found->second;
}

ContractValidator::ContractValidator()
    : d(std::make_unique<Private>())
{
}

ContractValidator::~ContractValidator() = default;

const ContractValidator &ContractValidator::builtIn()
{
    static const ContractValidator validator;
    return validator;
}

bool ContractValidator::knows(QByteArrayView group, QByteArrayView name) const
{
    return d->find(group, name) != nullptr;
}

std::vector<ContractViolation> ContractValidator::validate(QByteArrayView group, QByteArrayView name,
                                                           QByteArrayView jsonText) const
{
    const Contract *const contract = d->find(group, name);
    if (!contract)
        return {generalViolation("contract", "unknown contract")};
    JsonWalk walk;
    JsonSlice root;
    if (!walk.walkAny(jsonText, root))
        return {generalViolation("syntax", "must be JSON")};
    try {
        return violationsIn(*contract, root);
    } catch (const std::exception &) {
        return {generalViolation("contract", "could not be checked")};
    }
}

QByteArray violationsToJson(const std::vector<ContractViolation> &violations)
{
    QByteArray out = "[";
    for (const ContractViolation &violation : violations) {
        if (out.size() > 1)
            out += ',';
        ObjectWriter writer(out);
        writer.text("instancePath", violation.instancePath).text("schemaPath", violation.schemaPath);
        writer.text("keyword", violation.keyword).json("params", violation.params);
        writer.text("message", violation.message).end();
    }
    out += ']';
    return out;
}

} // namespace Tidegate::Ssma
