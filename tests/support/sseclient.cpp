// SPDX-License-Identifier: MIT
#include "support/sseclient.h"

#include "support/waiting.h"

#include <QJsonDocument>
#include <QNetworkRequest>
#include <QTest>

namespace Tidegate {

QJsonObject SseClient::Event::json() const
{
    return QJsonDocument::fromJson(data).object();
}

SseClient::~SseClient()
{
    close();
}

bool SseClient::open(const QUrl &url, const QByteArray &token, const Headers &headers)
{
    close();
    m_events.clear();
    m_isRead.clear();
    m_comments.clear();
    m_rest.clear();
    m_current = {};
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "text/event-stream");
    if (!token.isEmpty())
        request.setRawHeader("Cookie", "ssma_session=" + token);
    for (const auto &[name, value] : headers)
        request.setRawHeader(name, value);
    m_reply.reset(m_network.get(request));
    QObject::connect(m_reply.get(), &QIODevice::readyRead, m_reply.get(), [this] { read(); });
    (void)QTest::qWaitFor([this] { return status() != 0 || isEnded(); }, WaitMs);
    return status() == 200;
}

bool SseClient::join(const QUrl &url, const QByteArray &token, bool hasRows)
{
    return open(url, token) && !next("ready").isEmpty() && (!hasRows || !next("replay").isEmpty());
}

int SseClient::status() const
{
    return m_reply ? m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() : 0;
}

QByteArray SseClient::header(const QByteArray &name) const
{
    return m_reply ? m_reply->rawHeader(name) : QByteArray();
}

void SseClient::read()
{
    m_rest += m_reply->readAll();
    for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n')) {
        takeLine(m_rest.left(end));
        m_rest.remove(0, end + 1);
    }
}

void SseClient::takeLine(QByteArray line)
{
    if (line.endsWith('\r'))
        line.chop(1);
    if (line.isEmpty()) {
        if (!m_current.isEmpty()) {
            m_events.append(m_current);
            m_isRead.append(false);
        }
        m_current = {};
        return;
    }
    const qsizetype colon = line.indexOf(':');
    const QByteArray field = colon < 0 ? line : line.left(colon);
    QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (field.isEmpty()) {
        m_comments.append(value);
    } else if (field == "event") {
        m_current.name = value;
    } else if (field == "data") {
        m_current.data += m_current.data.isEmpty() ? value : '\n' + value;
    } else if (field == "id") {
        m_current.id = m_lastEventId = value;
    } else if (field == "retry") {
        m_retryMs = value.toInt();
    }
}

SseClient::Event SseClient::next(const QByteArray &name)
{
    return waitFor([&name](const Event &event) { return event.name == name; });
}

SseClient::Event SseClient::waitFor(const Predicate &predicate)
{
    qsizetype at = 0;
    const auto find = [&] {
        for (; at < m_events.size(); ++at) {
            if (!m_isRead.at(at) && predicate(m_events.at(at)))
                return true;
        }
        return false;
    };
    const bool isFound = QTest::qWaitFor([&] { return find() || isEnded(); }, WaitMs);
    if (!isFound || !find()) {
        qInfo("no such event among %s", names().join(' ').constData());
        return {};
    }
    m_isRead[at] = true;
    return m_events.at(at);
}

int SseClient::unread(const QByteArray &name) const
{
    int count = 0;
    for (qsizetype i = 0; i < m_events.size(); ++i)
        count += !m_isRead.at(i) && m_events.at(i).name == name;
    return count;
}

QByteArrayList SseClient::names() const
{
    QByteArrayList names;
    for (const Event &event : m_events)
        names.append(event.name);
    return names;
}

void SseClient::close()
{
    if (!m_reply)
        return;
    QObject::disconnect(m_reply.get(), &QIODevice::readyRead, nullptr, nullptr);
    m_reply->abort();
    m_reply.reset();
}

bool SseClient::waitForEnd()
{
    return QTest::qWaitFor([this] { return isEnded(); }, WaitMs);
}

} // namespace Tidegate
