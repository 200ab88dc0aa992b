// SPDX-License-Identifier: MIT
#pragma once

#include "intent/threadedstore.h"

#include <QString>

#include <memory>

namespace Tidegate {

class DatabaseLock;
class Rng;

//! IntentStore on one SQLite file. A writer thread commits everything that waits in one transaction, a reader thread
//! never waits for it. Called on the thread \p owner lives in; completions run there, none after close().
class SqliteIntentStore final : public ThreadedIntentStore
{
public:
    struct Config
    {
        QString path;              //!< made with its folder when absent; "-wal", "-shm" and ".lock" lie beside it
        int busyTimeoutMs = 5'000; //!< how long a commit waits for a lock that some other program holds
    };

    //! Writers upstream stop taking in more while backlogBytes() is above this; the store itself never drops.
    static constexpr qsizetype BacklogHighWaterBytes = 64 << 20;

    //! \p owner and \p rng outlive the store.
    SqliteIntentStore(Config config, TaskQueue &owner, Rng &rng);
    ~SqliteIntentStore() override;

    Result<StoreContents> open() override;
    void close() override;

private:
    const Config m_config;
    Rng &m_rng;
    std::unique_ptr<DatabaseLock> m_lock;
};

} // namespace Tidegate
