// SPDX-License-Identifier: MIT
#include "admin/resourcecatalog.h"

#include "admin/resourcetable.h"

#include <algorithm>

namespace Tidegate::Admin {

namespace {

template <typename T>
const T *named(const QList<T> &list, const QString &name)
{
    const auto found = std::find_if(list.begin(), list.end(), [&name](const T &entry) { return entry.name == name; });
    return found == list.end() ? nullptr : &*found;
}

Error invalid(const QString &text)
{
    return {ErrorCode::InvalidContract, text};
}

Error roleNeeded(OperatorRole role, const QString &what)
{
    return {ErrorCode::Forbidden,
            QStringLiteral("%1 needs the operator role \"%2\"").arg(what, operatorRoleName(role))};
}

bool isNumber(ColumnType type)
{
    switch (type) {
    case ColumnType::Integer:
    case ColumnType::Number:
    case ColumnType::Bytes:
    case ColumnType::DurationMs:
    case ColumnType::TimeMs:
        return true;
    default:
        return false;
    }
}

//! Empty = fits; otherwise what it should be.
QString misfit(ColumnType type, const QStringList &values, const QJsonValue &value)
{
    if (isNumber(type))
        return value.isDouble() ? QString() : QStringLiteral("a number");
    switch (type) {
    case ColumnType::Bool:
        return value.isBool() ? QString() : QStringLiteral("true or false");
    case ColumnType::Enum:
        return values.contains(value.toString()) ? QString()
                                                 : QStringLiteral("one of %1").arg(values.join(QStringLiteral(", ")));
    case ColumnType::Text:
        return value.isString() ? QString() : QStringLiteral("a text");
    default:
        return {};
    }
}

Result<void> checkFilter(const Resource &resource, const Filter &filter)
{
    const Column *column = resource.column(filter.field);
    if (!column || !column->isFilterable)
        return invalid(QStringLiteral("%1 cannot be filtered by \"%2\"").arg(resource.name, filter.field));
    if (filter.op == FilterOp::Contains)
        return filter.value.isString() ? Result<void>()
                                       : invalid(QStringLiteral("%1 must contain a text").arg(filter.field));
    if (column->type == ColumnType::Json)
        return invalid(QStringLiteral("%1 is a list: only \"contains\" applies").arg(filter.field));
    // Enums compare with any text: a value nobody has matches nothing.
    const ColumnType type = column->type == ColumnType::Enum ? ColumnType::Text : column->type;
    if (const QString wanted = misfit(type, {}, filter.value); !wanted.isEmpty())
        return invalid(QStringLiteral("%1 is compared with %2").arg(filter.field, wanted));
    return {};
}

Result<void> checkKeys(const Command &command, const QStringList &keys)
{
    switch (command.targets) {
    case Command::Targets::None:
        return keys.isEmpty() ? Result<void>() : invalid(QStringLiteral("%1 takes no key").arg(command.name));
    case Command::Targets::One:
        return keys.size() == 1 ? Result<void>() : invalid(QStringLiteral("%1 takes one key").arg(command.name));
    case Command::Targets::Many:
        break;
    }
    if (keys.isEmpty() || keys.size() > CommandCall::MaxKeys)
        return invalid(QStringLiteral("%1 takes 1 to %2 keys").arg(command.name).arg(CommandCall::MaxKeys));
    return {};
}

Result<void> checkArguments(const Command &command, const QJsonObject &args)
{
    for (auto arg = args.begin(); arg != args.end(); ++arg) {
        const Argument *known = command.argument(arg.key());
        if (!known)
            return invalid(QStringLiteral("%1 has no argument \"%2\"").arg(command.name, arg.key()));
        if (const QString wanted = misfit(known->type, known->values, arg.value()); !wanted.isEmpty())
            return invalid(QStringLiteral("%1 must be %2").arg(arg.key(), wanted));
    }
    for (const Argument &argument : command.args) {
        if (argument.isRequired && !args.contains(argument.name))
            return invalid(QStringLiteral("%1 needs the argument \"%2\"").arg(command.name, argument.name));
    }
    return {};
}

} // namespace

QString operatorRoleName(OperatorRole role)
{
    switch (role) {
    case OperatorRole::View:
        return QStringLiteral("view");
    case OperatorRole::Operate:
        return QStringLiteral("operate");
    case OperatorRole::Admin:
        break;
    }
    return QStringLiteral("admin");
}

const Argument *Command::argument(const QString &argumentName) const
{
    return named(args, argumentName);
}

const Column *Resource::column(const QString &columnName) const
{
    return named(columns, columnName);
}

const Command *Resource::command(const QString &commandName) const
{
    return named(commands, commandName);
}

const ResourceCatalog &ResourceCatalog::builtIn()
{
    static const ResourceCatalog Table(
        trafficResources() + recordResources() + systemResources(), allStatistics(),
        {QStringLiteral("subscribe"), QStringLiteral("write"), QStringLiteral("island")});
    return Table;
}

ResourceCatalog::ResourceCatalog(QList<Resource> resources, QList<Statistic> statistics, QStringList policyActions)
    : m_resources(std::move(resources))
    , m_statistics(std::move(statistics))
    , m_policyActions(std::move(policyActions))
{
}

const Resource *ResourceCatalog::find(const QString &resource) const
{
    return named(m_resources, resource);
}

ResourceCatalog ResourceCatalog::offering(const QStringList &names) const
{
    QList<Resource> offered;
    for (Resource resource : m_resources) {
        if (!names.contains(resource.name))
            continue;
        resource.commands.removeIf(
            [&](const Command &command) { return !names.contains(resource.name + u'.' + command.name); });
        offered.append(std::move(resource));
    }
    return {std::move(offered), m_statistics, m_policyActions};
}

Result<void> ResourceCatalog::check(const PageRequest &request, OperatorRole role) const
{
    const Resource *resource = find(request.resource);
    if (!resource)
        return Error{ErrorCode::NotFound, QStringLiteral("there is no resource \"%1\"").arg(request.resource)};
    if (role < resource->role)
        return roleNeeded(resource->role, request.resource);
    if (request.limit < 1 || request.limit > PageRequest::MaxLimit)
        return invalid(QStringLiteral("limit must be 1 to %1").arg(PageRequest::MaxLimit));
    if (request.offset < 0)
        return invalid(QStringLiteral("offset must not be negative"));
    if (!request.sort.isEmpty()) {
        const Column *column = resource->column(request.sort);
        if (!column || !column->isSortable)
            return invalid(QStringLiteral("%1 cannot be sorted by \"%2\"").arg(request.resource, request.sort));
    }
    for (const Filter &filter : request.filters) {
        if (auto checked = checkFilter(*resource, filter); !checked)
            return checked;
    }
    for (const QString &field : resource->requiredFilters) {
        const bool isFixed =
            std::any_of(request.filters.begin(), request.filters.end(), [&field](const Filter &filter) {
                return filter.field == field && filter.op == FilterOp::Equal;
            });
        if (!isFixed)
            return invalid(QStringLiteral("%1 needs the filter \"%2\"").arg(request.resource, field));
    }
    return {};
}

Result<void> ResourceCatalog::check(const CommandCall &call, OperatorRole role) const
{
    const Resource *resource = find(call.resource);
    const Command *command = resource ? resource->command(call.command) : nullptr;
    if (!command)
        return Error{ErrorCode::NotFound,
                     QStringLiteral("there is no command \"%1.%2\"").arg(call.resource, call.command)};
    if (role < command->role)
        return roleNeeded(command->role, call.resource + u'.' + call.command);
    if (auto checked = checkKeys(*command, call.keys); !checked)
        return checked;
    return checkArguments(*command, call.args);
}

} // namespace Tidegate::Admin
