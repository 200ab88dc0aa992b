// SPDX-License-Identifier: MIT
#pragma once

#include "app/gatewayconfig.h"
#include "app/inprocessclient.h"
#include "auth/principal.h"
#include "backend/backendadapter.h"
#include "document/documentfunction.h"
#include "intent/submission.h"
#include "transport/httpmessage.h"
#include "wire/result.h"

#include <QObject>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>

namespace Tidegate {

namespace Admin {
class AdminPort;
}

//! A whole gateway: the composition root. Lives on the thread that makes it (an application's main thread will do) and
//! starts its own: core, I/O shards, SQL, HTTP. Methods are called on its own thread; start(), stop() and reload()
//! block, stop() for two seconds at most. Signals are emitted on its own thread.
class Gateway final : public QObject
{
    Q_OBJECT
public:
    explicit Gateway(GatewayConfig config, QObject *parent = nullptr);
    ~Gateway() override;

    //! Before start(): a function that sharedata.functions names as native=NAME. It runs on threads of its own, several
    //! at a time, and may take sharedata.function_timeout.
    void addFunction(const QByteArray &name, std::shared_ptr<const NativeFunction> function);
    //! Before start(): what is wrong with a proof, empty if nothing is; for documents whose proof policy is "adapter".
    //! Runs on the core thread and must not block.
    void setProofVerifier(std::function<QByteArray(const Evaluation &)> verify);
    //! Before start(): decides intents instead of the configured backend. \p make runs on the core thread.
    void setBackend(std::function<std::unique_ptr<BackendAdapter>()> make);
    //! Before start(): asked about each request that comes through a listening address; in-process clients are not.
    void setRequestGuard(RequestGuard guard);

    //! Errors name the setting or address and the fix. After an error the gateway is as if never started.
    Result<void> start();
    //! Stops accepting, closes sockets with 1001, ends event streams, flushes the store. Safe to call twice.
    void stop();
    //! Takes over what can change without dropping anyone: rules, limits, origins, certificates, backend address and
    //! time-out; reopens the event log. Listening addresses, threads and stores need a restart.
    void reload(const GatewayConfig &config);

    //! A client of this gateway without a socket, under the policy of every other client. \p target is path and query,
    //! e.g. "/optimistic/ws?role=leader&site=default"; \p token a session token, empty = guest. Never null; refusals
    //! arrive as closed(). Needs a running gateway; closes with it.
    std::unique_ptr<InProcessClient> connectInProcess(const QByteArray &target, const QByteArray &token = {});
    //! A session token signed by this gateway, which connectInProcess() and the doors take. principal.expiresAtMs is
    //! not used. Needs a running gateway.
    QByteArray issueToken(const Principal &principal, std::chrono::milliseconds ttl) const;

    //! For an operator in this process, who may do everything and is "console" in the audit. Needs a running gateway;
    //! goes offline with it and may outlive it.
    std::unique_ptr<Admin::AdminPort> makeAdminPort();

    const GatewayConfig &config() const { return m_config; }
    bool isRunning() const;
    //! Ports in the order of server.listen; the kernel's choice where 0 was asked for. None without an address.
    QList<quint16> ports() const;
    //! Of the first listening address; empty without one.
    QUrl url() const;

Q_SIGNALS:
    void started();
    void stopped();
    //! Intents entered the log, decided one way or another.
    void intentsSettled(const Tidegate::SettledBatchPtr &batch);

private:
    struct Parts;

    Result<void> bind();
    Result<void> openServices();
    void startShards();
    void openAdmin();

    GatewayConfig m_config;
    std::function<std::unique_ptr<BackendAdapter>()> m_makeBackend;
    std::map<QByteArray, std::shared_ptr<const NativeFunction>> m_functions;
    std::function<QByteArray(const Evaluation &)> m_verifyProof;
    RequestGuard m_guard;
    std::unique_ptr<Parts> m_parts;
};

} // namespace Tidegate
