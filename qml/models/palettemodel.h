// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractListModel>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! How well \p query, letter by letter in order, is found in \p text: 0 = not; more is better. Beginnings of words and
//! letters in a row count most.
int fuzzyScore(const QString &query, const QString &text);

//! The command palette: entries that match what was typed, the best first; without a query all, in their order.
class PaletteModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QVariantList entries READ entries WRITE setEntries NOTIFY entriesChanged)
    Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    static constexpr qsizetype MaxShown = 60;

    enum Role { TitleRole = Qt::UserRole + 1, GroupRole, GlyphRole, ShortcutRole, ActionRole };

    using QAbstractListModel::QAbstractListModel;

    //! Maps {title, group, glyph, shortcut, words, action}; words are found too, but not shown.
    QVariantList entries() const { return m_entries; }
    void setEntries(const QVariantList &entries);
    QString query() const { return m_query; }
    void setQuery(const QString &query);
    int count() const { return int(m_shown.size()); }

    Q_INVOKABLE QVariant actionAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void entriesChanged();
    void queryChanged();
    void countChanged();

private:
    void match();

    QVariantList m_entries;
    QString m_query;
    QList<qsizetype> m_shown;
};

} // namespace Tidegate::Console
