// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonObject>
#include <QMap>
#include <QSet>
#include <QUrl>
#include <QWebSocket>

namespace Tidegate {

//! A client that writes as fast as it is answered and remembers every answer that reached it.
class IntentPump
{
public:
    struct Told
    {
        QByteArray status;
        quint64 logSeq = 0;
        friend bool operator==(const Told &, const Told &) = default;
    };

    //! Ids begin with \p prefix; names are taken in turn.
    IntentPump(QByteArray prefix, QByteArrayList names);

    void start(const QUrl &url);
    //! Sends these first: ids of an earlier run whose answer never came.
    void resend(const QMap<QByteArray, QByteArray> &nameOfId) { m_again = nameOfId; }
    bool isEnded() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    bool isIdle() const { return m_waiting == 0; }
    //! No new batches; answers are still taken.
    void pause() { m_isPaused = true; }
    //! Goes on.
    void resume()
    {
        m_isPaused = false;
        fill();
    }
    //! Batches under way at a time.
    void setBatchesInFlight(int batches) { m_batchesInFlight = batches; }
    //! Texts of the errors that came; what they speak of is sent again at once.
    const QByteArrayList &errors() const { return m_errors; }

    const QMap<QByteArray, Told> &told() const { return m_told; }
    //! Everything ever sent: name by id.
    const QMap<QByteArray, QByteArray> &sent() const { return m_sent; }
    QMap<QByteArray, QByteArray> unanswered() const;

private:
    void fill();
    void sendBatch(const QMap<QByteArray, QByteArray> &nameOfId);
    void take(const QString &text);
    void takeError(const QJsonObject &frame);

    QWebSocket m_socket;
    const QByteArray m_prefix;
    const QByteArrayList m_names;
    QMap<QByteArray, QByteArray> m_again;
    QMap<QByteArray, QByteArray> m_sent;
    QMap<QByteArray, Told> m_told;
    QByteArrayList m_errors;
    int m_batchesInFlight = 8;
    int m_next = 0;
    int m_waiting = 0;
    bool m_isPaused = false;
};

} // namespace Tidegate
