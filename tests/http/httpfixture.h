// SPDX-License-Identifier: MIT
#pragma once

#include "auth/authservice.h"
#include "base/eventlog.h"
#include "base/rng.h"
#include "http/httpapi.h"
#include "session/ssma/optimisticapi.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QTemporaryDir>

#include <future>
#include <mutex>

namespace Tidegate::Test {

//! Our own port: records what it was asked; answers {"verb":...} with 200, or never while held.
class FakeOptimisticApi final : public Ssma::OptimisticApi
{
public:
    struct Call
    {
        QByteArray verb;
        Ssma::ApiCaller caller = {};
        QByteArray body = {};
        std::optional<qint64> sinceMs = {};
        QByteArray site = {};
        int limit = 0;
        Ssma::IslandInvalidation invalidation = {};
    };

    void hold() { m_isHeld = true; }
    //! Finishes what was held.
    void release()
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &promise : m_held) {
            promise->addResult(Ssma::ApiReply{200, "{}"});
            promise->finish();
        }
        m_held.clear();
    }
    //! What a forgotten promise looks like to the caller: the future is cancelled.
    void breakPromises() { m_breaks = true; }
    QList<Call> calls() const
    {
        const std::lock_guard lock(m_mutex);
        return m_calls;
    }

    QFuture<Ssma::ApiReply> pending(Ssma::ApiCaller caller, std::optional<qint64> sinceMs, QByteArray site) override
    {
        return take({.verb = "pending", .caller = caller, .sinceMs = sinceMs, .site = site});
    }
    QFuture<Ssma::ApiReply> rework(Ssma::ApiCaller caller, QByteArray body) override
    {
        return take({.verb = "rework", .caller = caller, .body = body});
    }
    QFuture<Ssma::ApiReply> undo(Ssma::ApiCaller caller, QByteArray body) override
    {
        return take({.verb = "undo", .caller = caller, .body = body});
    }
    QFuture<Ssma::ApiReply> adminChannels() override { return take({.verb = "adminChannels"}); }
    QFuture<Ssma::ApiReply> adminIntents(QByteArray reason, int limit) override
    {
        return take({.verb = "adminIntents", .body = reason, .limit = limit});
    }
    QFuture<Ssma::ApiReply> metrics() override { return take({.verb = "metrics"}); }
    QFuture<Ssma::ApiReply> ingestBackendEvents(QByteArray body) override
    {
        return take({.verb = "ingest", .body = body});
    }
    QFuture<Ssma::ApiReply> invalidateIsland(Ssma::IslandInvalidation invalidation) override
    {
        return take({.verb = "invalidate", .invalidation = invalidation});
    }

private:
    QFuture<Ssma::ApiReply> take(Call call)
    {
        const std::lock_guard lock(m_mutex);
        m_calls.append(call);
        auto promise = std::make_shared<QPromise<Ssma::ApiReply>>();
        promise->start();
        if (m_isHeld) {
            m_held.append(promise);
        } else if (!m_breaks) {
            promise->addResult(
                Ssma::ApiReply{call.verb == "invalidate" ? 202 : 200, "{\"verb\":\"" + call.verb + "\"}"});
            promise->finish();
        }
        return promise->future();
    }

    mutable std::mutex m_mutex;
    QList<Call> m_calls;
    QList<std::shared_ptr<QPromise<Ssma::ApiReply>>> m_held;
    std::atomic<bool> m_isHeld = false;
    std::atomic<bool> m_breaks = false;
};

//! The HTTP API with a real AuthService on a temporary database, driven through its HttpHandler port.
class HttpFixture
{
public:
    static constexpr char Secret[] = "0123456789abcdef0123456789abcdef-tests";

    explicit HttpFixture(HttpApiConfig config = {})
        : events({.filePath = m_dir.filePath(QStringLiteral("events.log"))}, clock)
        , auth(authConfig(), clock, rng)
    {
        if (!auth.open())
            qFatal("cannot open the user database");
        api = std::make_unique<HttpApi>(std::move(config), HttpApiPorts{auth, optimistic, events, clock});
    }

    //! Every request comes from an address of its own, so that the limiter does not meddle.
    HttpRequest request(const QByteArray &method, const QByteArray &path, const QByteArray &body = {})
    {
        HttpRequest made;
        made.method = method;
        made.path = path;
        made.body = body;
        ++m_requestCount;
        made.peer.address =
            "10.1." + QByteArray::number(m_requestCount / 250) + '.' + QByteArray::number(m_requestCount % 250 + 1);
        made.headers = {{"Host", "gateway.example"}};
        return made;
    }
    HttpResponse ask(HttpRequest asked)
    {
        auto answer = std::make_shared<std::promise<HttpResponse>>();
        std::future<HttpResponse> future = answer->get_future();
        api->handle(std::move(asked), [answer](HttpResponse response) { answer->set_value(std::move(response)); });
        if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
            qFatal("no answer");
        return future.get();
    }
    HttpResponse get(const QByteArray &path) { return ask(request("GET", path)); }
    HttpResponse post(const QByteArray &path, const QByteArray &body) { return ask(request("POST", path, body)); }

    //! Access token of a fresh account.
    QByteArray tokenFor(Role role)
    {
        const QString email = QStringLiteral("person%1@example.org").arg(++m_accountCount);
        const auto registered = auth.registerUser({{}, email, "correct horse"}).result();
        if (!registered)
            qFatal("cannot register");
        if (role == Role::User)
            return registered->accessToken;
        (void)auth.setRole(email, role).result().has_value();
        return auth.login(email, "correct horse").result()->accessToken;
    }
    HttpRequest as(Role role, HttpRequest asked)
    {
        if (role != Role::Guest)
            asked.headers.emplace_back("Authorization", "Bearer " + tokenFor(role));
        return asked;
    }
    HttpRequest withCookie(Role role, HttpRequest asked)
    {
        asked.headers.emplace_back("Cookie", "ssma_session=" + tokenFor(role));
        return asked;
    }
    QByteArray recordedEvents()
    {
        events.flush();
        QFile file(events.config().filePath);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static QJsonObject object(const HttpResponse &response) { return QJsonDocument::fromJson(response.body).object(); }

private:
    AuthConfig authConfig() const
    {
        AuthConfig config;
        config.secret = Secret;
        config.dbPath = m_dir.filePath(QStringLiteral("auth.sqlite"));
        config.argonMemoryKiB = 1024;
        config.argonPasses = 1;
        return config;
    }

    QTemporaryDir m_dir;
    int m_requestCount = 0;
    int m_accountCount = 0;

public:
    FakeClock clock;
    SystemRng rng;
    EventLog events;
    AuthService auth;
    FakeOptimisticApi optimistic;
    std::unique_ptr<HttpApi> api;
};

} // namespace Tidegate::Test
