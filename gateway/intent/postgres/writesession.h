// SPDX-License-Identifier: MIT
#pragma once

#include "intent/postgres/connection.h"
#include "intent/postgres/stopsignal.h"

#include <QDeadlineTimer>

namespace Tidegate {

class Rng;

//! The one session that may write: a connection that holds the database's advisory lock, under a fencing number that
//! grew when it took the lock. Each transaction starts with queueClaim(), which fails once somebody else has a higher
//! number; so whoever lost the lock without noticing writes nothing any more. All of it on the writer thread.
class PgWriteSession
{
public:
    struct Config
    {
        QByteArray address;
        QByteArray holder; //!< who we are, for operators
        qint64 lockPatienceMs = 0;
    };

    PgWriteSession(Config config, StopSignal &stop);

    //! Connects, takes the lock (waits for it as long as the configuration says), makes or migrates the schema and
    //! raises the fence. Conflict: somebody else holds the lock.
    Result<void> begin(Rng &rng);

    //! Makes or migrates the schema if nobody holds the lock, and lets go of it again.
    Result<void> prepareSchema(Rng &rng);

    //! After a loss: connects again and takes the lock back, with growing pauses until \p patience is over.
    //! Unavailable; Conflict when the fence is somebody else's now, which is for good.
    Result<void> restore(const QDeadlineTimer &patience);
    //! Gives the connection up, whatever its state.
    void drop() { m_connection.reset(); }
    //! The same, and does not come back before begin().
    void resign()
    {
        drop();
        m_isFenced = true;
    }

    bool isLost() const { return !m_connection || m_connection->isLost(); }
    bool isFenced() const { return m_isFenced; }
    qint64 fence() const { return m_fence; }
    PgConnection &connection() { return *m_connection; }

    //! First statement of each writing transaction.
    void queueClaim(qint64 writeNumber, quint64 headSeq);
    //! Number of the last transaction that was committed under our fence.
    Result<qint64> readLastWrite();

private:
    Result<void> connect();
    Result<bool> takeLock();
    Result<void> raiseFence();

    const Config m_config;
    StopSignal &m_stop;
    std::unique_ptr<PgConnection> m_connection;
    qint64 m_fence = 0;
    bool m_isFenced = false;
};

} // namespace Tidegate
