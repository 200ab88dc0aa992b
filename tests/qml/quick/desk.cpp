// SPDX-License-Identifier: MIT
#include "qml/quick/desk.h"

#include <QClipboard>
#include <QGuiApplication>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

Admin::OperatorRole roleNamed(const QString &name)
{
    for (const auto role : {Admin::OperatorRole::View, Admin::OperatorRole::Operate}) {
        if (Admin::operatorRoleName(role) == name)
            return role;
    }
    return Admin::OperatorRole::Admin;
}

} // namespace

Desk::Desk()
    : m_settings(m_folder.filePath(u"console.ini"_s), QSettings::IniFormat)
    , m_connector(std::make_unique<Connector>(m_session, m_settings, QString(), [](const QUrl &, const QString &) {
        return std::make_unique<Admin::ScriptedAdminPort>();
    }))
{
    restart();
}

Desk::~Desk() = default;

void Desk::restart(const QVariantMap &script)
{
    const auto size = [&script](const QString &name, qsizetype fallback) {
        return script.contains(name) ? script[name].toLongLong() : fallback;
    };
    Admin::ScriptedAdminPort::Script made;
    made.sizes.links = size(u"links"_s, 300);
    made.sizes.intents = size(u"intents"_s, 1000);
    made.sizes.streams = size(u"streams"_s, 60);
    made.sizes.subscriptions = size(u"subscriptions"_s, 400);
    made.role = roleNamed(script.value(u"role"_s).toString());
    made.offers = script.value(u"offers"_s).toStringList();
    auto port = std::make_unique<Admin::ScriptedAdminPort>(made);
    m_session.setPort(port.get());
    m_port = std::move(port);
    Q_EMIT restarted();
}

void Desk::tell(const QString &statistic, double value)
{
    Q_EMIT m_port->statisticsChanged({qint64(m_session.statistics()->atMs()) + 1000, {{statistic, value}}});
}

void Desk::goOffline(const QString &reason)
{
    m_port->setState({Admin::PortState::Kind::Offline, 5000, reason});
}

void Desk::goOnline()
{
    m_port->setState({Admin::PortState::Kind::Online, 0, {}});
}

void Desk::failNext(const QString &text, int count)
{
    m_port->failNext({ErrorCode::Storage, text, false}, count);
}

int Desk::pagesAsked(const QString &resource) const
{
    int asked = 0;
    for (const Admin::PageRequest &request : m_port->pageRequests())
        asked += request.resource == resource && request.limit > 1 ? 1 : 0;
    return asked;
}

int Desk::commandsDone() const
{
    return int(m_port->commandCalls().size()) - commandsTried();
}

int Desk::commandsTried() const
{
    int tried = 0;
    for (const Admin::CommandCall &call : m_port->commandCalls())
        tried += call.isDryRun ? 1 : 0;
    return tried;
}

QString Desk::clipboardText() const
{
    return QGuiApplication::clipboard()->text();
}

} // namespace Tidegate::Console
