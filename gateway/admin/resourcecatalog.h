// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"
#include "wire/result.h"

namespace Tidegate::Admin {

//! Bytes, DurationMs and TimeMs are integers with a unit. Json: any value; shown as text, not compared.
enum class ColumnType : quint8 { Text, Integer, Number, Bytes, DurationMs, TimeMs, Bool, Enum, Json };

struct Column
{
    QString name;
    QString title;
    ColumnType type = ColumnType::Text;
    QStringList values; //!< of an Enum
    QString doc;
    bool isSortable = false;
    bool isFilterable = false;
    bool isDetail = false; //!< only in fetchOne(): too heavy for pages
};

struct Argument
{
    QString name;
    QString title;
    ColumnType type = ColumnType::Text;
    QStringList values; //!< of an Enum
    QString doc;
    bool isRequired = false;
    QJsonValue defaultValue; //!< what a form starts with, and what absence means; null = nothing
};

struct Command
{
    enum class Targets : quint8 { None, One, Many };

    QString name; //!< "kick", "set-role": also the word of the command line
    QString title;
    QString doc; //!< what it does
    OperatorRole role = OperatorRole::Operate;
    bool isDestructive = false; //!< ask first; the text of a dry run says what about
    Targets targets = Targets::Many;
    QList<Argument> args;

    const Argument *argument(const QString &name) const;
};

struct Resource
{
    QString name;
    QString title;
    QString doc;
    QString keyField;
    OperatorRole role = OperatorRole::View; //!< who may read it
    QList<Column> columns;
    QList<Command> commands;
    QStringList requiredFilters; //!< columns a page must fix with Equal ("stream" of events)
    QString defaultSort;         //!< always a sortable column
    bool isDefaultDescending = false;
    bool isLive = false; //!< watchRows() brings changes of its rows

    const Column *column(const QString &name) const;
    const Command *command(const QString &name) const;
};

//! Bool-like and shares are Number; what a plot's axis needs.
enum class StatisticUnit : quint8 { Count, PerSecond, Bytes, BytesPerSecond, Milliseconds, Percent };

struct Statistic
{
    QString name; //!< "links.total"
    QString title;
    StatisticUnit unit = StatisticUnit::Count;
    QString doc;
};

//! The one table of what the admin port has: pages, validation, the OpenAPI text, the command line and a console's
//! columns are all read from it. A value.
class ResourceCatalog
{
public:
    //! All we know of. A gateway serves offering() some of it.
    static const ResourceCatalog &builtIn();

    ResourceCatalog() = default;
    ResourceCatalog(QList<Resource> resources, QList<Statistic> statistics, QStringList policyActions);

    const QList<Resource> &resources() const { return m_resources; }
    const QList<Statistic> &statistics() const { return m_statistics; }
    //! What PolicyQuestion::action may be; empty = explain() is not served.
    const QStringList &policyActions() const { return m_policyActions; }
    const Resource *find(const QString &resource) const;

    //! Only the resources and commands named: "links" with "links.kick". Policy actions stay.
    ResourceCatalog offering(const QStringList &names) const;

    //! Whether the request is one the catalog allows to \p role; the error names what is wrong.
    Result<void> check(const PageRequest &request, OperatorRole role) const;
    Result<void> check(const CommandCall &call, OperatorRole role) const;

    QJsonObject toJson() const;
    static Result<ResourceCatalog> fromJson(const QJsonObject &json);

private:
    QList<Resource> m_resources;
    QList<Statistic> m_statistics;
    QStringList m_policyActions;
};

//! "text", "integer", ... as in JSON and in the OpenAPI text.
QString columnTypeName(ColumnType type);
QString statisticUnitName(StatisticUnit unit);

} // namespace Tidegate::Admin
