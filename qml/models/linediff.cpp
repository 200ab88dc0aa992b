// SPDX-License-Identifier: MIT
#include "qml/models/linediff.h"

#include <QStringList>

#include <algorithm>
#include <vector>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

QStringList linesOf(const QString &text)
{
    if (text.isEmpty())
        return {};
    QStringList lines = text.split(u'\n');
    if (lines.size() > LineDiff::MaxLines) {
        const qsizetype more = lines.size() - LineDiff::MaxLines;
        lines = lines.first(LineDiff::MaxLines);
        lines.append(u"… %1 more lines"_s.arg(more));
    }
    return lines;
}

//! Entry (i, j): length of the longest common subsequence of a from i and b from j.
std::vector<std::vector<quint16>> commonLengths(const QStringList &a, const QStringList &b)
{
    std::vector lengths(size_t(a.size()) + 1, std::vector<quint16>(size_t(b.size()) + 1, 0));
    for (qsizetype i = a.size() - 1; i >= 0; --i) {
        for (qsizetype j = b.size() - 1; j >= 0; --j) {
            const size_t x = size_t(i), y = size_t(j);
            lengths[x][y] =
                a[i] == b[j] ? quint16(lengths[x + 1][y + 1] + 1) : std::max(lengths[x + 1][y], lengths[x][y + 1]);
        }
    }
    return lengths;
}

class Rows
{
public:
    void left(const QString &line) { m_left.append(line); }
    void right(const QString &line) { m_right.append(line); }
    void same(const QString &line)
    {
        flush();
        add(line, line, u"same"_s);
    }
    QVariantList take()
    {
        flush();
        return m_rows;
    }

private:
    void add(const QString &left, const QString &right, const QString &kind)
    {
        m_rows.append(QVariantMap{{u"left"_s, left}, {u"right"_s, right}, {u"kind"_s, kind}});
    }

    //! What went and what came in one place stand beside each other.
    void flush()
    {
        for (qsizetype i = 0; i < std::max(m_left.size(), m_right.size()); ++i) {
            const bool hasLeft = i < m_left.size(), hasRight = i < m_right.size();
            add(m_left.value(i), m_right.value(i),
                hasLeft && hasRight ? u"changed"_s
                : hasLeft           ? u"left"_s
                                    : u"right"_s);
        }
        m_left.clear();
        m_right.clear();
    }

    QStringList m_left, m_right;
    QVariantList m_rows;
};

} // namespace

QVariantList LineDiff::lines(const QString &left, const QString &right)
{
    const QStringList a = linesOf(left), b = linesOf(right);
    const auto lengths = commonLengths(a, b);
    Rows rows;
    qsizetype i = 0, j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            rows.same(a[i]);
            ++i;
            ++j;
        } else if (j >= b.size() ||
                   (i < a.size() && lengths[size_t(i) + 1][size_t(j)] >= lengths[size_t(i)][size_t(j) + 1])) {
            rows.left(a[i++]);
        } else {
            rows.right(b[j++]);
        }
    }
    return rows.take();
}

} // namespace Tidegate::Console
