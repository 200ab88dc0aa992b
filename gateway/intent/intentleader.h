// SPDX-License-Identifier: MIT
#pragma once

#include "intent/submission.h"
#include "wire/result.h"

#include <functional>

namespace Tidegate {

enum class AmendKind : quint8;

//! Who decides intents when this node does not: the way to the node that leads. Port; core thread. Completions run
//! there, each once, and not before what they tell of has entered this node's log.
class IntentLeader
{
public:
    virtual ~IntentLeader() = default;

    //! Every draft has its id. Unavailable when nobody led in time; a retry of the ids is safe.
    virtual void submit(IntentSubmission submission, std::function<void(Result<std::vector<IntentOutcome>>)> done) = 0;
    //! \p changed is the row as it is to become, at the seq it was read. Conflict when it has moved since.
    virtual void amend(AmendKind kind, IntentPtr changed, QByteArray actor, QByteArray reason,
                       std::function<void(Result<IntentPtr>)> done) = 0;
    //! Runs \p then once no row up to \p seq is still to come here, or when that has taken too long: the seq may be
    //! one of another history.
    virtual void whenReached(quint64 seq, std::function<void()> then) = 0;
};

} // namespace Tidegate
