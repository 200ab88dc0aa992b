// SPDX-License-Identifier: MIT
#include "session/mesh/retainedmessages.h"

#include "mesh/subject.h"

#include <algorithm>

namespace Tidegate::Mesh {

namespace {

constexpr qsizetype EntryBytes = 256; //!< of tables and lists, besides the message

qint64 costOf(const PublicationPtr &message)
{
    return message->byteSize() + message->stream.size() + EntryBytes;
}

//! What every subject that \p pattern matches begins with.
QByteArrayView literalPrefix(const QByteArray &pattern)
{
    const auto wild = std::find_if(pattern.begin(), pattern.end(), [](char c) { return c == '*' || c == '>'; });
    return QByteArrayView(pattern).first(wild - pattern.begin());
}

} // namespace

RetainedMessages::RetainedMessages(Broker &broker, const Clock &clock, DialectCounters &counters, Config config)
    : m_broker(broker)
    , m_clock(clock)
    , m_counters(counters)
    , m_config(std::move(config))
{
    for (const QByteArray &pattern : m_config.patterns)
        m_consumers.push_back(m_broker.subscribe(pattern, [this](const PublicationPtr &message) { keep(message); }));
}

RetainedMessages::~RetainedMessages()
{
    for (const Broker::ConsumerId id : m_consumers)
        m_broker.unsubscribe(id);
}

void RetainedMessages::keep(const PublicationPtr &message)
{
    const qint64 cost = costOf(message);
    if (!message->reply.isEmpty() || cost > m_config.maxBytes)
        return;
    dropExpired();
    auto &entries = m_subjects[message->stream];
    if (entries.size() >= size_t(m_config.perSubject)) {
        const Entries::iterator oldest = entries.front();
        entries.pop_front();
        m_bytes -= costOf(oldest->message);
        m_entries.erase(oldest);
    }
    m_entries.push_back({message, ++m_newest, m_clock.monotonicMs()});
    entries.push_back(std::prev(m_entries.end()));
    m_bytes += cost;
    while (m_bytes > m_config.maxBytes)
        dropOldest();
    m_counters.retainedMessages.set(qint64(m_entries.size()));
    m_counters.retainedBytes.set(m_bytes);
}

void RetainedMessages::dropOldest()
{
    const Entry &oldest = m_entries.front();
    const auto subject = m_subjects.find(oldest.message->stream);
    subject->second.pop_front(); // within a subject the order is the same
    if (subject->second.empty())
        m_subjects.erase(subject);
    m_bytes -= costOf(oldest.message);
    m_entries.pop_front();
}

void RetainedMessages::dropExpired()
{
    if (m_config.maxAgeMs <= 0)
        return;
    const qint64 due = m_clock.monotonicMs() - m_config.maxAgeMs;
    while (!m_entries.empty() && m_entries.front().atMs <= due)
        dropOldest();
}

std::vector<PublicationPtr> RetainedMessages::matching(const QByteArray &pattern, qint64 maxBytes)
{
    dropExpired();
    const QByteArray prefix = literalPrefix(pattern).toByteArray();
    std::vector<const Entry *> found;
    for (auto subject = m_subjects.lower_bound(prefix);
         subject != m_subjects.end() && subject->first.startsWith(prefix); ++subject) {
        if (!matches(pattern, subject->first))
            continue;
        for (const Entries::iterator &entry : subject->second)
            found.push_back(&*entry);
    }
    // Newest first, to see what fits.
    std::sort(found.begin(), found.end(), [](const Entry *a, const Entry *b) { return a->number > b->number; });
    qint64 bytes = 0;
    std::vector<PublicationPtr> messages;
    for (const Entry *entry : found) {
        bytes += entry->message->stream.size() + entry->message->body.size();
        if (bytes > maxBytes)
            break;
        messages.push_back(entry->message);
    }
    std::reverse(messages.begin(), messages.end());
    return messages;
}

} // namespace Tidegate::Mesh
