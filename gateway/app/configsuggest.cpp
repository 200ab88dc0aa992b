// SPDX-License-Identifier: MIT
#include "app/configsuggest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace Tidegate {

namespace {

//! Longer words are no typing mistake of ours, and the cost grows with the square.
constexpr qsizetype MaxWordLength = 64;

QString folded(const QString &name)
{
    QString result;
    for (const QChar c : name) {
        if (c.isLetterOrNumber())
            result.append(c.toLower());
    }
    return result.left(MaxWordLength);
}

//! Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
qsizetype editDistance(const QString &a, const QString &b)
{
    using Row = std::vector<qsizetype>;
    Row beforeLast;
    Row last(static_cast<std::size_t>(b.size()) + 1);
    std::iota(last.begin(), last.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        Row current(last.size());
        current[0] = i;
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<std::size_t>(j);
            const qsizetype replaced = last[at - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[at] = std::min({last[at] + 1, current[at - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[at] = std::min(current[at], beforeLast[at - 2] + 1);
        }
        beforeLast = std::move(last);
        last = std::move(current);
    }
    return last.back();
}

} // namespace

QString nearestName(const QString &word, const QStringList &candidates)
{
    const QString wanted = folded(word);
    QString best;
    qsizetype bestDistance = std::max<qsizetype>(1, wanted.size() / 4) + 1;
    for (const QString &candidate : candidates) {
        const qsizetype distance = editDistance(wanted, folded(candidate));
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

QString didYouMean(const QString &suggestion)
{
    return suggestion.isEmpty() ? QString() : QStringLiteral("; did you mean \"%1\"?").arg(suggestion);
}

} // namespace Tidegate
