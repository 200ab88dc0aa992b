// SPDX-License-Identifier: MIT
#include "qml/models/subjecttree.h"

#include <algorithm>
#include <chrono>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds TypingPause{120};
//! Levels that are unfolded until somebody folds them.
constexpr int OpenLevels = 2;

QString parentSubject(const QString &subject)
{
    return subject.left(std::max<qsizetype>(0, subject.lastIndexOf(u'.')));
}

//! Order of a tree walked from the top: a level ends before its neighbour begins, whatever characters names have.
bool comesBefore(const QString &a, const QString &b)
{
    return a.split(u'.') < b.split(u'.');
}

} // namespace

SubjectTree::SubjectTree(QObject *parent)
    : QAbstractListModel(parent)
{
    m_startSoon.setSingleShot(true);
    m_startSoon.setInterval(TypingPause);
    connect(&m_startSoon, &QTimer::timeout, this, &SubjectTree::restart);
    m_refreshSoon.setSingleShot(true);
    m_refreshSoon.setInterval(RefreshMs);
    connect(&m_refreshSoon, &QTimer::timeout, this, &SubjectTree::refresh);
}

void SubjectTree::setSession(ConsoleSession *session)
{
    if (m_session == session)
        return;
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (m_session) {
        connect(m_session, &ConsoleSession::portChanged, this, [this] {
            m_streams.clear();
            rebuild();
            restart();
        });
        connect(m_session, &ConsoleSession::identityChanged, this, &SubjectTree::restart);
        connect(m_session, &ConsoleSession::activeChanged, this, &SubjectTree::refresh);
    }
    Q_EMIT sessionChanged();
    restart();
}

void SubjectTree::setActive(bool isActive)
{
    if (m_isActive == isActive)
        return;
    m_isActive = isActive;
    Q_EMIT activeChanged();
    refresh();
}

void SubjectTree::setSearch(const QString &search)
{
    if (m_search == search)
        return;
    m_search = search;
    Q_EMIT searchChanged();
    m_startSoon.start();
}

void SubjectTree::restart()
{
    if (!m_session || !m_session->offers(u"streams"_s)) {
        m_streams.clear();
        rebuild();
        setState(State::Unavailable);
        return;
    }
    if (m_streams.isEmpty() || m_state != State::Ready)
        setState(State::Loading);
    refresh();
}

void SubjectTree::refresh()
{
    if (!m_session)
        return;
    const bool isWatching = m_isActive && m_session->isActive();
    if (!isWatching || !m_session->isOnline() || m_state == State::Unavailable) {
        m_session->watches()->unwatch(this);
        return;
    }
    connect(m_session->port(), &Admin::AdminPort::revisionChanged, this, &SubjectTree::takeRevision,
            Qt::UniqueConnection);
    m_session->watches()->watch(this, u"streams"_s, {});
    m_coming.clear();
    fetch(0, ++m_generation);
}

void SubjectTree::fetch(qint64 offset, int generation)
{
    Admin::PageRequest request;
    request.resource = u"streams"_s;
    request.search = m_search.trimmed();
    request.sort = u"name"_s;
    request.offset = offset;
    request.limit = Admin::PageRequest::MaxLimit;
    m_session->port()->fetchPage(request, this, [this, generation](const Result<Admin::Page> &answer) {
        if (generation != m_generation)
            return;
        if (!answer) {
            if (m_session->isOnline())
                setState(State::Failed, answer.error().text);
            return;
        }
        for (const QJsonObject &row : answer->rows)
            m_coming.insert(row.value(u"name"_s).toString(),
                            {row.value(u"subscribers"_s).toInteger(), row.value(u"rate"_s).toDouble()});
        const bool isFull = answer->rows.size() == Admin::PageRequest::MaxLimit;
        const qint64 next = answer->offset + answer->rows.size();
        if (isFull && next < MaxStreams && m_session->isOnline()) {
            fetch(next, generation);
            return;
        }
        m_isCut = isFull;
        m_streams = std::exchange(m_coming, {});
        rebuild();
        setState(State::Ready);
    });
}

void SubjectTree::takeRevision(const QString &resource)
{
    if (resource == u"streams"_s && !m_refreshSoon.isActive())
        m_refreshSoon.start();
}

bool SubjectTree::isOpen(const Node &node) const
{
    if (!m_search.isEmpty())
        return true;
    return (node.depth < OpenLevels || m_unfolded.contains(node.subject)) && !m_folded.contains(node.subject);
}

QList<SubjectTree::Node> SubjectTree::flatten() const
{
    QHash<QString, Node> all;
    for (auto stream = m_streams.begin(); stream != m_streams.end(); ++stream) {
        for (QString subject = stream.key(); !subject.isEmpty(); subject = parentSubject(subject)) {
            Node &node = all[subject];
            node.subject = subject;
            node.depth = int(subject.count(u'.'));
            node.subscribers += stream->subscribers;
            node.rate += stream->rate;
            ++node.streams;
            if (subject == stream.key())
                node.isStream = true;
            else
                node.hasChildren = true;
        }
    }
    QStringList subjects = all.keys();
    std::sort(subjects.begin(), subjects.end(), comesBefore);
    QList<Node> shown;
    QString folded; // what lies below is left out
    for (const QString &subject : std::as_const(subjects)) {
        if (!folded.isEmpty() && subject.startsWith(folded))
            continue;
        Node &node = all[subject];
        node.isUnfolded = node.hasChildren && isOpen(node);
        folded = node.hasChildren && !node.isUnfolded ? subject + u'.' : QString();
        shown.append(node);
    }
    return shown;
}

void SubjectTree::rebuild()
{
    become(flatten());
}

//! Both lists are in the same order, so one walk finds what came and what went.
void SubjectTree::become(const QList<Node> &nodes)
{
    int row = 0;
    qsizetype next = 0;
    while (row < m_nodes.size() || next < nodes.size()) {
        const bool isOldLeft = row < m_nodes.size();
        const bool isNewLeft = next < nodes.size();
        if (isOldLeft && isNewLeft && m_nodes[row].subject == nodes[next].subject) {
            if (m_nodes[row] != nodes[next]) {
                m_nodes[row] = nodes[next];
                Q_EMIT dataChanged(index(row), index(row));
            }
            ++row;
            ++next;
        } else if (!isNewLeft || (isOldLeft && comesBefore(m_nodes[row].subject, nodes[next].subject))) {
            beginRemoveRows({}, row, row);
            m_nodes.removeAt(row);
            endRemoveRows();
        } else {
            beginInsertRows({}, row, row);
            m_nodes.insert(row, nodes[next]);
            endInsertRows();
            ++row;
            ++next;
        }
    }
}

void SubjectTree::setUnfolded(int row, bool isUnfolded)
{
    if (row < 0 || row >= m_nodes.size())
        return;
    const QString subject = m_nodes[row].subject;
    (isUnfolded ? m_unfolded : m_folded).insert(subject);
    (isUnfolded ? m_folded : m_unfolded).remove(subject);
    rebuild();
}

int SubjectTree::parentOf(int row) const
{
    const QString parent = parentSubject(subjectAt(row));
    for (int i = row - 1; i >= 0; --i) {
        if (m_nodes[i].subject == parent)
            return i;
    }
    return row;
}

QString SubjectTree::subjectAt(int row) const
{
    return row < 0 || row >= m_nodes.size() ? QString() : m_nodes[row].subject;
}

bool SubjectTree::isStreamAt(int row) const
{
    return row >= 0 && row < m_nodes.size() && m_nodes[row].isStream;
}

bool SubjectTree::isUnfoldedAt(int row) const
{
    return row >= 0 && row < m_nodes.size() && m_nodes[row].isUnfolded;
}

bool SubjectTree::hasChildrenAt(int row) const
{
    return row >= 0 && row < m_nodes.size() && m_nodes[row].hasChildren;
}

int SubjectTree::reveal(const QString &subject)
{
    for (QString above = parentSubject(subject); !above.isEmpty(); above = parentSubject(above)) {
        m_unfolded.insert(above);
        m_folded.remove(above);
    }
    rebuild();
    for (int row = 0; row < m_nodes.size(); ++row) {
        if (m_nodes[row].subject == subject)
            return row;
    }
    return -1;
}

void SubjectTree::setState(State state, const QString &errorText)
{
    m_state = state;
    m_errorText = errorText;
    Q_EMIT stateChanged();
}

int SubjectTree::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_nodes.size());
}

QVariant SubjectTree::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_nodes.size())
        return {};
    const Node &node = m_nodes[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return node.subject.mid(node.subject.lastIndexOf(u'.') + 1);
    case SubjectRole:
        return node.subject;
    case DepthRole:
        return node.depth;
    case IsStreamRole:
        return node.isStream;
    case HasChildrenRole:
        return node.hasChildren;
    case IsUnfoldedRole:
        return node.isUnfolded;
    case SubscribersRole:
        return double(node.subscribers);
    case RateRole:
        return node.rate;
    case StreamsRole:
        return node.streams;
    default:
        return {};
    }
}

QHash<int, QByteArray> SubjectTree::roleNames() const
{
    return {{NameRole, "name"},
            {SubjectRole, "subject"},
            {DepthRole, "depth"},
            {IsStreamRole, "isStream"},
            {HasChildrenRole, "hasChildren"},
            {IsUnfoldedRole, "isUnfolded"},
            {SubscribersRole, "subscribers"},
            {RateRole, "rate"},
            {StreamsRole, "streams"}};
}

} // namespace Tidegate::Console
