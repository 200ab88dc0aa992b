// SPDX-License-Identifier: MIT
#include "qml/models/palettemodel.h"

#include <algorithm>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

int fuzzyScore(const QString &query, const QString &text)
{
    constexpr int Found = 1, InARow = 4, WordStart = 8, TextStart = 4;
    int score = 1;
    qsizetype at = -1;
    for (const QChar letter : query) {
        if (letter.isSpace())
            continue;
        // A word's beginning is better than the next place that happens to have the letter.
        qsizetype found = -1;
        for (qsizetype i = at + 1; i < text.size(); ++i) {
            if (text[i].toCaseFolded() != letter.toCaseFolded())
                continue;
            const bool isStart = i == 0 || !text[i - 1].isLetterOrNumber();
            if (i == at + 1 || isStart) {
                found = i;
                break;
            }
            if (found < 0)
                found = i;
        }
        if (found < 0)
            return 0;
        score += Found;
        if (found == at + 1 && at >= 0)
            score += InARow;
        if (found == 0 || !text[found - 1].isLetterOrNumber())
            score += WordStart;
        if (found == 0)
            score += TextStart;
        at = found;
    }
    return score;
}

void PaletteModel::setEntries(const QVariantList &entries)
{
    m_entries = entries;
    Q_EMIT entriesChanged();
    match();
}

void PaletteModel::setQuery(const QString &query)
{
    if (m_query == query)
        return;
    m_query = query;
    Q_EMIT queryChanged();
    match();
}

void PaletteModel::match()
{
    const QString query = m_query.trimmed();
    QList<std::pair<int, qsizetype>> scored;
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const QVariantMap entry = m_entries[i].toMap();
        const int title = fuzzyScore(query, entry.value(u"title"_s).toString()) * 2;
        const int words = fuzzyScore(query, entry.value(u"words"_s).toString());
        if (const int score = query.isEmpty() ? 1 : std::max(title, words); score > 0)
            scored.append({score, i});
    }
    std::stable_sort(scored.begin(), scored.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    // A handful of rows that all change: the one place where a reset is the honest signal.
    beginResetModel();
    m_shown.clear();
    for (qsizetype i = 0; i < std::min(scored.size(), MaxShown); ++i)
        m_shown.append(scored[i].second);
    endResetModel();
    Q_EMIT countChanged();
}

QVariant PaletteModel::actionAt(int row) const
{
    return row < 0 || row >= m_shown.size() ? QVariant() : m_entries[m_shown[row]].toMap().value(u"action"_s);
}

int PaletteModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

QVariant PaletteModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_shown.size())
        return {};
    const QVariantMap entry = m_entries[m_shown[index.row()]].toMap();
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return entry.value(u"title"_s);
    case GroupRole:
        return entry.value(u"group"_s).toString();
    case GlyphRole:
        return entry.value(u"glyph"_s).toString();
    case ShortcutRole:
        return entry.value(u"shortcut"_s).toString();
    case ActionRole:
        return entry.value(u"action"_s);
    default:
        return {};
    }
}

QHash<int, QByteArray> PaletteModel::roleNames() const
{
    return {{TitleRole, "title"},
            {GroupRole, "group"},
            {GlyphRole, "glyph"},
            {ShortcutRole, "shortcut"},
            {ActionRole, "action"}};
}

} // namespace Tidegate::Console
