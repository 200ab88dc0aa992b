// SPDX-License-Identifier: MIT
#pragma once

#include "intent/intentstore.h"

namespace Tidegate {

//! The other face of an IntentStore that several nodes have open, of which one at a time writes: the leader. Port;
//! called on the core thread, completions run there.
class SharedStore
{
public:
    struct Leadership
    {
        StoreContents contents;
        qint64 term = 0; //!< grows with every leader
    };

    virtual ~SharedStore() = default;

    //! Instead of open(). Blocks; creates or migrates the schema when nobody leads. Reads work, writes fail.
    virtual Result<StoreContents> openToFollow() = 0;
    //! Conflict when somebody else leads. One attempt at a time.
    virtual void tryToLead(std::function<void(Result<Leadership>)> done) = 0;
    //! Lets somebody else lead. What waits to be written fails.
    virtual void resign() = 0;
    //! Runs when this node led and finds that another one does.
    virtual void setDeposedHandler(std::function<void()> deposed) = 0;
};

} // namespace Tidegate
