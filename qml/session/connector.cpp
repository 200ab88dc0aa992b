// SPDX-License-Identifier: MIT
#include "qml/session/connector.h"

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

//! "host:5050" is what people type.
QUrl completed(const QString &text)
{
    const QString trimmed = text.trimmed();
    return QUrl(trimmed.contains(u"://"_s) ? trimmed : u"http://"_s + trimmed, QUrl::StrictMode);
}

} // namespace

Connector::Connector(ConsoleSession &session, QSettings &settings, const QString &secretTool, PortFactory makePort)
    : m_session(session)
    , m_servers(settings)
    , m_secrets(secretTool)
    , m_makePort(std::move(makePort))
{
    connect(&m_session, &ConsoleSession::identityChanged, this, &Connector::takeName);
}

Connector::~Connector()
{
    if (m_session.port() == m_port.get())
        m_session.setPort(nullptr);
}

QString Connector::problemOf(const QString &url)
{
    const QUrl complete = completed(url);
    if (url.trimmed().isEmpty())
        return tr("Type the address of a gateway, like localhost:5050.");
    if (!complete.isValid() || complete.host().isEmpty())
        return tr("This is no address. It looks like http://host:port.");
    static const QStringList Schemes{u"http"_s, u"https"_s, u"ws"_s, u"wss"_s};
    if (!Schemes.contains(complete.scheme()))
        return tr("%1:// is not spoken here; use http:// or https://.").arg(complete.scheme());
    if (!complete.userInfo().isEmpty())
        return tr("A password does not belong in the address; there is a field for the token.");
    return {};
}

void Connector::open(const QString &url, const QString &token, bool isRemembered)
{
    if (!problemOf(url).isEmpty())
        return;
    const QString complete = completed(url).toString();
    m_isRemembered = isRemembered;
    if (isRemembered) {
        m_servers.remember(complete, {});
        if (!token.isEmpty())
            m_secrets.store(complete, token);
    }
    use(complete, token);
}

void Connector::reopen(const QString &typed)
{
    const QString url = completed(typed).toString();
    m_isRemembered = true;
    m_servers.remember(url, {});
    m_secrets.lookUp(url, [this, url, guard = QPointer<Connector>(this)](const QString &token) {
        if (guard)
            use(url, token);
    });
}

void Connector::close()
{
    m_session.setPort(nullptr);
    m_port.reset();
    m_url.clear();
    Q_EMIT urlChanged();
}

void Connector::forget(const QString &url)
{
    m_servers.forget(url);
    m_secrets.forget(url);
}

void Connector::use(const QString &url, const QString &token)
{
    std::unique_ptr<Admin::AdminPort> port = m_makePort(QUrl(url), token);
    m_url = url;
    m_session.setPort(port.get());
    m_port = std::move(port);
    Q_EMIT urlChanged();
}

void Connector::takeName()
{
    if (m_isRemembered && m_session.isOnline() && !m_session.gateway().isEmpty())
        m_servers.remember(m_url, m_session.gateway());
}

} // namespace Tidegate::Console
