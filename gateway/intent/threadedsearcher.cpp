// SPDX-License-Identifier: MIT
#include "intent/threadedsearcher.h"

#include <algorithm>
#include <array>

namespace Tidegate {

void ThreadedIntentSearcher::search(IntentSearch search, std::function<void(Result<IntentsFound>)> done)
{
    if (++m_waiting > MaxWaiting) {
        --m_waiting;
        done(Error{ErrorCode::RateLimited, QStringLiteral("too many searches at a time"), true});
        return;
    }
    m_thread->post([this, search = std::move(search), done = std::move(done)] {
        --m_waiting;
        if (!m_isClosing)
            done(run(search));
    });
}

void ThreadedIntentSearcher::close(const std::function<void()> &release)
{
    m_isClosing = true;
    m_thread->runBlocking([&release] { release(); });
}

Result<IntentsFound> ThreadedIntentSearcher::run(const IntentSearch &search)
{
    if (const auto opened = open(); !opened)
        return opened.error();
    const auto inLog = count(search, IntentTable::Log);
    if (!inLog)
        return inLog.error();
    const auto inInbox = count(search, IntentTable::Inbox);
    if (!inInbox)
        return inInbox.error();
    IntentsFound found;
    // Undecided intents stand at the newest end, whichever end is shown first.
    const auto tables = search.newestFirst
                            ? std::array{std::pair(IntentTable::Inbox, *inInbox), std::pair(IntentTable::Log, *inLog)}
                            : std::array{std::pair(IntentTable::Log, *inLog), std::pair(IntentTable::Inbox, *inInbox)};
    qint64 before = 0;
    for (const auto &[table, counted] : tables) {
        const qint64 wanted = search.limit - qint64(found.rows.size());
        // What was counted only up to the bound may go on.
        if (wanted > 0 && (search.offset < before + counted || counted > IntentsFound::MaxCounted)) {
            const qint64 offset = std::max<qint64>(0, search.offset - before);
            if (const auto added = append(search, table, offset, wanted, found.rows); !added)
                return added.error();
        }
        before += counted;
    }
    found.total = before > IntentsFound::MaxCounted ? -1 : before;
    return found;
}

} // namespace Tidegate
