// SPDX-License-Identifier: MIT
#include "backend/native/adapter.h"

#include "base/guardedcall.h"
#include "base/logging.h"

namespace Tidegate {

namespace {

constexpr auto What = "backend callback";

} // namespace

NativeBackendAdapter::NativeBackendAdapter(NativeCallbacks callbacks, NativeBackendConfig config)
    : m_callbacks(std::move(callbacks))
    , m_config(std::move(config))
    , m_answers(makeAnswerQueue())
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { failExpired(); });
}

NativeBackendAdapter::~NativeBackendAdapter()
{
    m_closing = true;
    m_answers->close();
    for (auto &[id, call] : std::exchange(m_outstanding, {}))
        call.fail({ErrorCode::Timeout, QStringLiteral("gateway stopped before the backend answered")});
}

std::optional<ApplyReply> NativeBackendAdapter::decideInline(const ApplyRequest &)
{
    if (m_callbacks.apply || m_callbacks.applyAsync)
        return std::nullopt;
    return ApplyReply{};
}

void NativeBackendAdapter::applyIntents(ApplyRequest request, Completion<ApplyReply> done)
{
    call(m_callbacks.apply, m_callbacks.applyAsync, ApplyReply{}, std::move(done), std::move(request));
}

void NativeBackendAdapter::subscribe(SnapshotRequest request, Completion<SnapshotReply> done)
{
    call(m_callbacks.subscribe, m_callbacks.subscribeAsync, SnapshotReply{}, std::move(done), std::move(request));
}

void NativeBackendAdapter::query(QByteArray name, QByteArray payload, BackendContext context,
                                 Completion<QByteArray> done)
{
    call(m_callbacks.query, m_callbacks.queryAsync, QByteArrayLiteral("null"), std::move(done), std::move(name),
         std::move(payload), std::move(context));
}

void NativeBackendAdapter::health(Completion<QByteArray> done)
{
    call(m_callbacks.health, m_callbacks.healthAsync, QByteArrayLiteral(R"({"status":"ok","backend":"native"})"),
         std::move(done));
}

template <typename T, typename Sync, typename Async, typename... Args>
void NativeBackendAdapter::call(const Sync &sync, const Async &async, T fallback, Completion<T> done, Args... args)
{
    if (!async && !sync) {
        done(std::move(fallback));
        return;
    }
    if (!async && !m_config.executor) {
        done(guardedCall<T>(What, [&] { return sync(args...); }));
        return;
    }
    const std::optional<Responder<T>> responder = track(done);
    if (!responder) {
        done(Error{ErrorCode::Unavailable, QStringLiteral("too many unanswered backend calls"), true});
        return;
    }
    // The callbacks are copied: an executor may run the job after the adapter is gone.
    run([sync, async, respond = *responder, args...] {
        if (!async) {
            respond(guardedCall<T>(What, [&] { return sync(args...); }));
            return;
        }
        const Result<void> asked = guardedCall<void>(What, [&]() -> Result<void> {
            async(args..., respond);
            return {};
        });
        if (!asked)
            respond(asked.error());
    });
}

template <typename T>
std::optional<Responder<T>> NativeBackendAdapter::track(const Completion<T> &done)
{
    if (m_closing || m_outstanding.size() >= size_t(m_config.maxOutstanding))
        return std::nullopt;
    const quint64 id = ++m_lastId;
    m_outstanding.emplace(
        id, Outstanding{QDeadlineTimer(m_config.timeout), [done](Error error) { done(std::move(error)); }});
    armTimer();
    return Responder<T>(m_answers, [this, id, done](Result<T> outcome) {
        if (m_outstanding.erase(id))
            done(std::move(outcome));
    });
}

void NativeBackendAdapter::run(std::function<void()> job)
{
    if (!m_config.executor) {
        job();
        return;
    }
    try {
        m_config.executor(std::move(job));
    } catch (...) {
        // The job is destroyed unrun, so its responder reports a callback that ended without an answer.
        qCWarning(lcBackend, "native executor threw");
    }
}

void NativeBackendAdapter::failExpired()
{
    while (!m_outstanding.empty() && m_outstanding.begin()->second.deadline.hasExpired()) {
        const Outstanding expired = std::move(m_outstanding.extract(m_outstanding.begin()).mapped());
        expired.fail({ErrorCode::Timeout, QStringLiteral("backend callback did not answer in time, outcome unknown")});
    }
    if (!m_outstanding.empty())
        armTimer();
}

void NativeBackendAdapter::armTimer()
{
    if (!m_timer.isActive())
        m_timer.start(int(m_outstanding.begin()->second.deadline.remainingTime()));
}

} // namespace Tidegate
