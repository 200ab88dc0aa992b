// SPDX-License-Identifier: MIT
#pragma once

#include "qml/models/rowcache.h"
#include "qml/models/rowselection.h"
#include "qml/session/consolesession.h"

#include <QAbstractTableModel>
#include <QQmlParserStatus>
#include <QTimer>
#include <QVariantList>

namespace Tidegate::Console {

//! One resource as a table, of which only the pages around the window are here. The view says which rows it shows
//! (show()); they are fetched, watched and updated in place. A new query replaces contents without a reset: the old
//! rows stay until the new ones are there. Bounds: RowCache's pages, MaxFetches at once. GUI thread.
class RowsModel : public QAbstractTableModel, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session WRITE setSession NOTIFY sessionChanged)
    Q_PROPERTY(QString resource READ resource WRITE setResource NOTIFY resourceChanged)
    Q_PROPERTY(QStringList columns READ columns WRITE setColumns NOTIFY columnsChanged)
    Q_PROPERTY(QVariantList shownColumns READ shownColumns NOTIFY shownColumnsChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
    Q_PROPERTY(QVariantList filters READ filters WRITE setFilters NOTIFY filtersChanged)
    Q_PROPERTY(QString sort READ sort NOTIFY sortChanged)
    Q_PROPERTY(bool isDescending READ isDescending NOTIFY sortChanged)
    Q_PROPERTY(bool isActive READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(bool isPaused READ isPaused WRITE setPaused NOTIFY pausedChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(double total READ total NOTIFY totalChanged)
    Q_PROPERTY(int heldChanges READ heldChanges NOTIFY heldChanged)
    Q_PROPERTY(Tidegate::Console::RowSelection *selection READ selection CONSTANT)

public:
    enum class State : quint8 {
        Unavailable, //!< this gateway does not offer the resource, or not to us
        Loading,     //!< nothing of this query is here yet
        Ready,
        Failed,
    };
    Q_ENUM(State)

    enum Role {
        ValueRole = Qt::UserRole + 1, //!< as the port says it
        ToneRole,                     //!< see toneOf()
        HintRole,                     //!< for a tool tip
        KeyRole,
        IsLoadedRole,
        IsSelectedRole,
        IsGoneRole, //!< it has left; what is shown is its last state
        ColumnNameRole,
        ColumnTypeRole,
    };

    static constexpr int MaxFetches = 2;

    explicit RowsModel(QObject *parent = nullptr);

    ConsoleSession *session() const { return m_session; }
    void setSession(ConsoleSession *session);
    QString resource() const { return m_resource; }
    void setResource(const QString &resource);
    //! Names of the catalog's columns, in the order shown; ones it does not have are left out. Empty = all.
    QStringList columns() const { return m_wantedColumns; }
    void setColumns(const QStringList &columns);
    //! What is really shown: maps {name, title, type, doc, isSortable}.
    QVariantList shownColumns() const;
    QString search() const { return m_search; }
    void setSearch(const QString &search);
    //! Maps {field, op: "eq" "ne" "lt" "le" "gt" "ge" "contains", value}.
    QVariantList filters() const { return m_filters; }
    void setFilters(const QVariantList &filters);
    QString sort() const { return m_sort; }
    bool isDescending() const { return m_isDescending; }
    bool isActive() const { return m_isActive; }
    void setActive(bool isActive);
    bool isPaused() const { return m_isPaused; }
    void setPaused(bool isPaused);
    State state() const { return m_state; }
    QString errorText() const { return m_errorText; }
    //! Rows that match; -1 = not counted.
    double total() const { return double(m_total); }
    //! Messages about changes that came while paused.
    int heldChanges() const { return m_heldChanges; }
    RowSelection *selection() { return &m_selection; }

    Q_INVOKABLE void show(int firstRow, int lastRow);
    Q_INVOKABLE void sortBy(const QString &column, bool isDescending);
    Q_INVOKABLE void refresh();
    //! Asks how many rows of the query have \p field above \p value: where, sorted downwards, it stands. Answers with
    //! located(), unless the query changes first.
    Q_INVOKABLE void locate(const QString &field, double value);
    Q_INVOKABLE QString keyAt(int row) const { return m_cache.key(row); }
    //! -1 = not among the rows that are here.
    Q_INVOKABLE int rowOf(const QString &key) const { return m_cache.find(key); }
    //! Empty if it is not here.
    Q_INVOKABLE QVariantMap rowAt(int row) const;
    //! Chooses the rows between, as far as they are here.
    Q_INVOKABLE void selectRange(int from, int to);
    //! The chosen rows, else \p row alone, as far as they are here.
    Q_INVOKABLE QString toJson(int row) const;
    Q_INVOKABLE QString toCsv(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

    void classBegin() override {}
    void componentComplete() override;

Q_SIGNALS:
    void sessionChanged();
    void resourceChanged();
    void columnsChanged();
    void shownColumnsChanged();
    void searchChanged();
    void filtersChanged();
    void sortChanged();
    //! Another question is asked: its answer is read from the top.
    void asked();
    void activeChanged();
    void pausedChanged();
    void stateChanged();
    void totalChanged();
    void heldChanged();
    //! \p row: of the greatest value not above the one asked for; may be one past the last row.
    void located(int row);
    //! Rows may stand elsewhere now; who remembers one looks it up by key.
    void refreshed();

private:
    void setUp();
    void connectPort();
    void empty();
    void ask();
    void restart();
    void fetchWanted();
    void fetch(int page);
    void take(int page, int generation, const Result<Admin::Page> &answer);
    void takePage(int page, const Admin::Page &answer);
    void takeChanges(const QString &resource, const QList<QJsonObject> &rows, const QStringList &removedKeys);
    void takeRevision(const QString &resource, qint64 revision);
    void setRowCount(int count);
    void setState(State state, const QString &errorText = {});
    void setHeld(int held);
    void watch();
    void touch(int firstRow, int lastRow);
    Admin::PageRequest request(int page) const;
    QList<const QJsonObject *> rowsToCopy(int row) const;
    QList<int> wantedPages() const;

    QPointer<ConsoleSession> m_session;
    QString m_resource;
    QStringList m_wantedColumns;
    QList<Admin::Column> m_columns;
    QString m_search;
    QVariantList m_filters;
    QString m_sort;
    bool m_isDescending = false;
    bool m_isActive = true;
    bool m_isPaused = false;
    bool m_isComplete = false;
    State m_state = State::Unavailable;
    QString m_errorText;
    qint64 m_total = -1;
    qint64 m_revision = -1; //!< of the newest page
    int m_rowCount = 0;
    int m_firstShown = 0;
    int m_lastShown = 0;
    int m_generation = 0; //!< of the query; answers to older ones are dropped
    int m_heldChanges = 0;
    bool m_isReplacing = false; //!< the rows here are of the query before
    QSet<int> m_fetching;
    QSet<QString> m_gone;
    RowCache m_cache;
    RowSelection m_selection;
    QTimer m_queryDelay; //!< typing is over
    QTimer m_fetchSoon;  //!< one look at the window per turn
};

} // namespace Tidegate::Console
