// SPDX-License-Identifier: MIT
#pragma once

#include "transport/ioshard.h"

namespace Tidegate::Test {

//! A shard on this thread whose one path echoes, behind a listener without ports, and clients that send what they are
//! told to. What a client is sent depends on its bytes alone.
class LinkUnderFuzz
{
public:
    static constexpr qsizetype MaxMessageBytes = 8 * 1024;

    LinkUnderFuzz();
    ~LinkUnderFuzz();
    Q_DISABLE_COPY_MOVE(LinkUnderFuzz)

    //! A client with permessage-deflate agreed; ends with its descriptor.
    int open();
    //! Sends each of \p pieces and lets the shard read it before the next; everything it answered.
    QByteArray exchange(int client, const QByteArrayList &pieces);
    void close(int client);

    //! Texts handed to the session since the last call.
    QByteArrayList takeTexts() { return std::exchange(m_texts, {}); }
    qint64 openConnections() const { return m_counters.connectionsOpen.value(); }

private:
    class Echo;
    class EchoEndpoint;

    void settle();

    FakeClock m_clock;
    TransportCounters m_counters;
    BudgetPool m_budgets{BudgetPool::Config{}};
    QByteArrayList m_texts;
    std::unique_ptr<IoShard> m_shard;
    QByteArray m_address;
};

} // namespace Tidegate::Test
