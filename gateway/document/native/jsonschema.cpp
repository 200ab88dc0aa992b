// SPDX-License-Identifier: MIT
// valijson and RapidJSON stay in this file.
#include "document/native/jsonschema.h"

#include <QFile>

#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <exception>

namespace Tidegate {

namespace {

using valijson::adapters::RapidJsonAdapter;

constexpr qint64 MaxSchemaBytes = 1024 * 1024;

class JsonSchemaFunction final : public NativeFunction
{
public:
    explicit JsonSchemaFunction(std::unique_ptr<valijson::Schema> schema)
        : m_schema(std::move(schema))
    {
    }
    Ruling evaluate(const Evaluation &evaluation) const override
    {
        rapidjson::Document data;
        data.Parse(evaluation.proposedData.constData(), size_t(evaluation.proposedData.size()));
        if (data.HasParseError()) // half a surrogate pair, a number beyond double
            return Failed{"the proposed data cannot be checked against the schema"};
        valijson::Validator validator;
        if (validator.validate(*m_schema, RapidJsonAdapter(data), nullptr))
            return Accepted{evaluation.proposedData};
        return Rejected{"the proposed data does not keep the schema"};
    }

private:
    const std::unique_ptr<valijson::Schema> m_schema;
};

Error unusable(const QString &file, const QString &why)
{
    return {ErrorCode::InvalidContract, QStringLiteral("schema %1: %2").arg(file, why)};
}

} // namespace

Result<std::shared_ptr<const NativeFunction>> makeJsonSchemaFunction(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return unusable(file, source.errorString());
    const QByteArray text = source.read(MaxSchemaBytes + 1);
    if (text.size() > MaxSchemaBytes)
        return unusable(file, QStringLiteral("it is larger than 1 MiB"));
    rapidjson::Document parsed;
    parsed.Parse(text.constData(), size_t(text.size()));
    if (parsed.HasParseError())
        return unusable(file, QStringLiteral("it is not JSON"));
    auto schema = std::make_unique<valijson::Schema>();
    try {
        valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(RapidJsonAdapter(parsed), *schema);
    } catch (const std::exception &problem) {
        return unusable(file, QString::fromUtf8(problem.what()));
    }
    return std::shared_ptr<const NativeFunction>(std::make_shared<JsonSchemaFunction>(std::move(schema)));
}

} // namespace Tidegate
