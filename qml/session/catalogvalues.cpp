// SPDX-License-Identifier: MIT
#include "qml/session/catalogvalues.h"

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

QVariantMap columnValues(const Admin::Column &column)
{
    return {{u"name"_s, column.name},         {u"title"_s, column.title},
            {u"doc"_s, column.doc},           {u"type"_s, Admin::columnTypeName(column.type)},
            {u"values"_s, column.values},     {u"isSortable"_s, column.isSortable},
            {u"isDetail"_s, column.isDetail}, {u"isFilterable"_s, column.isFilterable}};
}

QVariantMap argumentValues(const Admin::Argument &argument)
{
    return {{u"name"_s, argument.name},
            {u"title"_s, argument.title},
            {u"doc"_s, argument.doc},
            {u"type"_s, Admin::columnTypeName(argument.type)},
            {u"values"_s, argument.values},
            {u"isRequired"_s, argument.isRequired},
            {u"defaultValue"_s, argument.defaultValue.toVariant()}};
}

QString targetsName(Admin::Command::Targets targets)
{
    switch (targets) {
    case Admin::Command::Targets::None:
        return u"none"_s;
    case Admin::Command::Targets::One:
        return u"one"_s;
    case Admin::Command::Targets::Many:
        break;
    }
    return u"many"_s;
}

} // namespace

QVariantMap commandValues(const Admin::Command &command)
{
    QVariantList args;
    for (const Admin::Argument &argument : command.args)
        args.append(argumentValues(argument));
    return {{u"name"_s, command.name},
            {u"title"_s, command.title},
            {u"doc"_s, command.doc},
            {u"isDestructive"_s, command.isDestructive},
            {u"targets"_s, targetsName(command.targets)},
            {u"args"_s, args}};
}

QVariantMap resourceValues(const Admin::Resource &resource, Admin::OperatorRole role)
{
    QVariantList columns;
    for (const Admin::Column &column : resource.columns)
        columns.append(columnValues(column));
    QVariantList commands;
    for (const Admin::Command &command : resource.commands) {
        if (command.role <= role)
            commands.append(commandValues(command));
    }
    return {{u"name"_s, resource.name},         {u"title"_s, resource.title}, {u"doc"_s, resource.doc},
            {u"keyField"_s, resource.keyField}, {u"columns"_s, columns},      {u"commands"_s, commands}};
}

} // namespace Tidegate::Console
