// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"

namespace Tidegate {

namespace {
const QByteArray Announcement = QByteArrayLiteral("mesh listening on ");
}

bool MeshGateway::start(const QStringList &args, const GatewayProcess::Environment &environment)
{
    m_args = args;
    m_environment = environment;
    if (!m_environment.contains(QStringLiteral("JWT_SECRET")))
        m_environment.insert(QStringLiteral("JWT_SECRET"), QString::fromUtf8(MeshClient::secret()));
    return restart();
}

bool MeshGateway::restart()
{
    QStringList args{QStringLiteral("--mesh")};
    if (!m_environment.contains(QStringLiteral("GATEWAY_WS_PORT")))
        args << QStringLiteral("--mesh-listen=127.0.0.1:0");
    return m_process.restart(args + m_args, m_environment) && readUrls();
}

bool MeshGateway::readUrls()
{
    m_urls.clear();
    if (!m_process.waitForErrorText(Announcement))
        return false;
    const QByteArray text = m_process.errorText();
    const qsizetype begin = text.indexOf(Announcement) + Announcement.size();
    for (const QByteArray &url : text.mid(begin, text.indexOf('\n', begin) - begin).trimmed().split(' '))
        m_urls.append(QUrl(QString::fromUtf8(url)));
    return !m_urls.isEmpty();
}

QUrl MeshGateway::httpUrl(const QString &path, int address) const
{
    QUrl http = url(address);
    http.setScheme(http.scheme() == QLatin1StringView("wss") ? QStringLiteral("https") : QStringLiteral("http"));
    http.setPath(path);
    return http;
}

} // namespace Tidegate
