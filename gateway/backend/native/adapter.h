// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendadapter.h"
#include "base/responder.h"

#include <QDeadlineTimer>
#include <QTimer>

#include <chrono>
#include <map>
#include <memory>

namespace Tidegate {

//! A backend written in C++ by whoever embeds the gateway. Every member is optional; a call nobody answers behaves as
//! in the embedded adapter. Where both forms are set the asynchronous one is used. Exceptions become
//! ErrorCode::Internal.
struct NativeCallbacks
{
    std::function<Result<ApplyReply>(const ApplyRequest &)> apply;
    std::function<Result<SnapshotReply>(const SnapshotRequest &)> subscribe;
    //! Name, payload (JSON text), context; answers JSON text.
    std::function<Result<QByteArray>(const QByteArray &, const QByteArray &, const BackendContext &)> query;
    //! Answers a JSON object text.
    std::function<Result<QByteArray>()> health;

    std::function<void(const ApplyRequest &, Responder<ApplyReply>)> applyAsync;
    std::function<void(const SnapshotRequest &, Responder<SnapshotReply>)> subscribeAsync;
    std::function<void(const QByteArray &, const QByteArray &, const BackendContext &, Responder<QByteArray>)>
        queryAsync;
    std::function<void(Responder<QByteArray>)> healthAsync;
};

struct NativeBackendConfig
{
    //! Runs the callbacks, e.g. on a thread pool. Without it they run on the core thread and must not block.
    std::function<void(std::function<void()>)> executor;
    std::chrono::milliseconds timeout{5'000};
    //! Calls handed out and not yet answered; more are refused at once as Unavailable.
    int maxOutstanding = 4'096;
};

//! Lives on the core thread. Asynchronous and executor calls complete from its event loop, within the timeout
//! (ErrorCode::Timeout: outcome unknown); plain callbacks without an executor complete before returning.
class NativeBackendAdapter final : public BackendAdapter
{
public:
    explicit NativeBackendAdapter(NativeCallbacks callbacks, NativeBackendConfig config = {});
    //! Outstanding calls complete with Timeout; answers that come later are dropped.
    ~NativeBackendAdapter() override;
    Q_DISABLE_COPY_MOVE(NativeBackendAdapter)

    std::optional<ApplyReply> decideInline(const ApplyRequest &request) override;
    void applyIntents(ApplyRequest request, Completion<ApplyReply> done) override;
    void subscribe(SnapshotRequest request, Completion<SnapshotReply> done) override;
    void query(QByteArray name, QByteArray payload, BackendContext context, Completion<QByteArray> done) override;
    void health(Completion<QByteArray> done) override;

private:
    struct Outstanding
    {
        QDeadlineTimer deadline;
        std::function<void(Error)> fail;
    };

    template <typename T, typename Sync, typename Async, typename... Args>
    void call(const Sync &sync, const Async &async, T fallback, Completion<T> done, Args... args);
    template <typename T>
    std::optional<Responder<T>> track(const Completion<T> &done);
    void run(std::function<void()> job);
    void failExpired();
    void armTimer();

    const NativeCallbacks m_callbacks;
    const NativeBackendConfig m_config;
    const std::shared_ptr<TaskQueue> m_answers;
    std::map<quint64, Outstanding> m_outstanding; //!< by age, hence also by deadline
    quint64 m_lastId = 0;
    QTimer m_timer;
    bool m_closing = false;
};

} // namespace Tidegate
