// SPDX-License-Identifier: MIT
#include "qml/live/harbour.h"

#include "support/json.h"

#include <QDir>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

constexpr int CrewSize = 12;
constexpr int WriteEveryMs = 40;

const QByteArrayList &channels()
{
    static const QByteArrayList Names{"board", "orders", "stock", "fleet"};
    return Names;
}

std::unique_ptr<Admin::AdminPort> makePort(const QUrl &url, const QString &token)
{
    Admin::RemoteAdminPort::Config config;
    config.url = url;
    config.token = token.toUtf8();
    return std::make_unique<Admin::RemoteAdminPort>(config);
}

} // namespace

Harbour::Harbour()
    : m_settings(m_folder.filePath(u"console.ini"_s), QSettings::IniFormat)
    , m_connector(m_session, m_settings, QString(), makePort)
{
    m_traffic.setInterval(WriteEveryMs);
    connect(&m_traffic, &QTimer::timeout, this, &Harbour::write);
}

Harbour::~Harbour() = default;

bool Harbour::start()
{
    if (!m_backend.start())
        return false;
    return m_gateway.start(GatewayProcess::withoutLimits() +
                           QStringList{u"--backend-url"_s, m_backend.url(),
                                       u"--ssma-channels=board=guest,orders=user,stock=guest,fleet=staff"_s}) &&
           board();
}

bool Harbour::board()
{
    m_crew.clear();
    for (int i = 0; i < CrewSize; ++i) {
        m_crew.push_back(std::make_unique<WsClient>());
        WsClient &client = *m_crew.back();
        if (!client.join(m_gateway.webSocketUrl(), m_gateway.mintToken("staff", "u-" + QByteArray::number(i))))
            return false;
        client.send(channelFrame("channel.subscribe", channels().at(i % channels().size())));
    }
    if (!m_listener.join(m_gateway.webSocketUrl(u"role=follower"_s), m_gateway.mintToken("user", "listener")))
        return false;
    m_listener.send(channelFrame("channel.subscribe", "board"));
    m_traffic.start();
    return true;
}

void Harbour::write()
{
    if (m_crew.empty() || !m_crew.front()->isOpen())
        return;
    const QByteArray number = QByteArray::number(++m_written);
    const QByteArray &channel = channels().at(m_written % channels().size());
    const QByteArray name = m_written % 23 == 0 ? "ORDER_REJECT" : m_written % 41 == 0 ? "ORDER_FAIL" : "TASK_MOVE";
    const QByteArray payload = "{\"id\":\"task-" + QByteArray::number(m_written % 9) + "\",\"lane\":" + number + '}';
    m_crew.front()->send(batch({entry("wave-" + number.rightJustified(7, '0'), name, payload,
                                      "{\"clock\":" + number + ",\"channels\":[\"" + channel + "\"]}")}));
}

QString Harbour::token(const QString &role) const
{
    return QString::fromUtf8(m_gateway.mintToken(role.toUtf8(), "operator"));
}

bool Harbour::revive()
{
    m_traffic.stop();
    m_gateway.setListen(u"127.0.0.1:%1"_s.arg(m_gateway.port()));
    return m_gateway.restart() && board();
}

QString Harbour::pictureFile(const QString &name) const
{
    const QString folder = qEnvironmentVariable("TIDEGATE_PICTURES");
    if (folder.isEmpty())
        return {};
    QDir().mkpath(folder);
    return QDir(folder).filePath(name + u".png"_s);
}

bool Harbour::trespass()
{
    if (!m_trespasser.join(m_gateway.webSocketUrl(u"role=follower"_s), m_gateway.mintToken("user", "trespasser")))
        return false;
    m_trespasser.send(channelFrame("channel.subscribe", "fleet"));
    return true;
}

} // namespace Tidegate::Console
