// SPDX-License-Identifier: MIT
#include "admin/resourcecatalog.h"

#include <QJsonArray>

#include <array>
#include <optional>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array ColumnTypeNames{"text"_L1,   "integer"_L1, "number"_L1, "bytes"_L1, "durationMs"_L1,
                                     "timeMs"_L1, "bool"_L1,    "enum"_L1,   "json"_L1};
constexpr std::array UnitNames{"count"_L1,          "perSecond"_L1,    "bytes"_L1,
                               "bytesPerSecond"_L1, "milliseconds"_L1, "percent"_L1};
constexpr std::array TargetNames{"none"_L1, "one"_L1, "many"_L1};
constexpr std::array RoleNames{"view"_L1, "operate"_L1, "admin"_L1};

//! A name we do not know (a newer gateway's) becomes \p fallback: better shown plainly than not at all.
template <typename E, size_t N>
E enumFrom(const std::array<QLatin1StringView, N> &names, const QJsonValue &value, E fallback)
{
    const QString name = value.toString();
    for (size_t i = 0; i < N; ++i) {
        if (name == names[i])
            return E(i);
    }
    return fallback;
}

QJsonArray textArray(const QStringList &texts)
{
    return QJsonArray::fromStringList(texts);
}

QStringList textList(const QJsonValue &value)
{
    QStringList texts;
    for (const QJsonValue &text : value.toArray())
        texts.append(text.toString());
    return texts;
}

QJsonObject json(const Column &column)
{
    QJsonObject object{
        {u"name"_s, column.name},      {u"title"_s, column.title},         {u"type"_s, columnTypeName(column.type)},
        {u"doc"_s, column.doc},        {u"sortable"_s, column.isSortable}, {u"filterable"_s, column.isFilterable},
        {u"detail"_s, column.isDetail}};
    if (!column.values.isEmpty())
        object.insert(u"values"_s, textArray(column.values));
    return object;
}

Column columnFrom(const QJsonObject &json)
{
    return {json[u"name"_s].toString(),
            json[u"title"_s].toString(),
            enumFrom(ColumnTypeNames, json[u"type"_s], ColumnType::Json),
            textList(json[u"values"_s]),
            json[u"doc"_s].toString(),
            json[u"sortable"_s].toBool(),
            json[u"filterable"_s].toBool(),
            json[u"detail"_s].toBool()};
}

QJsonObject json(const Argument &argument)
{
    QJsonObject object{
        {u"name"_s, argument.name}, {u"title"_s, argument.title},         {u"type"_s, columnTypeName(argument.type)},
        {u"doc"_s, argument.doc},   {u"required"_s, argument.isRequired}, {u"default"_s, argument.defaultValue}};
    if (!argument.values.isEmpty())
        object.insert(u"values"_s, textArray(argument.values));
    return object;
}

Argument argumentFrom(const QJsonObject &json)
{
    return {json[u"name"_s].toString(),
            json[u"title"_s].toString(),
            enumFrom(ColumnTypeNames, json[u"type"_s], ColumnType::Json),
            textList(json[u"values"_s]),
            json[u"doc"_s].toString(),
            json[u"required"_s].toBool(),
            json[u"default"_s]};
}

QJsonObject json(const Command &command)
{
    QJsonArray args;
    for (const Argument &argument : command.args)
        args.append(json(argument));
    return {{u"name"_s, command.name},
            {u"title"_s, command.title},
            {u"doc"_s, command.doc},
            {u"role"_s, operatorRoleName(command.role)},
            {u"destructive"_s, command.isDestructive},
            {u"targets"_s, QString(TargetNames[size_t(command.targets)])},
            {u"args"_s, args}};
}

Command commandFrom(const QJsonObject &json)
{
    Command command{json[u"name"_s].toString(),
                    json[u"title"_s].toString(),
                    json[u"doc"_s].toString(),
                    enumFrom(RoleNames, json[u"role"_s], OperatorRole::Admin),
                    json[u"destructive"_s].toBool(true),
                    enumFrom(TargetNames, json[u"targets"_s], Command::Targets::Many),
                    {}};
    for (const QJsonValue &argument : json[u"args"_s].toArray())
        command.args.append(argumentFrom(argument.toObject()));
    return command;
}

QJsonObject json(const Resource &resource)
{
    QJsonArray columns;
    for (const Column &column : resource.columns)
        columns.append(json(column));
    QJsonArray commands;
    for (const Command &command : resource.commands)
        commands.append(json(command));
    return {{u"name"_s, resource.name},
            {u"title"_s, resource.title},
            {u"doc"_s, resource.doc},
            {u"key"_s, resource.keyField},
            {u"role"_s, operatorRoleName(resource.role)},
            {u"columns"_s, columns},
            {u"commands"_s, commands},
            {u"requiredFilters"_s, textArray(resource.requiredFilters)},
            {u"sort"_s, resource.defaultSort},
            {u"descending"_s, resource.isDefaultDescending},
            {u"live"_s, resource.isLive}};
}

Resource resourceFrom(const QJsonObject &json)
{
    Resource resource;
    resource.name = json[u"name"_s].toString();
    resource.title = json[u"title"_s].toString();
    resource.doc = json[u"doc"_s].toString();
    resource.keyField = json[u"key"_s].toString();
    resource.role = enumFrom(RoleNames, json[u"role"_s], OperatorRole::Admin);
    for (const QJsonValue &column : json[u"columns"_s].toArray())
        resource.columns.append(columnFrom(column.toObject()));
    for (const QJsonValue &command : json[u"commands"_s].toArray())
        resource.commands.append(commandFrom(command.toObject()));
    resource.requiredFilters = textList(json[u"requiredFilters"_s]);
    resource.defaultSort = json[u"sort"_s].toString();
    resource.isDefaultDescending = json[u"descending"_s].toBool();
    resource.isLive = json[u"live"_s].toBool();
    return resource;
}

} // namespace

QString columnTypeName(ColumnType type)
{
    return ColumnTypeNames[size_t(type)];
}

QString statisticUnitName(StatisticUnit unit)
{
    return UnitNames[size_t(unit)];
}

QJsonObject ResourceCatalog::toJson() const
{
    QJsonArray resources;
    for (const Resource &resource : m_resources)
        resources.append(json(resource));
    QJsonArray statistics;
    for (const Statistic &statistic : m_statistics) {
        statistics.append(QJsonObject{{u"name"_s, statistic.name},
                                      {u"title"_s, statistic.title},
                                      {u"unit"_s, statisticUnitName(statistic.unit)},
                                      {u"doc"_s, statistic.doc}});
    }
    return {
        {u"resources"_s, resources}, {u"statistics"_s, statistics}, {u"policyActions"_s, textArray(m_policyActions)}};
}

Result<ResourceCatalog> ResourceCatalog::fromJson(const QJsonObject &json)
{
    QList<Resource> resources;
    for (const QJsonValue &value : json[u"resources"_s].toArray()) {
        Resource resource = resourceFrom(value.toObject());
        if (resource.name.isEmpty() || !resource.column(resource.keyField))
            return Error{ErrorCode::InvalidContract, u"the catalog has a resource without a name or key"_s};
        resources.append(std::move(resource));
    }
    QList<Statistic> statistics;
    for (const QJsonValue &value : json[u"statistics"_s].toArray()) {
        const QJsonObject statistic = value.toObject();
        statistics.append({statistic[u"name"_s].toString(), statistic[u"title"_s].toString(),
                           enumFrom(UnitNames, statistic[u"unit"_s], StatisticUnit::Count),
                           statistic[u"doc"_s].toString()});
    }
    return ResourceCatalog(std::move(resources), std::move(statistics), textList(json[u"policyActions"_s]));
}

} // namespace Tidegate::Admin
