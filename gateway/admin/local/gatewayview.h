// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/decisionlog.h"
#include "base/eventlog.h"
#include "base/taskqueue.h"
#include "document/documentregistry.h"
#include "intent/nodecounters.h"
#include "session/mesh/shardcontext.h"
#include "session/sharedata/shardcontext.h"
#include "session/ssma/service.h"
#include "session/ssma/shardcontext.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace Tidegate {
class AuthService;
}

namespace Tidegate::Admin {

//! One I/O thread. Everything but tasks is touched on that thread only.
struct ShardView
{
    TaskQueue *tasks = nullptr;
    Ssma::ShardContext *ssma = nullptr;
    Mesh::ShardContext *mesh = nullptr;           //!< none: the dialect is off
    ShareData::ShardContext *sharedata = nullptr; //!< likewise
};

//! What a running gateway lends to whoever watches it; all of it outlives the watcher. A value: tasks for other threads
//! carry a copy, since they may run after the watcher has gone. Counters are read from any
//! thread; hub, engine, ssma and those of documents are touched only in tasks posted to core.
struct GatewayView
{
    const Clock &clock;
    EventLog &log;
    const TransportCounters &transport;
    const Ssma::DialectCounters &dialect;
    const Mesh::DialectCounters &mesh;
    const BusCounters &bus;
    const NodeCounters &node;
    const ShareData::Counters &sharedata;
    const DocumentCounters &documentCounters;
    AuthService &auth;
    TaskQueue &core;
    Hub &hub;
    IntentEngine &engine;
    Ssma::Service &ssma;
    const DecisionLog &decisions;
    std::vector<ShardView> shards;
    const DocumentRegistry *documents = nullptr;          //!< null: none are served; core thread
    const ShareData::Service *documentSessions = nullptr; //!< likewise
};

//! CPU time that watching has cost, over all threads.
class CpuMeter
{
public:
    //! Counts what its thread spends while it lives.
    class Scope
    {
    public:
        explicit Scope(CpuMeter &meter)
            : m_meter(meter)
            , m_startNs(threadCpuNs())
        {
        }
        ~Scope() { m_meter.m_spentNs.add(threadCpuNs() - m_startNs); }
        Q_DISABLE_COPY_MOVE(Scope)

    private:
        CpuMeter &m_meter;
        const qint64 m_startNs;
    };

    qint64 spentNs() const { return m_spentNs.value(); }
    static qint64 threadCpuNs();

private:
    Counter m_spentNs;
};

//! The watcher's own thread and how other threads answer it. The queue is closed when the watcher goes, so late answers
//! are dropped; shared, because the threads that post them may be later still.
struct Home
{
    std::shared_ptr<TaskQueue> tasks;
    std::shared_ptr<CpuMeter> cpu;
};

//! Asks every shard on its thread and hands all answers to \p done at home. Never blocks.
template <typename T>
void gatherFromShards(const GatewayView &view, const Home &home, std::function<T(const ShardView &)> ask,
                      std::function<void(std::vector<T>)> done)
{
    struct Gathering
    {
        std::vector<T> answers; //!< at home only
        size_t open;
        std::function<void(std::vector<T>)> done;
    };
    auto gathering = std::make_shared<Gathering>(Gathering{{}, view.shards.size(), std::move(done)});
    for (const ShardView &shard : view.shards) {
        shard.tasks->post([=] {
            auto answer = [&] {
                const CpuMeter::Scope cost(*home.cpu);
                return std::make_shared<T>(ask(shard));
            }();
            home.tasks->post([gathering, answer] {
                gathering->answers.push_back(std::move(*answer));
                if (--gathering->open == 0)
                    gathering->done(std::move(gathering->answers));
            });
        });
    }
}

//! Asks on the core thread; the answer comes home.
template <typename T>
void askCore(const GatewayView &view, const Home &home, std::function<T()> ask, std::function<void(T)> done)
{
    view.core.post([=] {
        auto answer = [&] {
            const CpuMeter::Scope cost(*home.cpu);
            return std::make_shared<T>(ask());
        }();
        home.tasks->post([answer, done] { done(std::move(*answer)); });
    });
}

} // namespace Tidegate::Admin
