// SPDX-License-Identifier: MIT
#pragma once

#include "intent/postgres/writesession.h"
#include "intent/threadedstore.h"

namespace Tidegate {

//! The store's writing end. All of it on the writer thread.
class PgWriter final : public IntentWriter
{
public:
    struct Config
    {
        PgWriteSession::Config session;
        qint64 patienceMs = 0;              //!< how long writes wait for a lost server before they fail as Unavailable
        std::function<void()> deposed = {}; //!< a commit found that somebody else may write
    };

    PgWriter(Config config, StopSignal &stop);

    //! Takes the right to write and reads what the database holds.
    Result<StoreContents> open(Rng &rng);

    Result<void> prepareSchema(Rng &rng) { return m_session.prepareSchema(rng); }
    //! Somebody else may write; further commits fail.
    void resign() { m_session.resign(); }
    qint64 fence() const { return m_session.fence(); }

    //! A commit whose answer was lost is looked up, however long that takes: it is never answered by a guess.
    std::vector<Result<void>> commit(std::span<const StoreWrite> writes) override;
    void trim() override;
    //! Also lets go of the lock.
    void finish() override;

private:
    //! NothingStored: nor will it be, and the connection is gone. InDoubt: it may be.
    enum class Attempt : quint8 { Stored, Failed, NothingStored, InDoubt };

    Result<void> commitGroup(std::span<const StoreWrite> writes);
    Attempt lookUp();
    void giveUp(const Result<void> &outcome);
    Attempt attempt(std::span<const StoreWrite> writes, Result<void> &outcome);
    void queueWrite(const StoreWrite &write);
    void queueAdmitted(const Intent &intent);
    void queueSettled(const SettledIntent &settled);
    Result<void> tryTrim(quint64 belowSeq);

    const Config m_config;
    PgWriteSession m_session;
    PgParameters m_parameters;
    qint64 m_lastWrite = 0;   //!< number of the transaction under way
    quint64 m_trimBelow = 1;  // asked for
    quint64 m_firstSeq = 1;   // no row in the database lies under it
    quint64 m_trimBudget = 0; // rows the next trim() may delete
    bool m_trimFailed = false;
};

} // namespace Tidegate
