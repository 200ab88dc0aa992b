// SPDX-License-Identifier: MIT
#include "admin/openapi.h"

#include <QJsonArray>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

QJsonObject schemaOf(ColumnType type, const QStringList &values, const QString &doc)
{
    QJsonObject schema;
    switch (type) {
    case ColumnType::Integer:
    case ColumnType::Bytes:
    case ColumnType::DurationMs:
    case ColumnType::TimeMs:
        schema = {{u"type"_s, u"integer"_s}, {u"format"_s, u"int64"_s}};
        break;
    case ColumnType::Number:
        schema = {{u"type"_s, u"number"_s}};
        break;
    case ColumnType::Bool:
        schema = {{u"type"_s, u"boolean"_s}};
        break;
    case ColumnType::Text:
    case ColumnType::Enum:
        schema = {{u"type"_s, u"string"_s}};
        break;
    case ColumnType::Json:
        break;
    }
    if (!values.isEmpty())
        schema.insert(u"enum"_s, QJsonArray::fromStringList(values));
    schema.insert(u"description"_s, doc);
    schema.insert(u"x-type"_s, columnTypeName(type));
    return schema;
}

QJsonObject reference(const QString &schema)
{
    return {{u"$ref"_s, u"#/components/schemas/"_s + schema}};
}

QJsonObject jsonContent(const QJsonObject &schema)
{
    return {{u"application/json"_s, QJsonObject{{u"schema"_s, schema}}}};
}

QJsonObject answers(const QString &doc, const QJsonObject &schema)
{
    const QJsonObject error{{u"description"_s, u"What is wrong, and why"_s},
                            {u"content"_s, jsonContent(reference(u"Error"_s))}};
    return {{u"200"_s, QJsonObject{{u"description"_s, doc}, {u"content"_s, jsonContent(schema)}}},
            {u"default"_s, error}};
}

QJsonObject queryParameter(const QString &name, const QJsonObject &schema, const QString &doc)
{
    return {{u"name"_s, name}, {u"in"_s, u"query"_s}, {u"schema"_s, schema}, {u"description"_s, doc}};
}

QJsonArray pageParameters(const Resource &resource)
{
    const QJsonObject text{{u"type"_s, u"string"_s}};
    const QJsonObject number{{u"type"_s, u"integer"_s}, {u"minimum"_s, 0}};
    QStringList sortable;
    QStringList filterable;
    for (const Column &column : resource.columns) {
        if (column.isSortable)
            sortable.append(column.name);
        if (column.isFilterable)
            filterable.append(column.name);
    }
    return {queryParameter(u"key"_s, text, u"This one row, with all its columns; the others are ignored then"_s),
            queryParameter(u"search"_s, text, u"Occurs in some text column"_s),
            queryParameter(
                u"filter"_s, QJsonObject{{u"type"_s, u"array"_s}, {u"items"_s, text}},
                u"COLUMN:OP:VALUE, may be repeated; OP is eq, ne, lt, le, gt, ge or contains. Columns: %1.%2"_s.arg(
                    filterable.join(u", "_s), resource.requiredFilters.isEmpty()
                                                  ? QString()
                                                  : u" Needed: "_s + resource.requiredFilters.join(u", "_s))),
            queryParameter(u"sort"_s,
                           QJsonObject{{u"type"_s, u"string"_s}, {u"enum"_s, QJsonArray::fromStringList(sortable)}},
                           u"Default: %1"_s.arg(resource.defaultSort)),
            queryParameter(u"descending"_s, QJsonObject{{u"type"_s, u"boolean"_s}}, u"With sort"_s),
            queryParameter(u"offset"_s, number, u"Rows to skip"_s),
            queryParameter(u"limit"_s, number, u"At most %1"_s.arg(PageRequest::MaxLimit))};
}

QJsonObject commandSchema(const Command &command)
{
    QJsonObject args;
    QJsonArray required;
    for (const Argument &argument : command.args) {
        args.insert(argument.name, schemaOf(argument.type, argument.values, argument.doc));
        if (argument.isRequired)
            required.append(argument.name);
    }
    QJsonObject argsSchema{{u"type"_s, u"object"_s}, {u"properties"_s, args}};
    if (!required.isEmpty())
        argsSchema.insert(u"required"_s, required);
    const QJsonObject properties{
        {u"command"_s, QJsonObject{{u"const"_s, command.name}}},
        {u"keys"_s, QJsonObject{{u"type"_s, u"array"_s}, {u"items"_s, QJsonObject{{u"type"_s, u"string"_s}}}}},
        {u"args"_s, argsSchema},
        {u"dryRun"_s, QJsonObject{{u"type"_s, u"boolean"_s}, {u"description"_s, u"Only say what would be done"_s}}}};
    return {{u"type"_s, u"object"_s},
            {u"title"_s, command.title},
            {u"description"_s, u"%1 Operator role: %2."_s.arg(command.doc, operatorRoleName(command.role))},
            {u"properties"_s, properties},
            {u"required"_s, QJsonArray{u"command"_s}}};
}

QJsonObject pathOf(const Resource &resource)
{
    const QJsonObject rows{{u"type"_s, u"array"_s}, {u"items"_s, reference(resource.name)}};
    const QJsonObject page{{u"type"_s, u"object"_s},
                           {u"properties"_s, QJsonObject{{u"rows"_s, rows},
                                                         {u"total"_s, QJsonObject{{u"type"_s, u"integer"_s}}},
                                                         {u"offset"_s, QJsonObject{{u"type"_s, u"integer"_s}}},
                                                         {u"revision"_s, QJsonObject{{u"type"_s, u"integer"_s}}}}}};
    QJsonObject path{{u"get"_s, QJsonObject{{u"summary"_s, resource.title},
                                            {u"description"_s, resource.doc},
                                            {u"operationId"_s, u"list-"_s + resource.name},
                                            {u"parameters"_s, pageParameters(resource)},
                                            {u"responses"_s, answers(u"A page, or the one row"_s, page)}}}};
    if (resource.commands.isEmpty())
        return path;
    QJsonArray commands;
    for (const Command &command : resource.commands)
        commands.append(commandSchema(command));
    path.insert(u"post"_s,
                QJsonObject{{u"summary"_s, u"Commands"_s},
                            {u"operationId"_s, u"invoke-"_s + resource.name},
                            {u"requestBody"_s, QJsonObject{{u"content"_s, jsonContent({{u"oneOf"_s, commands}})}}},
                            {u"responses"_s, answers(u"What became of it"_s, reference(u"Outcome"_s))}});
    return path;
}

QJsonObject rowSchema(const Resource &resource)
{
    QJsonObject properties;
    for (const Column &column : resource.columns)
        properties.insert(column.name, schemaOf(column.type, column.values, column.doc));
    return {{u"type"_s, u"object"_s}, {u"properties"_s, properties}};
}

QJsonObject plainSchema(const QStringList &texts, const QStringList &others)
{
    QJsonObject properties;
    for (const QString &name : texts)
        properties.insert(name, QJsonObject{{u"type"_s, u"string"_s}});
    for (const QString &name : others)
        properties.insert(name, QJsonObject());
    return {{u"type"_s, u"object"_s}, {u"properties"_s, properties}};
}

} // namespace

QJsonObject openApiOf(const ResourceCatalog &catalog, const QString &version)
{
    QJsonObject paths;
    QJsonObject schemas{{u"Error"_s, plainSchema({u"code"_s, u"text"_s}, {u"retryable"_s})},
                        {u"Outcome"_s, plainSchema({u"text"_s}, {u"affected"_s, u"errors"_s, u"result"_s})},
                        {u"Answer"_s, plainSchema({u"reason"_s, u"rule"_s}, {u"allowed"_s})},
                        {u"History"_s, plainSchema({}, {u"start"_s, u"stepMs"_s, u"series"_s})},
                        {u"Question"_s, plainSchema({u"user"_s, u"role"_s, u"site"_s, u"channel"_s, u"action"_s}, {})}};
    for (const Resource &resource : catalog.resources()) {
        paths.insert(u"/admin/v1/"_s + resource.name, pathOf(resource));
        schemas.insert(resource.name, rowSchema(resource));
    }
    paths.insert(
        u"/admin/v1/history"_s,
        QJsonObject{
            {u"get"_s,
             QJsonObject{{u"summary"_s, u"Statistics of the last 15 minutes"_s},
                         {u"operationId"_s, u"history"_s},
                         {u"parameters"_s, QJsonArray{queryParameter(u"since"_s, QJsonObject{{u"type"_s, u"integer"_s}},
                                                                     u"Milliseconds since 1970; later steps only"_s)}},
                         {u"responses"_s, answers(u"One series per statistic"_s, reference(u"History"_s))}}}});
    paths.insert(
        u"/admin/v1/explain"_s,
        QJsonObject{{u"post"_s,
                     QJsonObject{{u"summary"_s, u"Would it be allowed, and why?"_s},
                                 {u"operationId"_s, u"explain"_s},
                                 {u"requestBody"_s, QJsonObject{{u"content"_s, jsonContent(reference(u"Question"_s))}}},
                                 {u"responses"_s, answers(u"The decision"_s, reference(u"Answer"_s))}}}});
    return {{u"openapi"_s, u"3.1.0"_s},
            {u"info"_s, QJsonObject{{u"title"_s, u"Tidegate admin port"_s},
                                    {u"version"_s, version},
                                    {u"description"_s, u"The live feed is the WebSocket /admin/v1/live."_s}}},
            {u"paths"_s, paths},
            {u"components"_s,
             QJsonObject{{u"schemas"_s, schemas},
                         {u"securitySchemes"_s,
                          QJsonObject{{u"token"_s, QJsonObject{{u"type"_s, u"http"_s}, {u"scheme"_s, u"bearer"_s}}}}}}},
            {u"security"_s, QJsonArray{QJsonObject{{u"token"_s, QJsonArray()}}}}};
}

} // namespace Tidegate::Admin
