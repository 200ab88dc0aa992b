// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QNetworkAccessManager>
#include <QUrl>

namespace Tidegate {

struct HttpAnswer
{
    int status = 0; //!< 0: no answer came
    QList<QPair<QByteArray, QByteArray>> headers;
    QByteArray body;

    QJsonObject json() const;
    //! Empty if there is none; the name in any case.
    QByteArray header(const QByteArray &name) const;
};

//! Blocking HTTP with a cookie jar of its own; runs the event loop while it waits.
class HttpClient
{
public:
    using Headers = QList<QPair<QByteArray, QByteArray>>;

    explicit HttpClient(QUrl base = {});

    void setBase(const QUrl &base) { m_base = base; }
    //! Sends \p token as the session cookie of every request from now on; empty = no cookie at all.
    void setToken(const QByteArray &token) { m_token = token; }
    void forgetCookies();
    QByteArray cookie(const QByteArray &name) const;

    HttpAnswer get(const QString &path, const Headers &headers = {});
    HttpAnswer post(const QString &path, const QJsonObject &body = {}, const Headers &headers = {});
    HttpAnswer send(const QByteArray &verb, const QString &path, const QByteArray &body = {},
                    const Headers &headers = {});

private:
    QNetworkAccessManager m_network;
    QUrl m_base;
    QByteArray m_token;
};

//! Writes \p request to 127.0.0.1:\p port as it is and returns all bytes until the peer closes; for what a client
//! library would not send.
QByteArray rawExchange(quint16 port, const QByteArray &request);

} // namespace Tidegate
