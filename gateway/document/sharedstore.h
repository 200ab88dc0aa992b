// SPDX-License-Identifier: MIT
#pragma once

#include "document/documentstore.h"

namespace Tidegate {

//! The other face of a DocumentStore that several gateways have open, of which one at a time writes: the leader. All
//! of them are told the same log. Port; called on the core thread, events run there.
class SharedDocumentStore
{
public:
    struct Events
    {
        //! By another gateway, or by an earlier life of this one.
        std::function<void(const DocumentWrite &write)> written = [](const DocumentWrite &) {};
        //! Everything the log holds, because some of what was written could not be told any more.
        std::function<void(StoredDocuments contents)> reread = [](const StoredDocuments &) {};
        //! This gateway leads no more: writes fail until it does again.
        std::function<void(const char *why)> deposed = [](const char *) {};
        //! Somebody leads from here on; all that was written before has been told, and nothing more of it can come.
        std::function<void(bool isThisGateway)> termBegan = [](bool) {};
        std::function<void(bool isReachable)> reachabilityChanged = [](bool) {};
    };

    virtual ~SharedDocumentStore() = default;

    //! Before the first event can run.
    virtual void setEvents(Events events) = 0;
    //! Called again and again while nobody leads; events tell what came of it.
    virtual void tryToLead() = 0;
    //! About once a second while this gateway leads.
    virtual void renewLead() = 0;
    //! Lets somebody else lead at once.
    virtual void resign() = 0;
    //! Of what was told last in the log.
    virtual quint64 position() const = 0;
    //! The newest term as far as the log was told; 0 = nobody ever led.
    virtual quint64 term() const = 0;
    virtual bool isReachable() const = 0;
};

} // namespace Tidegate
