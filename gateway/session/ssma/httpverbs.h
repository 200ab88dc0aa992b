// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "channel/fanoutcounters.h"
#include "session/ssma/optimisticapi.h"
#include "session/ssma/service.h"
#include "transport/ioshard.h"

#include <QJsonObject>
#include <QPromise>

#include <functional>

namespace Tidegate::Ssma {

//! OptimisticApi over the Service: each verb becomes a task on the core thread.
class HttpVerbs final : public OptimisticApi
{
public:
    struct Services
    {
        TaskQueue &core;
        Service &service; //!< touched only inside tasks posted to core
        IntentEngine &engine;
        const Clock &clock;
        const DialectCounters &counters;
        const TransportCounters &transport;
        const FanoutCounters &fanout;
        DecisionBatch *decisions = nullptr; //!< of the core thread
        //! What other dialects have to say in metrics(); core thread. May be empty.
        std::function<QJsonObject()> otherMetrics = {};
    };

    explicit HttpVerbs(Services services)
        : m_services(services)
    {
    }

    QFuture<ApiReply> pending(ApiCaller caller, std::optional<qint64> sinceMs, QByteArray site) override;
    QFuture<ApiReply> rework(ApiCaller caller, QByteArray bodyJson) override;
    QFuture<ApiReply> undo(ApiCaller caller, QByteArray bodyJson) override;
    QFuture<ApiReply> adminChannels() override;
    QFuture<ApiReply> adminIntents(QByteArray reason, int limit) override;
    QFuture<ApiReply> metrics() override;
    QFuture<ApiReply> ingestBackendEvents(QByteArray bodyJson) override;
    QFuture<ApiReply> invalidateIsland(IslandInvalidation invalidation) override;

private:
    using Promise = std::shared_ptr<QPromise<ApiReply>>;
    template <typename Verb>
    QFuture<ApiReply> onCore(Verb &&verb);

    qint64 replaySinceMs() const;
    void decideAmend(const ApiCaller &caller, const QByteArray &id, const Error &error) const;
    void undoOnCore(const ApiCaller &caller, const QByteArray &body, const Promise &promise);
    void reworkOnCore(const ApiCaller &caller, const QByteArray &body, const Promise &promise);

    const Services m_services;
};

} // namespace Tidegate::Ssma
