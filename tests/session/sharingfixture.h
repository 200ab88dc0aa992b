// SPDX-License-Identifier: MIT
#pragma once

#include "intent/memory/store.h"
#include "replay/memoryreplaylog.h"
#include "session/ssma/service.h"
#include "ssma/encoder.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <map>

namespace Tidegate::Ssma {

//! A backend that counts what it is asked and answers when the test says so.
class CountingBackend final : public BackendAdapter
{
public:
    struct Call
    {
        SnapshotRequest request;
        Completion<SnapshotReply> done;
    };

    std::optional<ApplyReply> decideInline(const ApplyRequest &) override { return ApplyReply{}; }
    void applyIntents(ApplyRequest, Completion<ApplyReply>) override {}
    void subscribe(SnapshotRequest request, Completion<SnapshotReply> done) override
    {
        calls.push_back({std::move(request), std::move(done)});
    }
    void query(QByteArray, QByteArray, BackendContext, Completion<QByteArray>) override {}
    void health(Completion<QByteArray>) override {}

    void answer(size_t call, std::vector<QByteArray> rows)
    {
        calls[call].done(SnapshotReply{true, std::move(rows), {}});
    }
    void fail(size_t call) { calls[call].done(Error{ErrorCode::Unavailable, QStringLiteral("backend says no")}); }

    std::vector<Call> calls;
};

//! A store whose reads are counted and can be held back.
class CountingStore final : public IntentStore
{
public:
    CountingStore(TaskQueue &owner, Rng &rng)
        : m_store(owner, rng)
    {
    }

    Result<StoreContents> open() override { return m_store.open(); }
    void write(StoreWrite write, std::function<void(Result<void>)> done) override
    {
        m_store.write(std::move(write), std::move(done));
    }
    void read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done) override
    {
        ++reads;
        if (fails)
            done(Error{ErrorCode::Storage, QStringLiteral("disk full")});
        else if (isHeld)
            held.push_back([=, this] { m_store.read(query, done); });
        else
            m_store.read(std::move(query), std::move(done));
    }
    void countReasons(std::function<void(Result<std::vector<std::pair<QByteArray, quint64>>>)> done) override
    {
        m_store.countReasons(std::move(done));
    }
    void close() override { m_store.close(); }

    void release()
    {
        isHeld = false;
        for (const auto &read : std::exchange(held, {}))
            read();
    }

    int reads = 0;
    bool fails = false;
    bool isHeld = false;
    std::vector<std::function<void()>> held;

private:
    MemoryIntentStore m_store;
};

//! The dialect's core over real parts; only the backend is the test's. Sees what each link would be sent, publications
//! included, in order.
class SharingFixture final : public ShardSink
{
public:
    explicit SharingFixture(Profile profile = openProfile()) { start(std::move(profile)); }

    static Profile openProfile()
    {
        Profile profile;
        profile.subscribeMax = 0;
        return profile;
    }

    //! As after a restart of the gateway: nothing is in memory any more.
    void restart()
    {
        const Profile profile = service->profile();
        engine->stop();
        service.reset();
        engine.reset();
        store.close();
        links.clear();
        start(profile);
    }

    struct Link
    {
        std::vector<QByteArray> frames; //!< replies and, once it takes part, the publications' rows as invalidations
        QByteArrayList streams;
    };

    LinkId open(const Principal &principal = {}, const QByteArray &site = "default", const QByteArray &ip = "192.0.2.1",
                std::optional<quint64> cursor = {})
    {
        const LinkId link = LinkId::make(0, ++m_lastLink);
        ClientInfo info;
        info.link = link;
        info.connectionId = "c-" + QByteArray::number(m_lastLink);
        info.site = site;
        info.transportRole = "leader";
        info.principal = principal;
        info.ip = ip;
        links[link];
        service->openLink(info, cursor);
        return link;
    }
    LinkId openStream(std::optional<quint64> cursor)
    {
        const LinkId link = LinkId::make(0, ++m_lastLink);
        ClientInfo info;
        info.link = link;
        info.site = "default";
        info.transportRole = "sse";
        links[link];
        service->openStream(info, cursor);
        return link;
    }
    void subscribe(LinkId link, const QByteArray &channel = "global", const QByteArray &params = "{}")
    {
        service->subscribe(link, {channel, params, {}});
    }
    LinkId subscriber(const Principal &principal = {}, const QByteArray &site = "default",
                      const QByteArray &ip = "192.0.2.1")
    {
        const LinkId link = open(principal, site, ip);
        subscribe(link);
        return link;
    }
    void publish(const QByteArray &id, const QByteArray &channel = "global", const QByteArray &site = "default")
    {
        IntentSubmission submission;
        submission.drafts.push_back({id, "TODO_CREATE", "{}", R"({"clock":1})", {channel}, {"pending", "replay"}});
        submission.context.site = site;
        engine->submit(std::move(submission), [](const auto &) {});
        turn();
    }
    void turn()
    {
        for (int i = 0; i < 20; ++i)
            QCoreApplication::sendPostedEvents(&queue);
    }

    //! Ids of the rows that \p link was sent in frames of \p type, in order.
    QByteArrayList ids(LinkId link, const char *type) const
    {
        QByteArrayList all;
        for (const QByteArray &frame : links.at(link).frames) {
            const QJsonObject object = QJsonDocument::fromJson(frame).object();
            if (object.value(u"type").toString() != QLatin1StringView(type))
                continue;
            for (const QJsonValue &row : object.value(u"intents").toArray())
                all.append(row.toObject().value(u"id").toString().toUtf8());
        }
        return all;
    }
    QByteArrayList types(LinkId link) const
    {
        QByteArrayList all;
        for (const QByteArray &frame : links.at(link).frames)
            all.append(QJsonDocument::fromJson(frame).object().value(u"type").toString().toUtf8());
        return all;
    }

    void deliver(const PublicationPtr &publication) override
    {
        std::vector<QByteArray> rows;
        for (const EventPtr &event : publication->events)
            rows.push_back(event->payload);
        const QByteArray frame =
            encodeChannelInvalidate({"global", "{}"}, publication->reason, publication->cursor, rowArray(rows));
        for (auto &[link, state] : links) {
            if (state.streams.contains(publication->stream))
                state.frames.push_back(frame);
        }
    }

    TaskQueue queue;
    SystemRng rng;
    FakeClock clock;
    CountingStore store{queue, rng};
    QTemporaryDir folder;
    EventLog log{{folder.filePath(QStringLiteral("log"))}, clock};
    DialectCounters counters;
    CountingBackend backend;
    std::unique_ptr<IntentEngine> engine;
    std::unique_ptr<MemoryReplayLog> replayLog;
    std::unique_ptr<Hub> hub;
    std::unique_ptr<Service> service;
    std::map<LinkId, Link> links;

private:
    void start(Profile profile)
    {
        Result<StoreContents> contents = store.open();
        engine = std::make_unique<IntentEngine>(IntentEngine::Config{}, store, backend, clock, rng);
        MemoryReplayLog::Config config;
        config.floor = contents->headSeq;
        replayLog = std::make_unique<MemoryReplayLog>(config);
        hub = std::make_unique<Hub>(*replayLog);
        hub->addShard(0, this);
        const auto reply = [this](LinkId link, SessionReply answer) {
            Link &state = links[link];
            state.frames.insert(state.frames.end(), answer.frames.begin(), answer.frames.end());
            if (answer.join)
                state.streams.append(answer.join->stream);
        };
        service = std::make_unique<Service>(Service::Services{*hub, *engine, backend, clock, rng, log, counters, reply},
                                            std::move(profile));
        engine->start(std::move(*contents));
        turn();
    }

    quint64 m_lastLink = 0;
};

} // namespace Tidegate::Ssma
