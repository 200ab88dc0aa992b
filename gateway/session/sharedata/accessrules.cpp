// SPDX-License-Identifier: MIT
#include "session/sharedata/accessrules.h"

#include "document/documentrules.h"
#include "wire/httpquery.h"

#include <algorithm>

namespace Tidegate::ShareData {

namespace {

constexpr QByteArrayView ClaimPrefix = "claim.";

Error badRule(const QByteArray &line, const QString &why)
{
    return {ErrorCode::InvalidContract, QStringLiteral("rule \"%1\": %2").arg(QString::fromUtf8(line), why)};
}

} // namespace

Result<AccessRules> AccessRules::parse(const QByteArrayList &lines)
{
    AccessRules rules;
    for (const QByteArray &line : lines) {
        QByteArrayList words = line.simplified().split(' ');
        const QByteArray verb = words.takeFirst();
        if (verb != "allow" && verb != "deny")
            return badRule(line, QStringLiteral("it starts with neither allow nor deny"));
        Rule rule;
        rule.isAllowing = verb == "allow";
        for (const QByteArray &word : std::as_const(words)) {
            const qsizetype equals = word.indexOf('=');
            if (equals < 1)
                return badRule(line, QStringLiteral("\"%1\" is no condition").arg(QString::fromUtf8(word)));
            const QByteArray name = word.first(equals);
            const QByteArray pattern = Http::percentDecode(word.sliced(equals + 1));
            if (name == "subject")
                rule.subject = pattern;
            else if (name == "document")
                rule.document = pattern;
            else if (name == "function")
                rule.function = pattern;
            else if (name.startsWith(ClaimPrefix) && name.size() > ClaimPrefix.size())
                rule.claims[name.sliced(ClaimPrefix.size())] = pattern;
            else
                return badRule(line, QStringLiteral("there is no condition \"%1\"").arg(QString::fromUtf8(name)));
        }
        rules.m_rules.push_back(std::move(rule));
    }
    return rules;
}

bool AccessRules::fits(const Rule &rule, const Identity &identity, const QByteArray &documentId,
                       const QByteArray &functionId)
{
    if (!matchesPattern(rule.subject, identity.subject()) || !matchesPattern(rule.document, documentId) ||
        !matchesPattern(rule.function, functionId))
        return false;
    return std::all_of(rule.claims.begin(), rule.claims.end(), [&](const auto &claim) {
        const QByteArrayList texts = identity.claims.value(claim.first);
        return std::any_of(texts.begin(), texts.end(),
                           [&](const QByteArray &text) { return matchesPattern(claim.second, text); });
    });
}

bool AccessRules::allows(const Identity &identity, const QByteArray &documentId, const QByteArray &functionId) const
{
    if (m_rules.empty())
        return true;
    const auto decisive = std::find_if(m_rules.begin(), m_rules.end(),
                                       [&](const Rule &rule) { return fits(rule, identity, documentId, functionId); });
    return decisive != m_rules.end() && decisive->isAllowing;
}

} // namespace Tidegate::ShareData
