// SPDX-License-Identifier: MIT
#include "qml/models/rowsmodel.h"

#include "qml/models/rowfilter.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds TypingPause{120};
//! Rows beyond the window that are fetched ahead.
constexpr int Ahead = RowCache::PageRows / 2;

} // namespace

RowsModel::RowsModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    m_queryDelay.setSingleShot(true);
    m_queryDelay.setInterval(TypingPause);
    connect(&m_queryDelay, &QTimer::timeout, this, &RowsModel::ask);
    m_fetchSoon.setSingleShot(true);
    m_fetchSoon.setInterval(0);
    connect(&m_fetchSoon, &QTimer::timeout, this, &RowsModel::fetchWanted);
    connect(&m_selection, &RowSelection::changed, this, [this] { touch(m_firstShown, m_lastShown); });
}

void RowsModel::componentComplete()
{
    m_isComplete = true;
    setUp();
}

void RowsModel::setSession(ConsoleSession *session)
{
    if (m_session == session)
        return;
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (m_session) {
        connect(m_session, &ConsoleSession::portChanged, this, &RowsModel::empty);
        connect(m_session, &ConsoleSession::identityChanged, this, &RowsModel::setUp);
        connect(m_session, &ConsoleSession::activeChanged, this, &RowsModel::refresh);
    }
    Q_EMIT sessionChanged();
    setUp();
}

void RowsModel::setResource(const QString &resource)
{
    if (m_resource == resource)
        return;
    m_resource = resource;
    m_sort.clear();
    Q_EMIT resourceChanged();
    setUp();
}

void RowsModel::setColumns(const QStringList &columns)
{
    if (m_wantedColumns == columns)
        return;
    m_wantedColumns = columns;
    Q_EMIT columnsChanged();
    setUp();
}

void RowsModel::setSearch(const QString &search)
{
    if (m_search == search)
        return;
    m_search = search;
    Q_EMIT searchChanged();
    m_queryDelay.start();
}

void RowsModel::setFilters(const QVariantList &filters)
{
    if (m_filters == filters)
        return;
    m_filters = filters;
    Q_EMIT filtersChanged();
    ask();
}

void RowsModel::sortBy(const QString &column, bool isDescending)
{
    if (m_sort == column && m_isDescending == isDescending)
        return;
    m_sort = column;
    m_isDescending = isDescending;
    Q_EMIT sortChanged();
    ask();
}

void RowsModel::setActive(bool isActive)
{
    if (m_isActive == isActive)
        return;
    m_isActive = isActive;
    Q_EMIT activeChanged();
    if (isActive)
        refresh();
    else
        watch();
}

void RowsModel::setPaused(bool isPaused)
{
    if (m_isPaused == isPaused)
        return;
    m_isPaused = isPaused;
    Q_EMIT pausedChanged();
    setHeld(0);
    if (!isPaused)
        refresh();
}

//! Columns come from the catalog, so everything begins again when that is another one.
void RowsModel::setUp()
{
    if (!m_isComplete)
        return;
    connectPort();
    const Admin::Resource *resource = m_session ? m_session->find(m_resource) : nullptr;
    QList<Admin::Column> columns;
    if (resource) {
        for (const QString &name : std::as_const(m_wantedColumns)) {
            if (const Admin::Column *column = resource->column(name))
                columns.append(*column);
        }
        if (m_wantedColumns.isEmpty())
            columns = resource->columns;
        if (m_sort.isEmpty()) {
            m_sort = resource->defaultSort;
            m_isDescending = resource->isDefaultDescending;
            Q_EMIT sortChanged();
        }
    }
    const auto sameColumn = [](const Admin::Column &a, const Admin::Column &b) {
        return a.name == b.name && a.type == b.type && a.title == b.title;
    };
    if (!std::equal(columns.begin(), columns.end(), m_columns.begin(), m_columns.end(), sameColumn)) {
        beginResetModel();
        m_columns = columns;
        m_rowCount = 0;
        m_cache = RowCache(resource ? resource->keyField : QString());
        endResetModel();
        Q_EMIT shownColumnsChanged();
    }
    restart();
}

void RowsModel::connectPort()
{
    Admin::AdminPort *port = m_session ? m_session->port() : nullptr;
    if (!port)
        return;
    connect(port, &Admin::AdminPort::rowsChanged, this, &RowsModel::takeChanges, Qt::UniqueConnection);
    connect(port, &Admin::AdminPort::revisionChanged, this, &RowsModel::takeRevision, Qt::UniqueConnection);
}

//! Another server: its rows have nothing to do with those shown.
void RowsModel::empty()
{
    setRowCount(0);
    m_cache.clear();
    m_selection.clear();
    setUp();
}

void RowsModel::ask()
{
    m_lastShown -= m_firstShown;
    m_firstShown = 0;
    Q_EMIT asked();
    restart();
}

void RowsModel::restart()
{
    if (!m_isComplete)
        return;
    m_queryDelay.stop();
    ++m_generation;
    m_fetching.clear();
    m_cache.markAllStale();
    if (!m_session || !m_session->offers(m_resource)) {
        setRowCount(0);
        setState(State::Unavailable);
        return;
    }
    m_isReplacing = true;
    if (m_rowCount == 0 || m_state != State::Ready)
        setState(State::Loading);
    m_fetchSoon.start();
}

void RowsModel::refresh()
{
    if (!m_isComplete || m_state == State::Unavailable)
        return;
    if (m_state == State::Failed) {
        restart();
        return;
    }
    m_cache.markAllStale();
    m_fetchSoon.start();
}

void RowsModel::show(int firstRow, int lastRow)
{
    m_firstShown = std::max(0, firstRow);
    m_lastShown = std::max(m_firstShown, lastRow);
    if (!m_fetchSoon.isActive())
        m_fetchSoon.start();
}

QList<int> RowsModel::wantedPages() const
{
    const int last = std::max(0, std::max(m_rowCount, 1) - 1);
    const int from = std::clamp(m_firstShown - Ahead, 0, last) / RowCache::PageRows;
    const int to = std::clamp(m_lastShown + Ahead, 0, last) / RowCache::PageRows;
    QList<int> pages;
    // What is in view comes first.
    const int inView = std::clamp(m_firstShown, 0, last) / RowCache::PageRows;
    const int endOfView = std::clamp(m_lastShown, 0, last) / RowCache::PageRows;
    for (int page = inView; page <= endOfView; ++page)
        pages.append(page);
    for (int page = from; page <= to; ++page) {
        if (page < inView || page > endOfView)
            pages.append(page);
    }
    return pages;
}

void RowsModel::fetchWanted()
{
    watch();
    if (!m_isActive || !m_session || !m_session->isActive() || !m_session->isOnline() || m_state == State::Unavailable)
        return;
    if (m_isReplacing && !m_fetching.isEmpty())
        return; // the first answer tells how many rows the new query has
    for (const int page : wantedPages()) {
        if (m_fetching.size() >= MaxFetches)
            return;
        if (m_cache.needs(page) && !m_fetching.contains(page))
            fetch(page);
        if (m_isReplacing)
            return;
    }
}

Admin::PageRequest RowsModel::request(int page) const
{
    Admin::PageRequest request;
    request.resource = m_resource;
    request.search = m_search.trimmed();
    if (const Admin::Resource *resource = m_session->find(m_resource))
        request.filters = rowFilters(*resource, m_filters);
    request.sort = m_sort;
    request.isDescending = m_isDescending;
    request.offset = qint64(page) * RowCache::PageRows;
    request.limit = RowCache::PageRows;
    return request;
}

void RowsModel::locate(const QString &field, double value)
{
    if (m_state != State::Ready || !m_session->isOnline())
        return;
    Admin::PageRequest question = request(0);
    question.filters.append({field, Admin::FilterOp::Greater, value});
    question.limit = 1;
    m_session->port()->fetchPage(question, this, [this, generation = m_generation](const Result<Admin::Page> &answer) {
        if (generation == m_generation && answer && answer->total >= 0)
            Q_EMIT located(int(std::min<qint64>(answer->total, m_rowCount)));
    });
}

void RowsModel::fetch(int page)
{
    m_fetching.insert(page);
    m_session->port()->fetchPage(
        request(page), this,
        [this, page, generation = m_generation](const Result<Admin::Page> &answer) { take(page, generation, answer); });
}

void RowsModel::take(int page, int generation, const Result<Admin::Page> &answer)
{
    if (generation != m_generation)
        return;
    m_fetching.remove(page);
    if (answer) {
        takePage(page, *answer);
        m_fetchSoon.start();
    } else if (answer.error().code != ErrorCode::Unavailable || m_session->isOnline()) {
        setState(State::Failed, answer.error().text);
    }
}

void RowsModel::takePage(int page, const Admin::Page &answer)
{
    const bool isReplacing = m_isReplacing;
    m_isReplacing = false;
    if (isReplacing) {
        m_cache.clear();
        m_gone.clear();
    }
    m_revision = answer.revision;
    const int first = page * RowCache::PageRows;
    const int end = first + int(answer.rows.size());
    // Not counted: a full page means that there may be one more.
    const bool isFull = answer.rows.size() == RowCache::PageRows;
    const qint64 rows = answer.total >= 0 ? answer.total : isFull ? std::max(m_rowCount, end + 1) : end;
    if (m_total != answer.total) {
        m_total = answer.total;
        Q_EMIT totalChanged();
    }
    setRowCount(int(std::min<qint64>(rows, std::numeric_limits<int>::max() / 2)));
    m_cache.store(page, answer.rows, m_firstShown / RowCache::PageRows);
    if (isReplacing)
        touch(0, m_rowCount - 1);
    else
        touch(first, std::min(end, m_rowCount) - 1);
    setState(State::Ready);
    watch();
    Q_EMIT refreshed();
}

void RowsModel::takeChanges(const QString &resource, const QList<QJsonObject> &rows, const QStringList &removedKeys)
{
    if (resource != m_resource || !m_isActive || m_isReplacing)
        return;
    if (m_isPaused) {
        setHeld(m_heldChanges + int(rows.size() + removedKeys.size()));
        return;
    }
    const Admin::Resource *described = m_session->find(m_resource);
    if (!described)
        return;
    for (const QJsonObject &row : rows) {
        const int index = m_cache.find(rowKey(row, described->keyField));
        if (index >= 0 && m_cache.replace(index, row))
            touch(index, index);
    }
    for (const QString &key : removedKeys) {
        const int index = m_cache.find(key);
        if (index < 0)
            continue;
        m_gone.insert(key);
        touch(index, index);
    }
    m_selection.remove(removedKeys);
}

void RowsModel::takeRevision(const QString &resource, qint64 revision)
{
    if (resource != m_resource || !m_isActive || revision == m_revision)
        return;
    if (m_isPaused)
        setHeld(m_heldChanges + 1);
    else
        refresh();
}

//! Rows come and go at the end; which rows stand before it is told by dataChanged().
void RowsModel::setRowCount(int count)
{
    if (count > m_rowCount) {
        beginInsertRows({}, m_rowCount, count - 1);
        m_rowCount = count;
        endInsertRows();
    } else if (count < m_rowCount) {
        beginRemoveRows({}, count, m_rowCount - 1);
        m_rowCount = count;
        m_cache.cut(count);
        endRemoveRows();
    }
}

void RowsModel::setState(State state, const QString &errorText)
{
    if (m_state == state && m_errorText == errorText)
        return;
    m_state = state;
    m_errorText = errorText;
    Q_EMIT stateChanged();
}

void RowsModel::setHeld(int held)
{
    if (m_heldChanges == held)
        return;
    m_heldChanges = held;
    Q_EMIT heldChanged();
}

void RowsModel::watch()
{
    if (!m_session)
        return;
    const Admin::Resource *resource = m_session->find(m_resource);
    if (!m_isActive || !resource || !resource->isLive || m_state == State::Unavailable) {
        m_session->watches()->unwatch(this);
        return;
    }
    QStringList keys;
    for (int row = m_firstShown; row <= std::min(m_lastShown, m_rowCount - 1); ++row) {
        if (const QString key = m_cache.key(row); !key.isEmpty())
            keys.append(key);
    }
    m_session->watches()->watch(this, m_resource, keys);
}

void RowsModel::touch(int firstRow, int lastRow)
{
    lastRow = std::min(lastRow, m_rowCount - 1);
    if (firstRow <= lastRow && !m_columns.isEmpty())
        Q_EMIT dataChanged(index(firstRow, 0), index(lastRow, int(m_columns.size()) - 1));
}

} // namespace Tidegate::Console
