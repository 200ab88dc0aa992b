// SPDX-License-Identifier: MIT
#include "desktop/bridge/pagelinks.h"

#include "wire/websocketframe.h"

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {
constexpr quint16 CloseSlowConsumer = 4002;
constexpr quint16 CloseTryAgainLater = 1013;
} // namespace

PageLinks::PageLinks(Connect connectTo, std::function<bool()> isPageBehind)
    : m_connect(std::move(connectTo))
    , m_isPageBehind(std::move(isPageBehind))
{
}

PageLinks::~PageLinks()
{
    closeAll();
}

void PageLinks::open(int link, const QByteArray &target)
{
    if (m_clients.contains(link))
        return;
    if (m_clients.size() >= MaxLinks) {
        end(link, WebSocket::ClosePolicyViolation, "TOO_MANY_LINKS");
        return;
    }
    auto client = m_connect(target);
    if (!client) {
        end(link, WebSocket::CloseGoingAway, "GATEWAY_NOT_RUNNING");
        return;
    }
    connect(client.get(), &InProcessClient::textReceived, this,
            [this, link](const QByteArray &text) { take(link, text); });
    connect(client.get(), &InProcessClient::closed, this,
            [this, link](quint16 code, const QByteArray &reason) { end(link, code, reason); });
    m_clients.emplace(link, std::move(client));
    Q_EMIT spoke({{u"op"_s, u"open"_s}, {u"link"_s, link}});
}

void PageLinks::send(int link, const QByteArray &text)
{
    const auto found = m_clients.find(link);
    if (found != m_clients.end() && !found->second->send(text))
        end(link, CloseTryAgainLater, "TOO_MUCH_UNDER_WAY");
}

void PageLinks::close(int link)
{
    if (m_clients.contains(link))
        end(link, WebSocket::CloseNormal, {});
}

void PageLinks::closeAll()
{
    m_clients.clear();
}

void PageLinks::take(int link, const QByteArray &text)
{
    if (m_isPageBehind()) {
        end(link, CloseSlowConsumer, "SLOW_CONSUMER");
        return;
    }
    Q_EMIT spoke({{u"op"_s, u"message"_s}, {u"link"_s, link}, {u"text"_s, QString::fromUtf8(text)}});
}

void PageLinks::end(int link, quint16 code, const QByteArray &reason)
{
    const auto found = m_clients.find(link);
    if (found != m_clients.end()) {
        // It may be in the middle of telling us something.
        InProcessClient *client = found->second.release();
        m_clients.erase(found);
        client->disconnect(this);
        client->deleteLater();
    }
    Q_EMIT spoke(
        {{u"op"_s, u"closed"_s}, {u"link"_s, link}, {u"code"_s, code}, {u"reason"_s, QString::fromUtf8(reason)}});
}

} // namespace Tidegate::Desktop
