// SPDX-License-Identifier: MIT
#include "admin/remote/remoteadminport.h"

#include "admin/adminjson.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkRequest>
#include <QPointer>
#include <QRegularExpression>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr int OverdueCheckMs = 1'000;

QUrl liveUrl(QUrl url)
{
    const bool isSafe = url.scheme() == "https"_L1 || url.scheme() == "wss"_L1;
    url.setScheme(isSafe ? u"wss"_s : u"ws"_s);
    url.setPath(u"/admin/v1/live"_s);
    url.setQuery(QString());
    return url;
}

//! The status of a handshake that was answered by something else than a WebSocket; the library tells it in words only.
int httpStatusIn(const QString &text)
{
    static const QRegularExpression Status(u"status code: (\\d{3})"_s);
    return Status.match(text).captured(1).toInt();
}

bool isRefusal(QWebSocketProtocol::CloseCode code)
{
    return code == QWebSocketProtocol::CloseCodePolicyViolated;
}

Error lost()
{
    return {ErrorCode::Unavailable, u"not connected to the gateway"_s, true};
}

template <typename T>
std::function<void(Result<QJsonObject>)> fromJson(AdminPort::Answer<T> done, T (*read)(const QJsonObject &))
{
    return [done = std::move(done), read](const Result<QJsonObject> &result) {
        if (result)
            done(read(*result));
        else
            done(result.error());
    };
}

} // namespace

RemoteAdminPort::RemoteAdminPort(Config config, QObject *parent)
    : AdminPort(parent)
    , m_config(std::move(config))
    , m_retryMs(m_config.firstRetryMs)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &RemoteAdminPort::connectNow);
    m_overdue.setInterval(OverdueCheckMs);
    connect(&m_overdue, &QTimer::timeout, this, &RemoteAdminPort::endOverdue);
    connect(&m_socket, &QWebSocket::disconnected, this, &RemoteAdminPort::onClosed);
    connect(&m_socket, &QWebSocket::textMessageReceived, this, &RemoteAdminPort::onText);
    connect(&m_socket, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this, [this] {
        m_problem = m_socket.errorString();
        // A connection that never came about is not reported as lost.
        if (m_socket.state() == QAbstractSocket::UnconnectedState)
            onClosed();
    });
    connectNow();
}

RemoteAdminPort::~RemoteAdminPort()
{
    m_socket.disconnect(this);
}

void RemoteAdminPort::connectNow()
{
    m_problem.clear();
    QNetworkRequest request(liveUrl(m_config.url));
    if (!m_config.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_config.token);
    m_socket.open(request);
}

void RemoteAdminPort::onClosed()
{
    if (m_retry.isActive() || m_state.kind == PortState::Kind::Refused)
        return;
    const int status = httpStatusIn(m_problem);
    QString reason = m_socket.closeReason().isEmpty() ? m_problem : m_socket.closeReason();
    if (status == 401)
        reason = u"the gateway does not know this token, or it has expired"_s;
    else if (status == 403)
        reason = u"this account is no operator here (settings admin.view_role, origins.allowed)"_s;
    if (status == 401 || status == 403 || isRefusal(m_socket.closeCode())) {
        setState({PortState::Kind::Refused, 0, reason});
    } else {
        m_retry.start(int(m_retryMs));
        setState({PortState::Kind::Offline, m_retryMs, reason});
        m_retryMs = std::min(2 * m_retryMs, m_config.longestRetryMs);
    }
    while (!m_pending.empty())
        settle(m_pending.begin()->first, lost());
}

void RemoteAdminPort::setState(const PortState &state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

void RemoteAdminPort::onText(const QString &text)
{
    const QJsonObject message = QJsonDocument::fromJson(text.toUtf8()).object();
    if (message.contains(u"event"_s)) {
        onEvent(message[u"event"_s].toString(), message);
        return;
    }
    const qint64 id = message[u"id"_s].toInteger();
    if (message.contains(u"error"_s))
        settle(id, errorFromJson(message[u"error"_s].toObject()));
    else
        settle(id, message[u"result"_s].toObject());
}

void RemoteAdminPort::onEvent(const QString &event, const QJsonObject &message)
{
    if (event == "identity"_L1) {
        auto catalog = ResourceCatalog::fromJson(message[u"catalog"_s].toObject());
        if (!catalog) {
            setState({PortState::Kind::Refused, 0, catalog.error().text});
            m_socket.close();
            return;
        }
        m_catalog = std::move(*catalog);
        m_identity = identityFromJson(message);
        m_retryMs = m_config.firstRetryMs;
        m_state = {PortState::Kind::Online, 0, {}};
        watchAgain();
        Q_EMIT identityChanged();
        Q_EMIT stateChanged();
    } else if (event == "statistics"_L1) {
        Q_EMIT statisticsChanged(statisticsFromJson(message));
    } else if (event == "rows"_L1) {
        QStringList removed;
        for (const QJsonValue &key : message[u"removed"_s].toArray())
            removed.append(key.toString());
        Q_EMIT rowsChanged(message[u"resource"_s].toString(), rowsFromJson(message[u"rows"_s]), removed);
    } else if (event == "revision"_L1) {
        Q_EMIT revisionChanged(message[u"resource"_s].toString(), message[u"revision"_s].toInteger(),
                               message[u"total"_s].toInteger(-1));
    } else if (event == "log"_L1) {
        Q_EMIT logAppended(rowsFromJson(message[u"rows"_s]), qsizetype(message[u"skipped"_s].toInteger()));
    }
}

void RemoteAdminPort::settle(qint64 id, const Result<QJsonObject> &result)
{
    const auto found = m_pending.find(id);
    if (found == m_pending.end())
        return;
    const JsonAnswer done = std::move(found->second.done);
    m_pending.erase(found);
    if (m_pending.empty())
        m_overdue.stop();
    done(result);
}

void RemoteAdminPort::endOverdue()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    std::vector<qint64> overdue;
    for (const auto &[id, pending] : m_pending) {
        if (now >= pending.dueMs)
            overdue.push_back(id);
    }
    for (const qint64 id : overdue)
        settle(id, Error{ErrorCode::Timeout, u"the gateway did not answer in time"_s, true});
}

void RemoteAdminPort::ask(const QString &op, QJsonObject message, QObject *context, JsonAnswer done)
{
    // Answers leave a fresh stack, also those that are known at once.
    JsonAnswer deliver = [context = QPointer<QObject>(context), done = std::move(done)](Result<QJsonObject> result) {
        if (context)
            QTimer::singleShot(0, context, [done, result = std::move(result)] { done(result); });
    };
    if (m_state.kind != PortState::Kind::Online) {
        deliver(lost());
        return;
    }
    message.insert(u"id"_s, ++m_lastId);
    message.insert(u"op"_s, op);
    m_pending.emplace(m_lastId, Pending{std::move(deliver), QDateTime::currentMSecsSinceEpoch() + m_config.timeoutMs});
    m_overdue.start();
    m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
}

void RemoteAdminPort::tell(const QString &op, const QJsonObject &message)
{
    ask(op, message, this, [](const Result<QJsonObject> &) {});
}

void RemoteAdminPort::fetchPage(const PageRequest &request, QObject *context, Answer<Page> done)
{
    ask(u"page"_s, toJson(request), context, fromJson<Page>(std::move(done), &pageFromJson));
}

void RemoteAdminPort::fetchOne(const QString &resource, const QString &key, QObject *context, Answer<QJsonObject> done)
{
    ask(u"one"_s, {{u"resource"_s, resource}, {u"key"_s, key}}, context, std::move(done));
}

void RemoteAdminPort::invoke(const CommandCall &call, QObject *context, Answer<CommandOutcome> done)
{
    ask(u"invoke"_s, toJson(call), context, fromJson<CommandOutcome>(std::move(done), &commandOutcomeFromJson));
}

void RemoteAdminPort::fetchHistory(qint64 sinceMs, QObject *context, Answer<History> done)
{
    ask(u"history"_s, {{u"since"_s, sinceMs}}, context, fromJson<History>(std::move(done), &historyFromJson));
}

void RemoteAdminPort::explain(const PolicyQuestion &question, QObject *context, Answer<PolicyAnswer> done)
{
    ask(u"explain"_s, toJson(question), context, fromJson<PolicyAnswer>(std::move(done), &policyAnswerFromJson));
}

void RemoteAdminPort::watchStatistics(bool isWatching)
{
    m_isWatchingStatistics = isWatching;
    tell(u"watch-statistics"_s, {{u"on"_s, isWatching}});
}

void RemoteAdminPort::sendWatch(const QString &resource)
{
    tell(u"watch-rows"_s,
         {{u"resource"_s, resource}, {u"keys"_s, QJsonArray::fromStringList(m_watchedRows.value(resource))}});
}

void RemoteAdminPort::watchRows(const QString &resource, const QStringList &keys)
{
    m_watchedRows.insert(resource, keys.first(std::min(keys.size(), MaxWatchedKeys)));
    sendWatch(resource);
}

void RemoteAdminPort::unwatchRows(const QString &resource)
{
    m_watchedRows.remove(resource);
    tell(u"unwatch-rows"_s, {{u"resource"_s, resource}});
}

void RemoteAdminPort::watchLog(const LogFilter &filter)
{
    m_watchedLog = filter;
    tell(u"watch-log"_s, toJson(filter));
}

void RemoteAdminPort::unwatchLog()
{
    m_watchedLog.reset();
    tell(u"unwatch-log"_s);
}

void RemoteAdminPort::watchAgain()
{
    if (m_isWatchingStatistics)
        watchStatistics(true);
    for (const QString &resource : m_watchedRows.keys())
        sendWatch(resource);
    if (m_watchedLog)
        watchLog(LogFilter(*m_watchedLog));
}

} // namespace Tidegate::Admin
