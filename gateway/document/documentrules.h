// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <map>
#include <optional>

namespace Tidegate {

//! What of a proof is looked at before a function is asked. None of them is SAFE's cryptography, which is not public.
enum class ProofPolicy : quint8 {
    None,    //!< its shape only
    Purpose, //!< its purpose must be the function's id
    Adapter, //!< the verifier that the embedding application set; without one every proposal fails
};

//! What holds for a document, by its id.
struct DocumentRule
{
    QByteArrayList functions;        //!< ids that may be proposed
    std::optional<QByteArray> state; //!< the document is made with it at start if it is not there
    ProofPolicy proof = ProofPolicy::Purpose;

    friend bool operator==(const DocumentRule &, const DocumentRule &) = default;
};

//! Keys are ids or patterns in which '*' stands for any characters.
using DocumentRules = std::map<QByteArray, DocumentRule>;

//! \p pattern may hold any number of '*'.
bool matchesPattern(QByteArrayView pattern, QByteArrayView text);
//! The rule of exactly that id, else of the longest pattern that matches, else a rule without functions.
const DocumentRule &ruleFor(const DocumentRules &rules, const QByteArray &documentId);

struct DocumentLimits
{
    qsizetype idBytes = 512;
    qsizetype stateBytes = 1024 * 1024;
    qsizetype documents = 10'000;
    qint64 totalStateBytes = 256LL * 1024 * 1024; //!< of all documents together
    int waitingProposals = 1024;                  //!< per document
    // What a replay can reach back to, whichever comes first.
    int windowCount = 100;
    qsizetype windowBytes = 4 * 1024 * 1024; //!< per document
    qint64 windowAgeMs = 0;                  //!< 0 = any
    bool keepsStates = false;                //!< replays show the state after each transaction
    quint64 historyCount = 100'000;          //!< transactions kept on disk per document
};

} // namespace Tidegate
