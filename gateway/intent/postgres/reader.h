// SPDX-License-Identifier: MIT
#pragma once

#include "intent/postgres/connection.h"
#include "intent/postgres/contents.h"
#include "intent/postgres/stopsignal.h"
#include "intent/threadedstore.h"

#include <QDeadlineTimer>

namespace Tidegate {

struct PgQuery;

//! A reading connection; it comes back by itself. All of it on the reader thread. Every call reads the newest committed
//! state. While the server is away a call waits for it as long as the patience says, and later ones fail at once.
class PgReader final : public IntentReader
{
public:
    PgReader(QByteArray address, qint64 patienceMs, StopSignal &stop);

    Result<void> open();

    Result<std::vector<IntentPtr>> read(const IntentQuery &query, quint64 lowestSeq) override;
    Result<ReasonCounts> countReasons(quint64 lowestSeq) override;
    Result<StoreContents> contents();

private:
    template <typename Read>
    auto withConnection(Read read) -> decltype(read());
    Result<void> connect();
    Result<std::vector<IntentPtr>> select(const PgQuery &query);
    Result<std::vector<IntentPtr>> selectBoth(const IntentQuery &query, quint64 lowestSeq);

    const QByteArray m_address;
    const qint64 m_patienceMs;
    StopSignal &m_stop;
    std::unique_ptr<PgConnection> m_connection;
    bool m_isAway = false; //!< patience was spent on this loss already
};

//! Appends every row of \p result. Storage when one is damaged.
Result<void> collectRows(const PgResult &result, std::vector<IntentPtr> &rows);

} // namespace Tidegate
