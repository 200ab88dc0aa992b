// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "intent/intentstore.h"

#include <map>

namespace Tidegate {

class Rng;

//! IntentStore without a disk: for tests, and for embedding where a restart may forget (store.kind = "memory").
//! Its size is bounded by trimBelowSeq and by the pending intents its caller allows. Owner thread only.
class MemoryIntentStore final : public IntentStore
{
public:
    //! \p owner and \p rng outlive the store.
    MemoryIntentStore(TaskQueue &owner, Rng &rng);
    ~MemoryIntentStore() override;

    //! A new epoch for an empty store; what an earlier open() of the same object stored is still there.
    Result<StoreContents> open() override;
    void write(StoreWrite write, std::function<void(Result<void>)> done) override;
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override;
    void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override;
    void close() override;

private:
    using Identity = std::pair<QByteArray, QByteArray>; // site, id
    struct LogRow
    {
        IntentPtr intent;
        IntentKey key;
    };

    Result<void> check(const StoreWrite &write) const;
    void apply(const StoreWrite &write);
    void admit(const IntentPtr &intent);
    void dropPending(const Identity &identity);
    std::vector<IntentPtr> selectSeqs(const IntentQuery &query) const;
    std::vector<IntentPtr> selectLog(const IntentQuery &query) const;
    std::vector<IntentPtr> selectInbox(const IntentQuery &query) const;
    template <typename T>
    void complete(std::function<void(Result<T>)> done, Result<T> result);

    TaskQueue &m_owner;
    Rng &m_rng;
    bool m_open = false;
    std::shared_ptr<bool> m_completionsWanted = std::make_shared<bool>(true);
    QByteArray m_epoch;
    QByteArray m_keySeed;
    quint64 m_headSeq = 0;
    quint64 m_lowestSeq = 1;
    std::map<quint64, LogRow> m_log;
    quint64 m_lastPosition = 0;
    std::map<quint64, IntentPtr> m_inbox; // by order of admission
    std::map<Identity, quint64> m_inboxPositions;
};

} // namespace Tidegate
