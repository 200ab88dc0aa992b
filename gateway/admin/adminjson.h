// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"
#include "wire/result.h"

#include <optional>

// The admin port's values as JSON, for HTTP and WebSocket. Reading is lenient about what is absent (it gets its
// default) and strict about what is wrong. Pure; any thread.

namespace Tidegate::Admin {

QJsonObject toJson(const PortState &state);
QJsonObject toJson(const Identity &identity);
Identity identityFromJson(const QJsonObject &json);

QJsonObject toJson(const PageRequest &request);
Result<PageRequest> pageRequestFromJson(const QJsonObject &json);
QJsonObject toJson(const Page &page);
Page pageFromJson(const QJsonObject &json);

QJsonObject toJson(const CommandCall &call);
Result<CommandCall> commandCallFromJson(const QJsonObject &json);
QJsonObject toJson(const CommandOutcome &outcome);
CommandOutcome commandOutcomeFromJson(const QJsonObject &json);

QJsonObject toJson(const Statistics &statistics);
Statistics statisticsFromJson(const QJsonObject &json);
QJsonObject toJson(const History &history);
History historyFromJson(const QJsonObject &json);

QJsonObject toJson(const PolicyQuestion &question);
PolicyQuestion policyQuestionFromJson(const QJsonObject &json);
QJsonObject toJson(const PolicyAnswer &answer);
PolicyAnswer policyAnswerFromJson(const QJsonObject &json);

QJsonObject toJson(const LogFilter &filter);
LogFilter logFilterFromJson(const QJsonObject &json);

QJsonObject toJson(const Error &error);
Error errorFromJson(const QJsonObject &json);

QJsonArray toJson(const QList<QJsonObject> &rows);
QList<QJsonObject> rowsFromJson(const QJsonValue &json);

//! "eq", "ne", "lt", "le", "gt", "ge", "contains".
QString filterOpName(FilterOp op);
std::optional<FilterOp> filterOpFromName(const QString &name);
std::optional<OperatorRole> operatorRoleFromName(const QString &name);

} // namespace Tidegate::Admin
