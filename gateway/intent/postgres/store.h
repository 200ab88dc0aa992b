// SPDX-License-Identifier: MIT
#pragma once

#include "intent/postgres/stopsignal.h"
#include "intent/sharedstore.h"
#include "intent/threadedstore.h"

namespace Tidegate {

class PgWriter;
class Rng;

//! IntentStore on a PostgreSQL database, in its schema "tidegate", and one that several gateways may have open. A
//! writer thread commits everything that waits in one transaction, a reader thread never waits for it. One gateway at a
//! time writes: it holds an advisory lock, and a fencing number keeps one out that lost it. Called on the thread \p
//! owner lives in; completions run there, none after close().
class PostgresIntentStore final : public ThreadedIntentStore, public SharedStore
{
public:
    struct Config
    {
        QByteArray address;         //!< URL or "key=value" pairs, as libpq reads them
        QByteArray holder;          //!< who we are, for operators
        int lockPatienceMs = 5'000; //!< for the lock of a gateway that has just ended
        //! How long a write waits for a server that is away before it fails as Unavailable. A commit whose answer was
        //! lost waits longer: until it is known.
        int writePatienceMs = 10'000;
        int readPatienceMs = 3'000; //!< the first read of a loss; later ones fail at once
    };

    //! Nothing is contacted. The address can be read.
    static Result<void> check(const QByteArray &address);

    //! \p owner and \p rng outlive the store.
    PostgresIntentStore(Config config, TaskQueue &owner, Rng &rng);
    ~PostgresIntentStore() override;

    Result<StoreContents> open() override;
    void close() override;

    Result<StoreContents> openToFollow() override;
    void tryToLead(std::function<void(Result<Leadership>)> done) override;
    void resign() override;
    void setDeposedHandler(std::function<void()> deposed) override { m_deposed = std::move(deposed); }

private:
    using Begin = std::function<Result<StoreContents>()>;

    Result<StoreContents> openWith(const Begin &begin);
    Result<StoreContents> readToFollow();

    const Config m_config;
    Rng &m_rng;
    StopSignal m_stop;
    PgWriter *m_writer = nullptr;    //!< writer thread, as long as the store is open
    std::function<void()> m_deposed; //!< owner's thread
};

} // namespace Tidegate
