// SPDX-License-Identifier: MIT
#include "qml/session/consolesession.h"

#include "qml/session/catalogvalues.h"

#include <QDateTime>

namespace Tidegate::Console {

using Admin::PortState;

ConsoleSession::ConsoleSession(QObject *parent)
    : QObject(parent)
{
}

void ConsoleSession::setPort(Admin::AdminPort *port)
{
    if (m_port == port)
        return;
    if (m_port) {
        m_watches.setPort(nullptr);
        m_statistics.setPort(nullptr);
        m_port->disconnect(this);
    }
    m_port = port;
    if (m_port) {
        connect(m_port, &Admin::AdminPort::stateChanged, this, &ConsoleSession::takeState);
        connect(m_port, &Admin::AdminPort::identityChanged, this, &ConsoleSession::takeIdentity);
    }
    takeIdentity();
    takeState();
    m_watches.setPort(m_port);
    m_statistics.setPort(m_port);
    Q_EMIT portChanged();
}

ConsoleSession::State ConsoleSession::state() const
{
    if (!m_port)
        return State::None;
    switch (m_port->state().kind) {
    case PortState::Kind::Connecting:
        return State::Connecting;
    case PortState::Kind::Online:
        return State::Online;
    case PortState::Kind::Offline:
        return State::Offline;
    case PortState::Kind::Refused:
        break;
    }
    return State::Refused;
}

QString ConsoleSession::reason() const
{
    return m_port ? m_port->state().reason : QString();
}

QStringList ConsoleSession::resources() const
{
    QStringList names;
    if (m_port) {
        for (const Admin::Resource &resource : m_port->catalog().resources())
            names.append(resource.name);
    }
    return names;
}

QStringList ConsoleSession::policyActions() const
{
    return m_port ? m_port->catalog().policyActions() : QStringList();
}

void ConsoleSession::setActive(bool isActive)
{
    if (m_isActive == isActive)
        return;
    m_isActive = isActive;
    m_watches.setActive(isActive);
    m_statistics.setActive(isActive);
    Q_EMIT activeChanged();
}

const Admin::Resource *ConsoleSession::find(const QString &resource) const
{
    return m_port ? m_port->catalog().find(resource) : nullptr;
}

QVariantMap ConsoleSession::resource(const QString &name) const
{
    const Admin::Resource *resource = find(name);
    return resource ? resourceValues(*resource, m_identity.role) : QVariantMap();
}

QVariantMap ConsoleSession::command(const QString &resourceName, const QString &name) const
{
    const Admin::Resource *resource = find(resourceName);
    const Admin::Command *command = resource ? resource->command(name) : nullptr;
    return command && command->role <= m_identity.role ? commandValues(*command) : QVariantMap();
}

bool ConsoleSession::offers(const QString &resource) const
{
    const Admin::Resource *found = find(resource);
    return found && found->role <= m_identity.role;
}

void ConsoleSession::takeState()
{
    const qint64 retryInMs = m_port ? m_port->state().retryInMs : 0;
    m_retryAtMs = retryInMs > 0 ? QDateTime::currentMSecsSinceEpoch() + retryInMs : 0;
    Q_EMIT stateChanged();
    // The role is shown only while it is certain.
    Q_EMIT identityChanged();
}

void ConsoleSession::takeIdentity()
{
    m_identity = m_port ? m_port->identity() : Admin::Identity();
    Q_EMIT identityChanged();
}

} // namespace Tidegate::Console
