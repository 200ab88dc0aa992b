// SPDX-License-Identifier: MIT
#include "admin/conversation.h"

#include "admin/adminjson.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

QStringList keysOf(const QJsonObject &message)
{
    QStringList keys;
    for (const QJsonValue &key : message[u"keys"_s].toArray())
        keys.append(key.toString());
    return keys;
}

//! An answer of the port as an answer of the wire.
template <typename T>
AdminPort::Answer<T> asJson(const std::function<void(Result<QJsonObject>)> &reply)
{
    return [reply](const Result<T> &result) {
        if (!result)
            reply(result.error());
        else if constexpr (std::is_same_v<T, QJsonObject>)
            reply(*result);
        else
            reply(toJson(*result));
    };
}

} // namespace

Conversation::Conversation(std::unique_ptr<AdminPort> port, Send send)
    : m_port(std::move(port))
    , m_send(std::move(send))
{
    connect(m_port.get(), &AdminPort::identityChanged, this, &Conversation::sendIdentity);
    connect(m_port.get(), &AdminPort::statisticsChanged, this, [this](const Statistics &statistics) {
        QJsonObject message = toJson(statistics);
        message.insert(u"event"_s, u"statistics"_s);
        m_send(message);
    });
    connect(m_port.get(), &AdminPort::rowsChanged, this,
            [this](const QString &resource, const QList<QJsonObject> &rows, const QStringList &removed) {
                m_send({{u"event"_s, u"rows"_s},
                        {u"resource"_s, resource},
                        {u"rows"_s, toJson(rows)},
                        {u"removed"_s, QJsonArray::fromStringList(removed)}});
            });
    connect(m_port.get(), &AdminPort::revisionChanged, this,
            [this](const QString &resource, qint64 revision, qint64 total) {
                m_send({{u"event"_s, u"revision"_s},
                        {u"resource"_s, resource},
                        {u"revision"_s, revision},
                        {u"total"_s, total}});
            });
    connect(m_port.get(), &AdminPort::logAppended, this, [this](const QList<QJsonObject> &rows, qsizetype skipped) {
        m_send({{u"event"_s, u"log"_s}, {u"rows"_s, toJson(rows)}, {u"skipped"_s, qint64(skipped)}});
    });
    sendIdentity();
}

Conversation::~Conversation() = default;

void Conversation::sendIdentity()
{
    QJsonObject message = toJson(m_port->identity());
    message.insert(u"event"_s, u"identity"_s);
    message.insert(u"catalog"_s, m_port->catalog().toJson());
    m_send(message);
}

bool Conversation::receive(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject())
        return false;
    take(document.object());
    return true;
}

void Conversation::take(const QJsonObject &message)
{
    const Reply reply = [this, id = message[u"id"_s]](const Result<QJsonObject> &result) {
        --m_open;
        m_send(result ? QJsonObject{{u"id"_s, id}, {u"result"_s, *result}}
                      : QJsonObject{{u"id"_s, id}, {u"error"_s, toJson(result.error())}});
    };
    ++m_open;
    if (m_open > MaxOpen)
        reply(Error{ErrorCode::RateLimited, u"at most %1 requests may be open"_s.arg(MaxOpen), true});
    else
        perform(message[u"op"_s].toString(), message, reply);
}

void Conversation::perform(const QString &op, const QJsonObject &message, Reply reply)
{
    if (op == "page"_L1) {
        if (const auto request = pageRequestFromJson(message))
            m_port->fetchPage(*request, this, asJson<Page>(reply));
        else
            reply(request.error());
    } else if (op == "one"_L1) {
        m_port->fetchOne(message[u"resource"_s].toString(), message[u"key"_s].toString(), this,
                         asJson<QJsonObject>(reply));
    } else if (op == "invoke"_L1) {
        if (const auto call = commandCallFromJson(message))
            m_port->invoke(*call, this, asJson<CommandOutcome>(reply));
        else
            reply(call.error());
    } else if (op == "history"_L1) {
        m_port->fetchHistory(message[u"since"_s].toInteger(), this, asJson<History>(reply));
    } else if (op == "explain"_L1) {
        m_port->explain(policyQuestionFromJson(message), this, asJson<PolicyAnswer>(reply));
    } else if (watch(op, message)) {
        reply(QJsonObject());
    } else {
        reply(Error{ErrorCode::UnknownType, u"there is no op \"%1\""_s.arg(op)});
    }
}

bool Conversation::watch(const QString &op, const QJsonObject &message)
{
    const QString resource = message[u"resource"_s].toString();
    if (op == "watch-statistics"_L1)
        m_port->watchStatistics(message[u"on"_s].toBool());
    else if (op == "watch-rows"_L1)
        m_port->watchRows(resource, keysOf(message));
    else if (op == "unwatch-rows"_L1)
        m_port->unwatchRows(resource);
    else if (op == "watch-log"_L1)
        m_port->watchLog(logFilterFromJson(message));
    else if (op == "unwatch-log"_L1)
        m_port->unwatchLog();
    else
        return false;
    return true;
}

} // namespace Tidegate::Admin
