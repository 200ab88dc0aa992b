// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QUrl>

#include <functional>
#include <memory>

namespace Tidegate {

//! An event stream that keeps every event. Waits run the event loop and end in an empty event when nothing came.
class SseClient
{
public:
    struct Event
    {
        QByteArray name;
        QByteArray data;
        QByteArray id; //!< as sent with this event; empty if it had none

        QJsonObject json() const;
        bool isEmpty() const { return name.isEmpty() && data.isEmpty(); }
    };
    using Predicate = std::function<bool(const Event &)>;
    using Headers = QList<QPair<QByteArray, QByteArray>>;

    SseClient() = default;
    ~SseClient();
    Q_DISABLE_COPY_MOVE(SseClient)

    //! Waits for the response head; false if none came or its status is not 200.
    bool open(const QUrl &url, const QByteArray &token = {}, const Headers &headers = {});
    //! Waits for "ready" too, and for "replay" when \p hasRows.
    bool join(const QUrl &url, const QByteArray &token = {}, bool hasRows = false);

    int status() const;
    QByteArray header(const QByteArray &name) const;

    //! The first unread event called \p name; it counts as read from then on.
    Event next(const QByteArray &name);
    Event waitFor(const Predicate &predicate);
    int unread(const QByteArray &name) const;
    const QList<Event> &events() const { return m_events; }
    QByteArrayList names() const;
    const QByteArrayList &comments() const { return m_comments; }
    //! Of the newest retry: line; -1 = none.
    int retryMs() const { return m_retryMs; }
    QByteArray lastEventId() const { return m_lastEventId; }

    void close();
    bool isEnded() const { return m_reply && m_reply->isFinished(); }
    bool waitForEnd();

private:
    void read();
    void takeLine(QByteArray line);

    QNetworkAccessManager m_network;
    std::unique_ptr<QNetworkReply> m_reply;
    QByteArray m_rest;
    Event m_current;
    QList<Event> m_events;
    QList<bool> m_isRead;
    QByteArrayList m_comments;
    QByteArray m_lastEventId;
    int m_retryMs = -1;
};

} // namespace Tidegate
