// SPDX-License-Identifier: MIT
#pragma once

#include "base/rng.h"
#include "base/taskqueue.h"
#include "intent/intentstore.h"

#include <QCoreApplication>
#include <QTest>

#include <memory>

namespace Tidegate {

//! A pending intent; giveSeq() settles it.
inline Intent makeIntent(const QByteArray &id, const QByteArray &site = "default",
                         const QByteArrayList &channels = {"global"})
{
    Intent intent;
    intent.site = site;
    intent.id = id;
    intent.name = "TODO_CREATE";
    intent.payload = R"({"title":"milk"})";
    intent.meta = R"({"clock":3})";
    intent.channels = channels;
    intent.reasons = {"replay"};
    intent.userId = "user-1";
    intent.connectionId = "link-1";
    intent.insertedAtMs = 1'000;
    intent.updatedAtMs = 1'001;
    appendTransition(intent, "received", 1'000, "link-1");
    return intent;
}

inline IntentPtr share(Intent intent)
{
    return std::make_shared<const Intent>(std::move(intent));
}

inline SettledIntent settled(Intent intent, quint64 seq)
{
    intent.seq = seq;
    intent.status = IntentStatus::Acked;
    const IntentKey key{seq, ~seq};
    return {share(std::move(intent)), key, false, 0};
}

inline StoreWrite logWrite(Intent intent, quint64 seq)
{
    StoreWrite write;
    write.settled.push_back(settled(std::move(intent), seq));
    return write;
}

//! Every column, for comparisons that say what differs.
inline QByteArray describe(const Intent &intent)
{
    QByteArrayList parts = {QByteArray::number(intent.seq),
                            intent.site,
                            intent.id,
                            intent.name,
                            intent.payload,
                            intent.meta,
                            intent.channels.join('|'),
                            intent.reasons.join('|'),
                            intent.userId,
                            intent.connectionId,
                            QByteArray::number(int(intent.status)),
                            QByteArray::number(intent.insertedAtMs),
                            QByteArray::number(intent.updatedAtMs),
                            intent.backendCode,
                            intent.backendMessage,
                            intent.history};
    return parts.join('\n');
}

//! Turns a store's completions into return values by running the event loop.
class StoreDriver
{
public:
    explicit StoreDriver(IntentStore &store)
        : m_store(store)
    {
    }

    Result<void> write(StoreWrite write)
    {
        std::optional<Result<void>> result;
        m_store.write(std::move(write), [&](Result<void> done) { result = std::move(done); });
        return wait(result);
    }
    Result<std::vector<IntentPtr>> read(IntentQuery query)
    {
        std::optional<Result<std::vector<IntentPtr>>> result;
        m_store.read(std::move(query), [&](auto done) { result = std::move(done); });
        return wait(result);
    }
    //! Ids in order, or the error's text.
    QByteArray ids(IntentQuery query)
    {
        const auto rows = read(std::move(query));
        if (!rows)
            return rows.error().text.toUtf8();
        QByteArrayList ids;
        for (const IntentPtr &row : *rows)
            ids.append(row->id);
        return ids.join(' ');
    }
    QByteArray reasonCounts()
    {
        std::optional<Result<std::vector<std::pair<QByteArray, quint64>>>> result;
        m_store.countReasons([&](auto done) { result = std::move(done); });
        const auto counts = wait(result);
        QByteArrayList texts;
        for (const auto &[reason, count] : *counts)
            texts.append(reason + '=' + QByteArray::number(count));
        return texts.join(' ');
    }

private:
    template <typename T>
    T wait(std::optional<T> &result)
    {
        // Not qWaitFor(): it polls, and a sweep makes thousands of calls. A completion that never comes ends in
        // ctest's timeout.
        while (!result)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        return *std::move(result);
    }

    IntentStore &m_store;
};

} // namespace Tidegate
