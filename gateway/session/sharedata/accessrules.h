// SPDX-License-Identifier: MIT
#pragma once

#include "session/sharedata/identity.h"
#include "wire/result.h"

#include <map>
#include <vector>

namespace Tidegate::ShareData {

//! Who may do what, as a list in which the first rule that fits decides; where none fits, nobody may. Written as
//! "allow" or "deny" with conditions that must all hold: subject=, document=, function= and claim.NAME=, each with a
//! pattern ('*' for any characters, %XX for any byte). An empty list lets everybody in.
class AccessRules
{
public:
    static Result<AccessRules> parse(const QByteArrayList &lines);
    static bool isRule(const QByteArray &line) { return parse({line}).has_value(); }

    //! \p functionId is empty where the question is about subscribing.
    bool allows(const Identity &identity, const QByteArray &documentId, const QByteArray &functionId = {}) const;

private:
    struct Rule
    {
        bool isAllowing = false;
        QByteArray subject = "*";
        QByteArray document = "*";
        QByteArray function = "*";
        std::map<QByteArray, QByteArray> claims;
    };
    static bool fits(const Rule &rule, const Identity &identity, const QByteArray &documentId,
                     const QByteArray &functionId);

    std::vector<Rule> m_rules;
};

} // namespace Tidegate::ShareData
