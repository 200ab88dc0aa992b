// SPDX-License-Identifier: MIT
#include "qml/models/rowdetail.h"

#include "qml/models/format.h"
#include "qml/models/rowcache.h"
#include "qml/models/tone.h"

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

void RowDetail::setSession(ConsoleSession *session)
{
    if (m_session == session)
        return;
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (m_session) {
        connect(m_session, &ConsoleSession::portChanged, this, [this] { setKey({}); });
        connect(m_session, &ConsoleSession::stateChanged, this, &RowDetail::reload);
    }
    Q_EMIT questionChanged();
    ask();
}

void RowDetail::setResource(const QString &resource)
{
    if (m_resource == resource)
        return;
    m_resource = resource;
    Q_EMIT questionChanged();
    ask();
}

void RowDetail::setKey(const QString &key)
{
    if (m_key == key)
        return;
    m_key = key;
    Q_EMIT questionChanged();
    ask();
}

void RowDetail::ask()
{
    m_row = {};
    setState(m_key.isEmpty() ? State::Empty : State::Loading);
    reload();
}

void RowDetail::reload()
{
    ++m_generation;
    if (!m_session || !m_session->isOnline() || m_key.isEmpty() || m_resource.isEmpty())
        return;
    Admin::AdminPort *port = m_session->port();
    connect(port, &Admin::AdminPort::rowsChanged, this, &RowDetail::takeChanges, Qt::UniqueConnection);
    port->fetchOne(m_resource, m_key, this, [this, generation = m_generation](const Result<QJsonObject> &answer) {
        if (generation != m_generation)
            return;
        if (answer) {
            m_row = *answer;
            setState(State::Ready);
        } else {
            setState(State::Failed, answer.error().text);
        }
    });
}

void RowDetail::takeChanges(const QString &resource, const QList<QJsonObject> &rows)
{
    const Admin::Resource *described = m_session ? m_session->find(m_resource) : nullptr;
    if (resource != m_resource || !described || m_state != State::Ready)
        return;
    for (const QJsonObject &row : rows) {
        if (rowKey(row, described->keyField) != m_key)
            continue;
        for (auto value = row.begin(); value != row.end(); ++value)
            m_row.insert(value.key(), value.value());
        Q_EMIT changed();
    }
}

void RowDetail::setState(State state, const QString &errorText)
{
    m_state = state;
    m_errorText = errorText;
    Q_EMIT changed();
}

QVariantList RowDetail::facts() const
{
    QVariantList facts;
    const Admin::Resource *resource = m_session ? m_session->find(m_resource) : nullptr;
    if (!resource)
        return facts;
    for (const Admin::Column &column : resource->columns) {
        const QJsonValue value = m_row.value(column.name);
        const QString text = Format::cell(column, value);
        if (text.isEmpty())
            continue;
        facts.append(QVariantMap{{u"name"_s, column.name},
                                 {u"title"_s, column.title},
                                 {u"type"_s, Admin::columnTypeName(column.type)},
                                 {u"text"_s, text},
                                 {u"hint"_s, Format::hint(column, value)},
                                 {u"tone"_s, toneOf(column, value)},
                                 {u"doc"_s, column.doc}});
    }
    return facts;
}

} // namespace Tidegate::Console
