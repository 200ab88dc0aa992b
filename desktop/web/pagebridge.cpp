// SPDX-License-Identifier: MIT
#include "desktop/web/pagebridge.h"

#include "desktop/bridge/log.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

QString resource(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qCCritical(lcDesktop, "%s is missing from the program", qPrintable(path));
    return QString::fromUtf8(file.readAll());
}

QString literal(const QJsonValue &value)
{
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.sliced(1, list.size() - 2));
}

} // namespace

PageBridge::PageBridge(const QUrl &url, QJsonObject info, BridgeSession *session)
    : m_url(url)
    , m_origin(originOf(url))
    , m_info(std::move(info))
    , m_session(session)
{
    connect(session, &BridgeSession::sent, &m_line, &PageLine::sent);
    connect(&m_line, &PageLine::received, this, &PageBridge::take);
    connect(&m_line, &PageLine::begun, session, &BridgeSession::reset);
}

QString PageBridge::pageScript() const
{
    return u"(function (TidegateOrigin, TidegateInfo) {%1\n})(%2, %3);"_s.arg(resource(u":/tidegate/page/bridge.js"_s),
                                                                              literal(m_origin), literal(m_info));
}

QString PageBridge::relayScript() const
{
    return u"(function (TidegateOrigin) {%1\n%2\n})(%3);"_s.arg(
        resource(u":/qtwebchannel/qwebchannel.js"_s), resource(u":/tidegate/page/relay.js"_s), literal(m_origin));
}

QString PageBridge::originOf(const QUrl &url)
{
    const QString scheme = url.scheme();
    const int standard = scheme == "https"_L1 ? 443 : scheme == "http"_L1 ? 80 : -1;
    const int port = url.port(standard);
    return scheme + u"://"_s + url.host(QUrl::FullyEncoded) +
           (port == standard ? QString() : u':' + QString::number(port));
}

bool PageBridge::isOurs(const QUrl &url) const
{
    return originOf(url) == m_origin;
}

void PageBridge::setCurrentUrl(const QUrl &url)
{
    m_isOurPage = isOurs(url);
}

void PageBridge::pageGone()
{
    m_session->reset();
}

void PageBridge::take(const QString &message)
{
    if (m_isOurPage)
        m_session->receive(message);
    else
        qCWarning(lcDesktop, "window=%s: a page that is not %s spoke to the bridge: dropped",
                  qPrintable(m_session->window()), qPrintable(m_origin));
}

} // namespace Tidegate::Desktop
