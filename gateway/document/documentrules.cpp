// SPDX-License-Identifier: MIT
#include "document/documentrules.h"

namespace Tidegate {

bool matchesPattern(QByteArrayView pattern, QByteArrayView text)
{
    // Greedy with one step back: the last star takes one more byte whenever the rest does not fit.
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

const DocumentRule &ruleFor(const DocumentRules &rules, const QByteArray &documentId)
{
    static const DocumentRule NoRule;
    if (const auto exact = rules.find(documentId); exact != rules.end())
        return exact->second;
    const DocumentRule *best = &NoRule;
    qsizetype bestLength = -1;
    for (const auto &[pattern, rule] : rules) {
        if (pattern.contains('*') && pattern.size() > bestLength && matchesPattern(pattern, documentId)) {
            best = &rule;
            bestLength = pattern.size();
        }
    }
    return *best;
}

} // namespace Tidegate
