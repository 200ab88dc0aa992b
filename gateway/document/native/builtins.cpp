// SPDX-License-Identifier: MIT
#include "document/native/builtins.h"

#include "document/native/jsonschema.h"
#include "document/native/mergepatch.h"
#include "wire/jsonslice.h"

#include <QByteArrayList>

#include <algorithm>
#include <optional>

namespace Tidegate {

namespace {

JsonSlice sliceOf(const QByteArray &json)
{
    return {json, jsonKindOf(json.front())};
}

class AcceptAny final : public NativeFunction
{
public:
    Ruling evaluate(const Evaluation &evaluation) const override { return Accepted{evaluation.proposedData}; }
};

class RejectAll final : public NativeFunction
{
public:
    explicit RejectAll(QByteArray reason)
        : m_reason(std::move(reason))
    {
    }
    Ruling evaluate(const Evaluation &) const override { return Rejected{m_reason}; }

private:
    const QByteArray m_reason;
};

class Fail final : public NativeFunction
{
public:
    explicit Fail(QByteArray text)
        : m_text(std::move(text))
    {
    }
    Ruling evaluate(const Evaluation &) const override { return Failed{m_text}; }

private:
    const QByteArray m_text;
};

class MergePatch final : public NativeFunction
{
public:
    Ruling evaluate(const Evaluation &evaluation) const override
    {
        return Accepted{mergePatched(sliceOf(evaluation.state), sliceOf(evaluation.proposedData))};
    }
};

class AppendOnly final : public NativeFunction
{
public:
    Ruling evaluate(const Evaluation &evaluation) const override
    {
        const JsonSlice state = sliceOf(evaluation.state);
        if (state.is(JsonKind::Null))
            return Accepted{'[' + evaluation.proposedData + ']'};
        if (!state.is(JsonKind::Array))
            return Failed{"the state is not an array"};
        JsonSlice first;
        const bool isEmpty = !JsonSliceReader(state).nextElement(first);
        QByteArray grown = evaluation.state;
        grown.chop(1);
        if (!isEmpty)
            grown += ',';
        return Accepted{grown + evaluation.proposedData + ']'};
    }
};

//! The largest integer of which JavaScript knows the next one.
constexpr qint64 MaxCount = (qint64(1) << 53) - 1;

class CounterIncrement final : public NativeFunction
{
public:
    explicit CounterIncrement(QByteArray field)
        : m_field(std::move(field))
    {
    }
    Ruling evaluate(const Evaluation &evaluation) const override
    {
        const std::optional<qint64> proposed = countIn(evaluation.proposedData);
        if (!proposed)
            return Failed{"expected an object with an integer \"" + m_field + '"'};
        const std::optional<qint64> current = countIn(evaluation.state);
        if (!current)
            return Failed{"the state has no integer \"" + m_field + '"'};
        if (*proposed != *current + 1)
            return Rejected{"not the next number"};
        return Accepted{"{\"" + m_field + "\":" + QByteArray::number(*proposed) + '}'};
    }

private:
    std::optional<qint64> countIn(const QByteArray &json) const
    {
        const JsonSlice object = sliceOf(json);
        if (!object.is(JsonKind::Object))
            return {};
        JsonSliceReader reader(object);
        JsonSlice key;
        JsonSlice value;
        std::optional<qint64> count;
        while (reader.nextMember(key, value)) {
            if (stringEquals(key, m_field))
                count = integerOf(value);
        }
        return count;
    }
    //! 1.0 and 1e0 are integers as well, as in JavaScript.
    static std::optional<qint64> integerOf(const JsonSlice &value)
    {
        if (!value.is(JsonKind::Number))
            return {};
        const double number = numberValue(value.text);
        if (number < -double(MaxCount) || number > double(MaxCount) || number != double(qint64(number)))
            return {};
        return qint64(number);
    }

    const QByteArray m_field;
};

bool isPlainName(const QByteArray &name)
{
    return !name.isEmpty() && !name.contains('"') && !name.contains('\\') &&
           std::all_of(name.begin(), name.end(), [](char c) { return uchar(c) > 0x20 && uchar(c) < 0x7f; });
}

} // namespace

bool isBuiltIn(const QByteArray &name)
{
    static const QByteArrayList Names{"accept-any",  "reject-all",        "fail",       "merge-patch",
                                      "append-only", "counter-increment", "json-schema"};
    return Names.contains(name);
}

Result<std::shared_ptr<const NativeFunction>> makeBuiltIn(const QByteArray &name, const QByteArray &argument)
{
    using Made = std::shared_ptr<const NativeFunction>;
    const auto takesNone = [&](Made made) -> Result<Made> {
        if (argument.isEmpty())
            return made;
        return Error{ErrorCode::InvalidContract, QStringLiteral("%1 takes no argument").arg(QString::fromUtf8(name))};
    };
    if (name == "accept-any")
        return takesNone(std::make_shared<AcceptAny>());
    if (name == "merge-patch")
        return takesNone(std::make_shared<MergePatch>());
    if (name == "append-only")
        return takesNone(std::make_shared<AppendOnly>());
    if (name == "reject-all")
        return Made(std::make_shared<RejectAll>(argument));
    if (name == "fail")
        return Made(
            std::make_shared<Fail>(argument.isEmpty() ? QByteArray("the function is out of service") : argument));
    if (name == "json-schema")
        return makeJsonSchemaFunction(QString::fromUtf8(argument));
    if (name != "counter-increment")
        return Error{ErrorCode::UnknownType,
                     QStringLiteral("there is no function \"%1\"").arg(QString::fromUtf8(name))};
    if (!argument.isEmpty() && !isPlainName(argument))
        return Error{ErrorCode::InvalidContract, QStringLiteral("the field of counter-increment is no plain name")};
    return Made(std::make_shared<CounterIncrement>(argument.isEmpty() ? QByteArray("count") : argument));
}

} // namespace Tidegate
