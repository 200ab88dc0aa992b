// SPDX-License-Identifier: MIT
#include "support/httpbackend.h"

#include "support/httpbackendserver.h"

namespace Tidegate {

namespace {

// Runs on the server's thread and waits: the server is not safe to call from another one.
template <typename F>
void onThreadOf(HttpBackendServer *server, F &&work)
{
    QMetaObject::invokeMethod(server, std::forward<F>(work), Qt::BlockingQueuedConnection);
}

} // namespace

HttpBackend::HttpBackend(quint16 port)
    : m_server(std::make_unique<HttpBackendServer>())
{
    m_server->moveToThread(&m_thread);
    m_thread.start();
    onThreadOf(m_server.get(), [this, port] { m_port = m_server->listen(port); });
}

HttpBackend::~HttpBackend()
{
    onThreadOf(m_server.get(), [this] { m_server->stop(); });
    m_thread.quit();
    m_thread.wait();
}

QString HttpBackend::url() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(m_port);
}

void HttpBackend::setBehaviour(const QString &match, const QJsonObject &behaviour)
{
    onThreadOf(m_server.get(), [&] { m_server->script().behaviours.insert(match, behaviour); });
}

void HttpBackend::setSnapshot(const QString &channel, const QJsonObject &snapshot)
{
    onThreadOf(m_server.get(), [&] { m_server->script().snapshots.insert(channel, snapshot); });
}

void HttpBackend::reset()
{
    onThreadOf(m_server.get(), [&] { m_server->script() = {}; });
}

QJsonObject HttpBackend::calls() const
{
    QJsonObject answer;
    onThreadOf(m_server.get(), [&] { answer = m_server->script().callsAnswer(); });
    return answer;
}

int HttpBackend::callCount(const QString &path) const
{
    return calls().value(u"counts").toObject().value(path).toInt();
}

QJsonObject HttpBackend::lastCall(const QString &path) const
{
    return calls().value(u"last").toObject().value(path).toObject();
}

} // namespace Tidegate
