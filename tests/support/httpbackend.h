// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QString>
#include <QThread>

#include <memory>

namespace Tidegate {

class HttpBackendServer;

//! A real HTTP backend that does what a test tells it; see README.md for its behaviours. Listens on 127.0.0.1 from a
//! thread of its own, so it also answers while the test's thread is busy. Every method blocks and may be called from
//! any thread.
class HttpBackend
{
public:
    //! Port 0 lets the system choose. port() is 0 when listening failed.
    explicit HttpBackend(quint16 port = 0);
    ~HttpBackend();
    Q_DISABLE_COPY_MOVE(HttpBackend)

    quint16 port() const { return m_port; }
    QString url() const;

    //! \p match is an intent name, a path such as "/subscribe", or "*".
    void setBehaviour(const QString &match, const QJsonObject &behaviour);
    //! \p snapshot is {"snapshot":[...],"cursor":n}.
    void setSnapshot(const QString &channel, const QJsonObject &snapshot);
    void reset();

    //! The answer of GET /__calls.
    QJsonObject calls() const;
    int callCount(const QString &path) const;
    //! The newest call to \p path: {"verb","path","headers","body"}.
    QJsonObject lastCall(const QString &path) const;

private:
    QThread m_thread;
    std::unique_ptr<HttpBackendServer> m_server;
    quint16 m_port = 0;
};

} // namespace Tidegate
