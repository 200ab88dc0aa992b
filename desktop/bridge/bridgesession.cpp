// SPDX-License-Identifier: MIT
#include "desktop/bridge/bridgesession.h"

#include "desktop/bridge/log.h"

#include <QJsonDocument>

#include <algorithm>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

//! Names pages can compare with, one for each ErrorCode they can meet.
QString codeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidSyntax:
    case ErrorCode::InvalidContract:
    case ErrorCode::UnknownType:
    case ErrorCode::Unsupported:
        return u"INVALID"_s;
    case ErrorCode::TooLarge:
        return u"TOO_LARGE"_s;
    case ErrorCode::Unauthenticated:
    case ErrorCode::Forbidden:
        return u"FORBIDDEN"_s;
    case ErrorCode::NotFound:
        return u"NOT_FOUND"_s;
    case ErrorCode::Conflict:
        return u"CONFLICT"_s;
    case ErrorCode::RateLimited:
    case ErrorCode::Unavailable:
        return u"UNAVAILABLE"_s;
    case ErrorCode::Timeout:
        return u"TIMEOUT"_s;
    case ErrorCode::Cancelled:
        return u"CANCELLED"_s;
    case ErrorCode::Storage:
    case ErrorCode::Internal:
        return u"INTERNAL"_s;
    }
    return u"INTERNAL"_s;
}

} // namespace

BridgeSession::BridgeSession(QString window, Ports ports, QObject *parent)
    : QObject(parent)
    , m_window(std::move(window))
    , m_ports(std::move(ports))
    , m_answers(makeAnswerQueue())
    , m_links(m_ports.connectTo, [this] { return isBehind(); })
{
    connect(&m_links, &PageLinks::spoke, this, &BridgeSession::send);
}

BridgeSession::~BridgeSession()
{
    m_answers->close();
}

void BridgeSession::receive(const QString &message)
{
    if (message.size() > MaxMessageChars) {
        qCWarning(lcDesktop, "window=%s sent a message of %lld characters: dropped", qPrintable(m_window),
                  qlonglong(message.size()));
        return;
    }
    const QJsonObject object = QJsonDocument::fromJson(message.toUtf8()).object();
    const QString op = object.value("op"_L1).toString();
    const int link = object.value("link"_L1).toInt();
    if (op == "invoke"_L1)
        invoke(object);
    else if (op == "listen"_L1)
        listen(object);
    else if (op == "unlisten"_L1)
        m_listening.remove(object.value("event"_L1).toString());
    else if (op == "connect"_L1)
        connectLink(object);
    else if (op == "send"_L1)
        m_links.send(link, object.value("text"_L1).toString().toUtf8());
    else if (op == "close"_L1)
        m_links.close(link);
    else if (op == "seen"_L1)
        m_owedChars = std::max<qint64>(0, m_owedChars - std::max<qint64>(0, object.value("chars"_L1).toInteger()));
    else
        qCWarning(lcDesktop, "window=%s sent a message without a known op: dropped", qPrintable(m_window));
}

void BridgeSession::emitEvent(const QString &event, const QJsonValue &payload)
{
    if (!m_listening.contains(event))
        return;
    if (isBehind()) {
        qCWarning(lcDesktop, "window=%s does not take in what it is sent: event %s dropped", qPrintable(m_window),
                  qPrintable(event));
        return;
    }
    send({{u"op"_s, u"event"_s}, {u"event"_s, event}, {u"payload"_s, payload}});
}

void BridgeSession::reset()
{
    ++m_page;
    m_calls = 0;
    m_owedChars = 0;
    m_listening.clear();
    m_links.closeAll();
}

QString BridgeSession::refusalOf(RequestKind kind, const QString &name)
{
    const Verdict verdict = m_ports.capabilities.check(m_window, kind, name);
    if (verdict.isAllowed)
        return {};
    qCWarning(lcDesktop, "%s", qPrintable(verdict.text));
    Q_EMIT refused(verdict.text);
    return verdict.text;
}

void BridgeSession::invoke(const QJsonObject &message)
{
    const QJsonValue id = message.value("id"_L1);
    const CommandCall call{m_window, message.value("command"_L1).toString(), message.value("args"_L1)};
    if (const QString refusal = refusalOf(RequestKind::Command, call.command); !refusal.isNull()) {
        answer(id, Error{ErrorCode::Forbidden, refusal});
        return;
    }
    if (m_calls >= MaxCalls) {
        answer(id, Error{ErrorCode::Unavailable, u"%1 calls wait for their answers already"_s.arg(m_calls), true});
        return;
    }
    ++m_calls;
    m_ports.commands.run(call,
                         Responder<QJsonValue>(m_answers, [this, id, page = m_page](const Result<QJsonValue> &outcome) {
                             if (page != m_page)
                                 return;
                             --m_calls;
                             answer(id, outcome);
                         }));
}

void BridgeSession::listen(const QJsonObject &message)
{
    const QJsonValue id = message.value("id"_L1);
    const QString event = message.value("event"_L1).toString();
    if (const QString refusal = refusalOf(RequestKind::Event, event); !refusal.isNull()) {
        answer(id, Error{ErrorCode::Forbidden, refusal});
        return;
    }
    if (m_listening.size() >= MaxListeners) {
        answer(id, Error{ErrorCode::Unavailable, u"this page listens to %1 events already"_s.arg(MaxListeners)});
        return;
    }
    m_listening.insert(event);
    answer(id, QJsonValue(true));
}

void BridgeSession::connectLink(const QJsonObject &message)
{
    const int link = message.value("link"_L1).toInt();
    const QString target = message.value("target"_L1).toString();
    if (const QString refusal = refusalOf(RequestKind::Link, target.section(u'?', 0, 0)); !refusal.isNull()) {
        send({{u"op"_s, u"closed"_s}, {u"link"_s, link}, {u"code"_s, 1008}, {u"reason"_s, refusal}});
        return;
    }
    m_links.open(link, target.toUtf8());
}

void BridgeSession::answer(const QJsonValue &id, const Result<QJsonValue> &outcome)
{
    if (outcome)
        send({{u"op"_s, u"result"_s}, {u"id"_s, id}, {u"value"_s, *outcome}});
    else
        send({{u"op"_s, u"error"_s},
              {u"id"_s, id},
              {u"code"_s, codeName(outcome.error().code)},
              {u"message"_s, outcome.error().text},
              {u"retryable"_s, outcome.error().retryable}});
}

void BridgeSession::send(const QJsonObject &message)
{
    const QString text = QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact));
    m_owedChars += text.size();
    Q_EMIT sent(text);
}

} // namespace Tidegate::Desktop
