// SPDX-License-Identifier: MIT
#include "http/adminv1routes.h"

#include "admin/adminjson.h"
#include "admin/local/operatorgate.h"
#include "admin/openapi.h"
#include "base/taskqueue.h"
#include "http/replies.h"
#include "http/routetable.h"
#include "http/rules.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

namespace Tidegate {

using namespace Qt::StringLiterals;

namespace {

using Method = RouteTable::Method;

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidSyntax:
    case ErrorCode::InvalidContract:
        return 400;
    case ErrorCode::Unauthenticated:
        return 401;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::NotFound:
    case ErrorCode::UnknownType:
    case ErrorCode::Unsupported:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::RateLimited:
        return 429;
    case ErrorCode::Unavailable:
        return 503;
    case ErrorCode::Timeout:
        return 504;
    default:
        return 500;
    }
}

HttpResponse refusal(const Error &error)
{
    return Replies::json(statusOf(error.code), Admin::toJson(error));
}

//! COLUMN:OP:VALUE; a number where the column is one, text otherwise.
Result<QJsonObject> filterFrom(const QString &text, const Admin::Resource &resource)
{
    const QString field = text.section(u':', 0, 0);
    const QString op = text.section(u':', 1, 1);
    const QString value = text.section(u':', 2);
    const Admin::Column *column = resource.column(field);
    if (!column || !Admin::filterOpFromName(op))
        return Error{ErrorCode::InvalidContract, u"filter must be COLUMN:OP:VALUE; got \"%1\""_s.arg(text)};
    QJsonValue json(value);
    bool isNumber = false;
    const double number = value.toDouble(&isNumber);
    using enum Admin::ColumnType;
    if (column->type == Bool)
        json = value == "true"_L1;
    else if (isNumber && op != "contains"_L1 && column->type != Text && column->type != Enum && column->type != Json)
        json = number;
    return QJsonObject{{u"field"_s, field}, {u"op"_s, op}, {u"value"_s, json}};
}

Result<QJsonObject> pageMessage(const QUrlQuery &query, const Admin::Resource &resource)
{
    QJsonObject message{{u"resource"_s, resource.name},
                        {u"search"_s, query.queryItemValue(u"search"_s, QUrl::FullyDecoded)},
                        {u"sort"_s, query.queryItemValue(u"sort"_s)},
                        {u"descending"_s, query.queryItemValue(u"descending"_s) == "true"_L1}};
    for (const QString &name : {u"offset"_s, u"limit"_s}) {
        if (!query.hasQueryItem(name))
            continue;
        bool isNumber = false;
        message.insert(name, query.queryItemValue(name).toLongLong(&isNumber));
        if (!isNumber)
            return Error{ErrorCode::InvalidContract, u"%1 must be a number"_s.arg(name)};
    }
    QJsonArray filters;
    for (const QString &text : query.allQueryItemValues(u"filter"_s, QUrl::FullyDecoded)) {
        const auto filter = filterFrom(text, resource);
        if (!filter)
            return filter.error();
        filters.append(*filter);
    }
    message.insert(u"filters"_s, filters);
    return message;
}

} // namespace

void AdminV1Routes::addTo(RouteTable &table)
{
    if (!m_gate)
        return;
    table.add(Method::Get, u"/admin/v1/openapi.json"_s, [this](const RequestPtr &request) {
        admit(request, [this](const RequestPtr &admitted, const auto &) {
            admitted->answer(
                Replies::json(200, Admin::openApiOf(m_gate->service().catalog(), QStringLiteral(TIDEGATE_VERSION))));
        });
    });
    table.add(Method::Get, u"/admin/v1/history"_s, [this](const RequestPtr &request) {
        admit(request, [this](const RequestPtr &admitted, auto visitor) {
            const QUrlQuery query(QString::fromUtf8(admitted->request.query));
            ask(admitted, std::move(visitor), u"history"_s,
                {{u"since"_s, query.queryItemValue(u"since"_s).toLongLong()}});
        });
    });
    table.add(Method::Post, u"/admin/v1/explain"_s, [this](const RequestPtr &request) {
        admit(request, [this](const RequestPtr &admitted, auto visitor) {
            ask(admitted, std::move(visitor), u"explain"_s, admitted->json.toObject());
        });
    });
    table.addWithArgument(Method::Get, u"/admin/v1/<arg>"_s,
                          [this](const RequestPtr &request, const QString &resource) {
                              admit(request, [this, resource](const RequestPtr &admitted, auto visitor) {
                                  get(admitted, std::move(visitor), resource);
                              });
                          });
    table.addWithArgument(Method::Post, u"/admin/v1/<arg>"_s,
                          [this](const RequestPtr &request, const QString &resource) {
                              admit(request, [this, resource](const RequestPtr &admitted, auto visitor) {
                                  QJsonObject message = admitted->json.toObject();
                                  message.insert(u"resource"_s, resource);
                                  ask(admitted, std::move(visitor), u"invoke"_s, std::move(message));
                              });
                          });
}

void AdminV1Routes::admit(const RequestPtr &request, const Serve &serve) const
{
    auto visitor = m_gate->admit(request->request);
    if (visitor)
        serve(request, std::move(*visitor));
    else
        request->refuse(HttpRules::OperatorRefused, refusal(visitor.error()));
}

void AdminV1Routes::get(const RequestPtr &request, Admin::OperatorGate::Visitor visitor, const QString &resource)
{
    const Admin::Resource *known = m_gate->service().catalog().find(resource);
    if (!known) {
        request->answer(refusal({ErrorCode::NotFound, u"there is no resource \"%1\""_s.arg(resource)}));
        return;
    }
    const QUrlQuery query(QString::fromUtf8(request->request.query));
    if (query.hasQueryItem(u"key"_s)) {
        ask(request, std::move(visitor), u"one"_s,
            {{u"resource"_s, resource}, {u"key"_s, query.queryItemValue(u"key"_s, QUrl::FullyDecoded)}});
        return;
    }
    if (const auto message = pageMessage(query, *known))
        ask(request, std::move(visitor), u"page"_s, *message);
    else
        request->answer(refusal(message.error()));
}

void AdminV1Routes::ask(const RequestPtr &request, Admin::OperatorGate::Visitor visitor, const QString &op,
                        QJsonObject message)
{
    message.insert(u"op"_s, op);
    m_gate->ask(std::move(visitor), message, [request](const Result<QJsonObject> &result) {
        request->home->post([request, result] {
            if (!request->isAnswered())
                request->answer(result ? Replies::json(200, *result) : refusal(result.error()));
        });
    });
}

} // namespace Tidegate
