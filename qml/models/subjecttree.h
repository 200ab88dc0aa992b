// SPDX-License-Identifier: MIT
#pragma once

#include "qml/session/consolesession.h"

#include <QAbstractListModel>
#include <QMap>
#include <QSet>
#include <QTimer>

namespace Tidegate::Console {

//! Streams as the tree their subjects make, flattened to what is unfolded. Dots separate levels. Rows come and go one
//! by one, so a list over it keeps its place. Bound: MaxStreams (the first by name); isCut says that there are more.
class SubjectTree : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::ConsoleSession *session READ session WRITE setSession NOTIFY sessionChanged)
    Q_PROPERTY(bool isActive READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(int streams READ streams NOTIFY stateChanged)
    Q_PROPERTY(bool isCut READ isCut NOTIFY stateChanged)

public:
    static constexpr int MaxStreams = 5000;
    static constexpr int RefreshMs = 2000;

    enum class State : quint8 { Unavailable, Loading, Ready, Failed };
    Q_ENUM(State)

    enum Role {
        NameRole = Qt::UserRole + 1,
        SubjectRole,
        DepthRole,
        IsStreamRole,
        HasChildrenRole,
        IsUnfoldedRole,
        SubscribersRole, //!< of the stream, and of all below
        RateRole,        //!< likewise, publications per second
        StreamsRole,     //!< below, itself included
    };

    explicit SubjectTree(QObject *parent = nullptr);

    ConsoleSession *session() const { return m_session; }
    void setSession(ConsoleSession *session);
    bool isActive() const { return m_isActive; }
    void setActive(bool isActive);
    QString search() const { return m_search; }
    void setSearch(const QString &search);
    State state() const { return m_state; }
    QString errorText() const { return m_errorText; }
    int streams() const { return int(m_streams.size()); }
    bool isCut() const { return m_isCut; }

    Q_INVOKABLE void setUnfolded(int row, bool isUnfolded);
    Q_INVOKABLE int parentOf(int row) const;
    Q_INVOKABLE QString subjectAt(int row) const;
    Q_INVOKABLE bool isStreamAt(int row) const;
    Q_INVOKABLE bool isUnfoldedAt(int row) const;
    Q_INVOKABLE bool hasChildrenAt(int row) const;
    //! Unfolds what is above; -1 = there is no such stream.
    Q_INVOKABLE int reveal(const QString &subject);
    Q_INVOKABLE void refresh();

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void sessionChanged();
    void activeChanged();
    void searchChanged();
    void stateChanged();

private:
    struct Node
    {
        QString subject;
        int depth = 0;
        bool isStream = false;
        bool hasChildren = false;
        bool isUnfolded = false;
        qint64 subscribers = 0;
        double rate = 0;
        int streams = 0;

        friend bool operator==(const Node &, const Node &) = default;
    };
    struct Stream
    {
        qint64 subscribers = 0;
        double rate = 0;
    };

    void restart();
    void fetch(qint64 offset, int generation);
    void rebuild();
    void takeRevision(const QString &resource);
    QList<Node> flatten() const;
    void become(const QList<Node> &nodes);
    bool isOpen(const Node &node) const;
    void setState(State state, const QString &errorText = {});

    QPointer<ConsoleSession> m_session;
    bool m_isActive = true;
    QString m_search;
    State m_state = State::Loading;
    QString m_errorText;
    bool m_isCut = false;
    QMap<QString, Stream> m_streams;
    QMap<QString, Stream> m_coming; //!< of the fetch that is under way
    QSet<QString> m_folded;
    QSet<QString> m_unfolded;
    QList<Node> m_nodes;
    int m_generation = 0;
    QTimer m_startSoon;
    QTimer m_refreshSoon;
};

} // namespace Tidegate::Console
