// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"
#include "backend/requestpool.h"

#include <memory>

namespace Tidegate {

//! Asks a backend by JSON over HTTP (SSMA spec section 11): POST apply-intents, subscribe, query/<name>, health below
//! one base URL. Lives on the core thread.
//! A non-2xx answer to apply-intents whose body has a "code" completes with Failed verdicts that carry this code;
//! every other failure completes with an Error, for which callers store BackendRequestFailed as the code.
class HttpBackendAdapter final : public BackendAdapter
{
public:
    static constexpr char BackendRequestFailed[] = "BACKEND_REQUEST_FAILED";

    struct Config
    {
        QString baseUrl; //!< http or https; one trailing slash is removed
        RequestPoolConfig pool;
    };

    //! Errors name the setting: backend.url or backend.token.
    static Result<std::unique_ptr<HttpBackendAdapter>> create(Config config, const Clock &clock);

    void applyIntents(ApplyRequest request, Completion<ApplyReply> done) override;
    void subscribe(SnapshotRequest request, Completion<SnapshotReply> done) override;
    void query(QByteArray name, QByteArray payload, BackendContext context, Completion<QByteArray> done) override;
    void health(Completion<QByteArray> done) override;

    //! Both are for calls made from now on; a URL that is refused changes nothing.
    void setTimeout(std::chrono::milliseconds timeout) { m_pool.setTimeout(timeout); }
    Result<void> setBaseUrl(const QString &url);

    CircuitBreaker::State breakerState() const { return m_pool.breakerState(); }
    //! May be read from any thread while the adapter lives.
    const RequestCounters &counters() const { return m_pool.counters(); }

private:
    HttpBackendAdapter(QUrl baseUrl, RequestPoolConfig pool, const Clock &clock);
    void post(const QByteArray &path, QByteArray body, RequestPool::Done done, const QByteArray &idempotencyKey = {});

    QUrl m_baseUrl;
    RequestPool m_pool;
};

} // namespace Tidegate
