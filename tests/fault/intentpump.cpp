// SPDX-License-Identifier: MIT
#include "fault/intentpump.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate {

namespace {

constexpr int IntentsPerBatch = 5;

} // namespace

IntentPump::IntentPump(QByteArray prefix, QByteArrayList names)
    : m_prefix(std::move(prefix))
    , m_names(std::move(names))
{
    QObject::connect(&m_socket, &QWebSocket::connected, &m_socket, [this] { fill(); });
    QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
                     [this](const QString &text) { take(text); });
}

void IntentPump::start(const QUrl &url)
{
    m_socket.open(url);
}

QMap<QByteArray, QByteArray> IntentPump::unanswered() const
{
    QMap<QByteArray, QByteArray> left;
    for (auto each = m_sent.begin(); each != m_sent.end(); ++each) {
        if (!m_told.contains(each.key()))
            left.insert(each.key(), each.value());
    }
    return left;
}

void IntentPump::fill()
{
    while (!m_again.isEmpty()) {
        QMap<QByteArray, QByteArray> batch;
        while (!m_again.isEmpty() && batch.size() < 50) {
            batch.insert(m_again.firstKey(), m_again.first());
            m_again.erase(m_again.begin());
        }
        sendBatch(batch);
    }
    while (m_waiting < m_batchesInFlight && !m_isPaused) {
        QMap<QByteArray, QByteArray> batch;
        for (int i = 0; i < IntentsPerBatch; ++i) {
            batch.insert(m_prefix + QByteArray::number(1'000'000 + m_next), m_names[m_next % m_names.size()]);
            ++m_next;
        }
        sendBatch(batch);
    }
}

void IntentPump::sendBatch(const QMap<QByteArray, QByteArray> &nameOfId)
{
    QByteArrayList entries;
    for (auto each = nameOfId.begin(); each != nameOfId.end(); ++each)
        entries << "{\"id\":\"" + each.key() + "\",\"intent\":\"" + each.value() +
                       "\",\"payload\":{\"text\":\"0123456789\"},\"meta\":{\"clock\":1}}";
    m_socket.sendTextMessage(QString::fromUtf8("{\"type\":\"intent.batch\",\"intents\":[" + entries.join(',') + "]}"));
    m_sent.insert(nameOfId);
    ++m_waiting;
}

void IntentPump::take(const QString &text)
{
    if (text.startsWith(u"{\"type\":\"error\""))
        takeError(QJsonDocument::fromJson(text.toUtf8()).object());
    if (!text.startsWith(u"{\"type\":\"ack\""))
        return;
    const QJsonArray answers =
        QJsonDocument::fromJson(text.toUtf8()).object().value(QLatin1String("intents")).toArray();
    for (const QJsonValue &value : answers) {
        const QJsonObject answer = value.toObject();
        m_told.insert(answer.value(QLatin1String("id")).toString().toUtf8(),
                      {answer.value(QLatin1String("status")).toString().toUtf8(),
                       quint64(answer.value(QLatin1String("logSeq")).toDouble())});
    }
    --m_waiting;
    fill();
}

void IntentPump::takeError(const QJsonObject &frame)
{
    m_errors.append(frame.value(QLatin1String("message")).toString().toUtf8());
    QJsonArray ids = frame.value(QLatin1String("intentIds")).toArray();
    if (ids.isEmpty() && frame.contains(QLatin1String("intentId")))
        ids.append(frame.value(QLatin1String("intentId")));
    if (ids.isEmpty())
        return;
    for (const QJsonValue &id : std::as_const(ids))
        m_again.insert(id.toString().toUtf8(), m_sent.value(id.toString().toUtf8()));
    --m_waiting;
    fill();
}

} // namespace Tidegate
