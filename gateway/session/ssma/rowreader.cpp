// SPDX-License-Identifier: MIT
#include "session/ssma/rowreader.h"

#include "session/ssma/channelregistry.h"
#include "session/ssma/rows.h"

#include <algorithm>

namespace Tidegate::Ssma {

namespace {

IntentQuery queryFor(const RowScope &scope)
{
    IntentQuery query;
    query.site = scope.site;
    query.channel = scope.channel;
    return query;
}

void addRow(RowPage &page, QByteArray text, quint64 seq)
{
    page.rows.push_back(std::move(text));
    page.lastSeq = seq;
}

} // namespace

bool RowReader::isVisible(const RowScope &scope, const Intent &intent) const
{
    return scope.channel || scope.role >= m_registry.roleToSee(intent.channels);
}

QByteArray RowReader::storedRowText(const Intent &intent) const
{
    return rowText(intent, m_clock.nowMs() - m_profile.replayWindowMs);
}

bool RowReader::readRecent(const RowScope &scope, quint64 after, qsizetype limit, RowPage &page) const
{
    if (scope.stream.isEmpty() || after < m_hub.log().floor())
        return false;
    for (bool more = true; more;) {
        const ReplaySlice slice = m_hub.log().readAfter(scope.stream, after, limit);
        for (const EventPtr &event : slice.events) {
            after = event->offset;
            if (!m_engine.holds(event->offset))
                continue;
            if (!scope.channel && scope.role < event->minRole) {
                ++page.hidden;
                continue;
            }
            if (qsizetype(page.rows.size()) == limit) {
                page.hasMore = true;
                return true;
            }
            addRow(page, rowText(*event), event->offset);
        }
        more = slice.hasMore;
    }
    page.upTo = m_engine.headSeq();
    return true;
}

void RowReader::readAfter(const RowScope &scope, quint64 after, qsizetype limit, Done done) const
{
    RowPage page;
    page.upTo = after;
    if (after >= m_engine.headSeq() || readRecent(scope, after, limit, page)) {
        page.upTo = std::max(page.upTo, m_engine.headSeq());
        done(std::move(page));
        return;
    }
    readStored(scope, after, limit, std::move(page), std::move(done));
}

void RowReader::readStored(const RowScope &scope, quint64 after, qsizetype limit, RowPage page, Done done) const
{
    IntentQuery query = queryFor(scope);
    query.afterSeq = after;
    query.untilSeq = m_engine.headSeq();
    query.limit = limit + 1; // one more tells whether there is more
    const quint64 until = query.untilSeq;
    const qsizetype asked = query.limit;
    m_engine.read(std::move(query), [=, this, page = std::move(page)](Result<std::vector<IntentPtr>> rows) mutable {
        if (!rows) {
            done(rows.error());
            return;
        }
        quint64 seen = after;
        for (const IntentPtr &intent : *rows) {
            if (isVisible(scope, *intent)) {
                if (qsizetype(page.rows.size()) == limit) {
                    page.hasMore = true;
                    done(std::move(page));
                    return;
                }
                addRow(page, storedRowText(*intent), intent->seq);
            } else {
                ++page.hidden;
            }
            seen = intent->seq;
        }
        if (qsizetype(rows->size()) == asked) {
            readStored(scope, seen, limit, std::move(page), std::move(done));
            return;
        }
        page.upTo = until;
        catchUp(scope, limit, std::move(page), std::move(done));
    });
}

void RowReader::catchUp(const RowScope &scope, qsizetype limit, RowPage page, Done done) const
{
    if (page.upTo >= m_engine.headSeq() || readRecent(scope, page.upTo, limit, page)) {
        done(std::move(page));
        return;
    }
    const quint64 after = page.upTo;
    readStored(scope, after, limit, std::move(page), std::move(done));
}

void RowReader::readNewest(const RowScope &scope, qsizetype limit, Done done) const
{
    if (!scope.stream.isEmpty() && scope.channel) {
        const ReplaySlice slice = m_hub.log().readNewest(scope.stream, limit);
        if (slice.isCovered) {
            RowPage page;
            page.upTo = m_engine.headSeq();
            for (const EventPtr &event : slice.events) {
                if (m_engine.holds(event->offset))
                    addRow(page, rowText(*event), event->offset);
            }
            done(std::move(page));
            return;
        }
    }
    IntentQuery query = queryFor(scope);
    query.untilSeq = m_engine.headSeq();
    query.newestFirst = true;
    query.limit = limit;
    const quint64 until = query.untilSeq;
    if (until == 0) {
        done(RowPage{});
        return;
    }
    m_engine.read(std::move(query), [=, this](Result<std::vector<IntentPtr>> rows) {
        if (!rows) {
            done(rows.error());
            return;
        }
        RowPage page;
        page.upTo = until;
        for (auto intent = rows->rbegin(); intent != rows->rend(); ++intent) {
            if (isVisible(scope, **intent))
                addRow(page, storedRowText(**intent), (*intent)->seq);
            else
                ++page.hidden;
        }
        // What settled during the read belongs to the snapshot too; a little more than the limit does no harm.
        catchUp(scope, limit * 2, std::move(page), done);
    });
}

} // namespace Tidegate::Ssma
