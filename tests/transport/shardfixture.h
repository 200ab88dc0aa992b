// SPDX-License-Identifier: MIT
#pragma once

#include "base/decisionlog.h"
#include "transport/ioshard.h"

#include <QThread>

#include <map>
#include <mutex>

namespace Tidegate {

//! Answers by path: /echo the body, /hold nothing until released, /big 4 MiB, everything else 404.
class ScriptedHttp final : public HttpHandler
{
public:
    static constexpr qsizetype BigBytes = 4 * 1024 * 1024;

    void handle(HttpRequest request, Responder respond) override;
    //! Answers what /hold keeps, in the order asked.
    void release();
    std::vector<HttpRequest> requests() const;
    int heldCount() const;

private:
    mutable std::mutex m_mutex;
    std::vector<HttpRequest> m_requests;
    std::vector<Responder> m_held;
};

//! What scripted links tell the test. Any thread.
class LinkJournal
{
public:
    void note(const QByteArray &line);
    QByteArrayList lines() const;
    bool contains(const QByteArray &line) const { return lines().contains(line); }
    qsizetype count(const QByteArray &line) const { return lines().count(line); }

private:
    mutable std::mutex m_mutex;
    QByteArrayList m_lines;
};

//! One shard with its thread, listening on loopback. /ws echoes messages and obeys "close", "pause" and "flood <n>"
//! (n live messages of 1000 bytes in one turn); /events streams; /refuse answers 403, and so does the guard below
//! /guarded/.
class ShardFixture
{
public:
    explicit ShardFixture(const LinkLimits &limits = {}, std::shared_ptr<TlsContext> tls = {}, bool hasHttp = true,
                          const BudgetPool::Config &budgets = {});
    ~ShardFixture();
    Q_DISABLE_COPY_MOVE(ShardFixture)

    quint16 port() const { return m_port; }
    //! Runs \p act on the shard's thread and waits for it.
    void run(const std::function<void(IoShard &)> &act);
    //! Sends to every open link of /ws and /events.
    void sendToAll(const QByteArray &bytes, SendKind kind = SendKind::Live);
    //! The same within the turn of the caller, who is on the shard's thread.
    void sendToAllNow(const QByteArray &bytes, SendKind kind = SendKind::Live);
    void setReadingPausedForAll(bool paused);
    //! Times that \p rule decided something so far.
    qint64 decided(const DecisionRule &rule) const;
    //! Moves the clock; the shard notices within its tick.
    void advance(qint64 ms) { clock.advance(ms); }

    FakeClock clock;
    TransportCounters counters;
    DecisionLog decisions;
    BudgetPool budgets;
    //! Of links opened from now on. A query of "staff" makes the link's class that; every other is a guest.
    std::atomic<qsizetype> wsBudgetBytes = 256 * 1024;
    std::atomic<qsizetype> sseBudgetBytes = 64 * 1024;
    ScriptedHttp http;
    LinkJournal journal;
    std::atomic<bool> isCoreBusy = false;

private:
    friend class ScriptedLink;

    //! Runs \p act on the thread and waits. Not a blocking Qt connection: the thread sanitizer cannot see through
    //! those.
    void runOnThread(const std::function<void()> &act);

    DecisionBatch m_decisions{decisions, clock};
    QThread m_thread;
    TaskQueue m_anchor;
    std::map<quint64, Link *> m_links; //!< shard thread only
    std::unique_ptr<IoShard> m_shard;
    quint16 m_port = 0;
};

} // namespace Tidegate
