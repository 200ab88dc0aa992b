// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QSslServer>
#include <QTcpSocket>
#include <QUrl>

namespace Tidegate::Desktop {

//! A web server of a site that is not ours: fixed pages over http, or https with a certificate of its own.
class Site : public QObject
{
public:
    //! Without files: plain http.
    explicit Site(const QString &certificateFile = {}, const QString &keyFile = {});

    void setPage(const QByteArray &path, const QByteArray &html) { m_pages.insert(path, html); }
    QUrl url(const QString &path = QStringLiteral("/")) const;

private:
    void answer(QTcpSocket *socket) const;

    QHash<QByteArray, QByteArray> m_pages;
    std::unique_ptr<QTcpServer> m_server;
    bool m_isTls = false;
};

} // namespace Tidegate::Desktop
