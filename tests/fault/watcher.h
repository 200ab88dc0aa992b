// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>
#include <QWebSocket>

#include <vector>

namespace Tidegate {

//! A client that follows channel global and notes which rows it was woken for, in the order in which it was.
class Watcher
{
public:
    Watcher()
    {
        QObject::connect(&m_socket, &QWebSocket::connected, &m_socket, [this] {
            m_socket.sendTextMessage(QStringLiteral("{\"type\":\"channel.subscribe\",\"channel\":\"global\"}"));
        });
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
                         [this](const QString &text) { take(text); });
    }
    void start(const QUrl &url) { m_socket.open(url); }
    bool isSubscribed() const { return m_isSubscribed; }
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    const std::vector<quint64> &seqs() const { return m_seqs; }
    const QList<QJsonObject> &islands() const { return m_islands; }

private:
    void take(const QString &text)
    {
        const bool isInvalidate = text.startsWith(u"{\"type\":\"channel.invalidate\"");
        if (!isInvalidate) {
            m_isSubscribed = m_isSubscribed || text.startsWith(u"{\"type\":\"channel.snapshot\"");
            if (text.startsWith(u"{\"type\":\"island.invalidate\""))
                m_islands.append(QJsonDocument::fromJson(text.toUtf8()).object());
            return;
        }
        const QJsonArray rows =
            QJsonDocument::fromJson(text.toUtf8()).object().value(QLatin1String("intents")).toArray();
        for (const QJsonValue &row : rows)
            m_seqs.push_back(quint64(row.toObject().value(QLatin1String("logSeq")).toDouble()));
    }

    QWebSocket m_socket;
    std::vector<quint64> m_seqs;
    QList<QJsonObject> m_islands;
    bool m_isSubscribed = false;
};

} // namespace Tidegate
