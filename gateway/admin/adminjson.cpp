// SPDX-License-Identifier: MIT
#include "admin/adminjson.h"

#include <QJsonArray>

#include <array>
#include <cmath>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array OpNames{"eq"_L1, "ne"_L1, "lt"_L1, "le"_L1, "gt"_L1, "ge"_L1, "contains"_L1};
constexpr std::array StateNames{"connecting"_L1, "online"_L1, "offline"_L1, "refused"_L1};
// In the order of ErrorCode.
constexpr std::array ErrorNames{"invalid-syntax"_L1,  "invalid-contract"_L1, "unknown-type"_L1, "too-large"_L1,
                                "unauthenticated"_L1, "forbidden"_L1,        "not-found"_L1,    "conflict"_L1,
                                "rate-limited"_L1,    "unavailable"_L1,      "timeout"_L1,      "unsupported"_L1,
                                "storage"_L1,         "cancelled"_L1,        "internal"_L1};

template <size_t N>
std::optional<size_t> indexOf(const std::array<QLatin1StringView, N> &names, const QString &name)
{
    for (size_t i = 0; i < N; ++i) {
        if (name == names[i])
            return i;
    }
    return {};
}

Error invalid(const QString &text)
{
    return {ErrorCode::InvalidContract, text};
}

Result<Filter> filterFrom(const QJsonObject &json)
{
    const auto op = filterOpFromName(json[u"op"_s].toString(u"eq"_s));
    if (!op)
        return invalid(u"op of a filter must be one of eq, ne, lt, le, gt, ge, contains"_s);
    return Filter{json[u"field"_s].toString(), *op, json[u"value"_s]};
}

QStringList textsFrom(const QJsonValue &json)
{
    QStringList texts;
    for (const QJsonValue &text : json.toArray())
        texts.append(text.toString());
    return texts;
}

QJsonArray numbers(const QList<double> &values)
{
    QJsonArray json;
    for (const double value : values)
        json.append(std::isnan(value) ? QJsonValue() : QJsonValue(value));
    return json;
}

} // namespace

QString filterOpName(FilterOp op)
{
    return OpNames[size_t(op)];
}

std::optional<FilterOp> filterOpFromName(const QString &name)
{
    const auto index = indexOf(OpNames, name);
    return index ? std::optional(FilterOp(*index)) : std::nullopt;
}

std::optional<OperatorRole> operatorRoleFromName(const QString &name)
{
    for (const OperatorRole role : {OperatorRole::View, OperatorRole::Operate, OperatorRole::Admin}) {
        if (name == operatorRoleName(role))
            return role;
    }
    return {};
}

QJsonObject toJson(const PortState &state)
{
    return {{u"state"_s, QString(StateNames[size_t(state.kind)])},
            {u"retryInMs"_s, state.retryInMs},
            {u"reason"_s, state.reason}};
}

QJsonObject toJson(const Identity &identity)
{
    return {{u"gateway"_s, identity.gateway},
            {u"version"_s, identity.version},
            {u"node"_s, identity.node},
            {u"startedAt"_s, identity.startedAtMs},
            {u"operator"_s, identity.operatorName},
            {u"role"_s, operatorRoleName(identity.role)}};
}

Identity identityFromJson(const QJsonObject &json)
{
    return {
        json[u"gateway"_s].toString(),  json[u"version"_s].toString(),
        json[u"node"_s].toString(),     json[u"startedAt"_s].toInteger(),
        json[u"operator"_s].toString(), operatorRoleFromName(json[u"role"_s].toString()).value_or(OperatorRole::View)};
}

QJsonObject toJson(const PageRequest &request)
{
    QJsonArray filters;
    for (const Filter &filter : request.filters)
        filters.append(
            QJsonObject{{u"field"_s, filter.field}, {u"op"_s, filterOpName(filter.op)}, {u"value"_s, filter.value}});
    return {{u"resource"_s, request.resource},  {u"search"_s, request.search},           {u"filters"_s, filters},
            {u"sort"_s, request.sort},          {u"descending"_s, request.isDescending}, {u"offset"_s, request.offset},
            {u"limit"_s, qint64(request.limit)}};
}

Result<PageRequest> pageRequestFromJson(const QJsonObject &json)
{
    PageRequest request;
    request.resource = json[u"resource"_s].toString();
    request.search = json[u"search"_s].toString();
    for (const QJsonValue &value : json[u"filters"_s].toArray()) {
        auto filter = filterFrom(value.toObject());
        if (!filter)
            return filter.error();
        request.filters.append(std::move(*filter));
    }
    request.sort = json[u"sort"_s].toString();
    request.isDescending = json[u"descending"_s].toBool();
    request.offset = json[u"offset"_s].toInteger();
    request.limit = qsizetype(json[u"limit"_s].toInteger(request.limit));
    return request;
}

QJsonObject toJson(const Page &page)
{
    return {{u"rows"_s, toJson(page.rows)},
            {u"total"_s, page.total},
            {u"offset"_s, page.offset},
            {u"revision"_s, page.revision}};
}

Page pageFromJson(const QJsonObject &json)
{
    return {rowsFromJson(json[u"rows"_s]), json[u"total"_s].toInteger(-1), json[u"offset"_s].toInteger(),
            json[u"revision"_s].toInteger()};
}

QJsonObject toJson(const CommandCall &call)
{
    return {{u"resource"_s, call.resource},
            {u"command"_s, call.command},
            {u"keys"_s, QJsonArray::fromStringList(call.keys)},
            {u"args"_s, call.args},
            {u"dryRun"_s, call.isDryRun}};
}

Result<CommandCall> commandCallFromJson(const QJsonObject &json)
{
    // Doing something for real by a slip of the pen must not happen.
    if (json.contains(u"dryRun"_s) && !json[u"dryRun"_s].isBool())
        return invalid(u"dryRun must be true or false"_s);
    if (json[u"keys"_s].toArray().size() > CommandCall::MaxKeys)
        return invalid(u"a command takes at most %1 keys"_s.arg(CommandCall::MaxKeys));
    return CommandCall{json[u"resource"_s].toString(), json[u"command"_s].toString(), textsFrom(json[u"keys"_s]),
                       json[u"args"_s].toObject(), json[u"dryRun"_s].toBool()};
}

QJsonObject toJson(const CommandOutcome &outcome)
{
    QJsonObject errors;
    for (auto error = outcome.errors.begin(); error != outcome.errors.end(); ++error)
        errors.insert(error.key(), error.value());
    return {{u"affected"_s, qint64(outcome.affected)},
            {u"text"_s, outcome.text},
            {u"errors"_s, errors},
            {u"result"_s, outcome.result}};
}

CommandOutcome commandOutcomeFromJson(const QJsonObject &json)
{
    CommandOutcome outcome{
        qsizetype(json[u"affected"_s].toInteger()), json[u"text"_s].toString(), {}, json[u"result"_s].toObject()};
    const QJsonObject errors = json[u"errors"_s].toObject();
    for (auto error = errors.begin(); error != errors.end(); ++error)
        outcome.errors.insert(error.key(), error.value().toString());
    return outcome;
}

QJsonObject toJson(const Statistics &statistics)
{
    QJsonObject values;
    for (auto value = statistics.values.begin(); value != statistics.values.end(); ++value)
        values.insert(value.key(), value.value());
    return {{u"at"_s, statistics.atMs}, {u"values"_s, values}};
}

Statistics statisticsFromJson(const QJsonObject &json)
{
    Statistics statistics{json[u"at"_s].toInteger(), {}};
    const QJsonObject values = json[u"values"_s].toObject();
    for (auto value = values.begin(); value != values.end(); ++value)
        statistics.values.insert(value.key(), value.value().toDouble());
    return statistics;
}

QJsonObject toJson(const History &history)
{
    QJsonObject series;
    for (auto values = history.series.begin(); values != history.series.end(); ++values)
        series.insert(values.key(), numbers(values.value()));
    return {{u"start"_s, history.startMs}, {u"stepMs"_s, History::StepMs}, {u"series"_s, series}};
}

History historyFromJson(const QJsonObject &json)
{
    History history{json[u"start"_s].toInteger(), {}};
    const QJsonObject series = json[u"series"_s].toObject();
    for (auto values = series.begin(); values != series.end(); ++values) {
        QList<double> &into = history.series[values.key()];
        for (const QJsonValue &value : values.value().toArray())
            into.append(value.isDouble() ? value.toDouble() : std::nan(""));
    }
    return history;
}

QJsonObject toJson(const PolicyQuestion &question)
{
    return {{u"user"_s, question.user},
            {u"role"_s, question.role},
            {u"site"_s, question.site},
            {u"channel"_s, question.channel},
            {u"action"_s, question.action}};
}

PolicyQuestion policyQuestionFromJson(const QJsonObject &json)
{
    return {json[u"user"_s].toString(), json[u"role"_s].toString(), json[u"site"_s].toString(),
            json[u"channel"_s].toString(), json[u"action"_s].toString()};
}

QJsonObject toJson(const PolicyAnswer &answer)
{
    return {{u"allowed"_s, answer.isAllowed}, {u"reason"_s, answer.reason}, {u"rule"_s, answer.rule}};
}

PolicyAnswer policyAnswerFromJson(const QJsonObject &json)
{
    return {json[u"allowed"_s].toBool(), json[u"reason"_s].toString(), json[u"rule"_s].toString()};
}

QJsonObject toJson(const LogFilter &filter)
{
    return {{u"minLevel"_s, filter.minLevel}, {u"search"_s, filter.search}};
}

LogFilter logFilterFromJson(const QJsonObject &json)
{
    return {json[u"minLevel"_s].toString(), json[u"search"_s].toString()};
}

QJsonObject toJson(const Error &error)
{
    return {{u"code"_s, QString(ErrorNames[size_t(error.code)])},
            {u"text"_s, error.text},
            {u"retryable"_s, error.retryable}};
}

Error errorFromJson(const QJsonObject &json)
{
    const auto code = indexOf(ErrorNames, json[u"code"_s].toString());
    return {code ? ErrorCode(*code) : ErrorCode::Internal, json[u"text"_s].toString(), json[u"retryable"_s].toBool()};
}

QJsonArray toJson(const QList<QJsonObject> &rows)
{
    QJsonArray json;
    for (const QJsonObject &row : rows)
        json.append(row);
    return json;
}

QList<QJsonObject> rowsFromJson(const QJsonValue &json)
{
    QList<QJsonObject> rows;
    for (const QJsonValue &row : json.toArray())
        rows.append(row.toObject());
    return rows;
}

} // namespace Tidegate::Admin
