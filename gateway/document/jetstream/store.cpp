// SPDX-License-Identifier: MIT
#include "document/jetstream/store.h"

#include "document/documentlogging.h"

#include <algorithm>

namespace Tidegate {

namespace {

constexpr qsizetype HeaderBytes = 320; //!< of a message, besides what is encoded
constexpr int MaxTryTurns = 16;
constexpr int MaxSlowTurns = 5; //!< of renewLead(), until a write that is not read back ends the term

quint64 epochOf(const DocumentWrite &write)
{
    return std::visit([](const auto &each) { return each.epoch; }, write);
}

} // namespace

JetStreamDocumentStore::JetStreamDocumentStore(Config config, TaskQueue &owner)
    : m_config(std::move(config))
    , m_names(m_config.name)
    , m_owner(owner)
{
}

JetStreamDocumentStore::~JetStreamDocumentStore()
{
    close();
}

//! \p act on the owner's thread, unless the store is closed by then.
template <typename Act>
auto JetStreamDocumentStore::whileOpen(Act act)
{
    return [isOpen = m_isOpen, act = std::move(act)](auto &&...values) {
        if (*isOpen)
            act(std::forward<decltype(values)>(values)...);
    };
}

Result<StoredDocuments> JetStreamDocumentStore::open(int windowCount)
{
    *m_isOpen = true;
    m_thread = std::make_unique<Worker>(QStringLiteral("document-line"));
    const int kept = std::max(windowCount + 1, KeptPerSubject);
    LogLine::Config config{m_config.url,      m_names,          m_config.node,           kept,
                           m_config.logBytes, m_config.leaseMs, m_config.reconnectWaitMs};
    LogLine::Events events;
    events.refused = whileOpen([this](quint64 term, const QString &why) { takeRefusal(term, why); });
    events.connected =
        whileOpen([this](bool isConnected, qint64 maxPayload) { takeConnected(isConnected, maxPayload); });
    events.leaseLost = whileOpen([this] { endTerm("the lease is lost"); });
    events.purged = whileOpen([this](int finished, bool goesOn) {
        m_removalsToPurge = std::max(0, m_removalsToPurge - finished);
        if (goesOn)
            postToLine([](LogLine &line) { line.purgeOn(); });
    });
    auto opened = m_thread->runBlocking([&]() -> Result<void> {
        auto line = LogLine::open(std::move(config), m_owner, std::move(events));
        if (!line)
            return line.error();
        m_line = *std::move(line);
        m_maxPayloadBytes = m_line->maxPayloadBytes();
        return {};
    });
    if (!opened) {
        close();
        return opened.error();
    }
    LogReader::Events read;
    read.message = whileOpen([this](quint64 place, const DocumentMessage &message) { takeMessage(place, message); });
    read.whole = whileOpen([this](LogReader::Whole whole) { takeWhole(std::move(whole)); });
    read.broken = whileOpen([this](const QString &why) { takeBroken(why); });
    m_reader = std::make_unique<LogReader>(LogReader::Config{m_names, windowCount}, m_line->connection(), m_owner,
                                           std::move(read));
    auto whole = m_reader->open(m_config.openPatienceMs);
    if (!whole) {
        close();
        return whole.error();
    }
    m_isConnected = true;
    adopt(*whole);
    return std::move(whole->contents);
}

void JetStreamDocumentStore::close()
{
    if (!*m_isOpen)
        return;
    *m_isOpen = false;
    m_reader.reset();
    m_thread->runBlocking([this] {
        if (m_line)
            m_line->giveLeaseUp();
        m_line.reset();
    });
    m_thread.reset();
    m_term = 0;
    m_pending.clear();
}

void JetStreamDocumentStore::postToLine(std::function<void(LogLine &)> act)
{
    m_thread->post([this, act = std::move(act)] { act(*m_line); });
}

void JetStreamDocumentStore::tryToLead()
{
    if (m_term || !isReachable())
        return;
    if (m_tryTurns > 0 && --m_tryTurns > 0)
        return;
    m_tryTurns = MaxTryTurns;
    postToLine([position = m_position](LogLine &line) { line.tryToLead(position); });
}

void JetStreamDocumentStore::renewLead()
{
    if (!m_term)
        return;
    const quint64 oldest = m_pending.empty() ? 0 : m_pending.front().place;
    m_slowTurns = oldest && oldest == m_slowPlace ? m_slowTurns + 1 : 0;
    m_slowPlace = oldest;
    if (m_slowTurns > MaxSlowTurns)
        return endTerm("what is written cannot be read back");
    postToLine([](LogLine &line) { line.renewLease(); });
}

void JetStreamDocumentStore::resign()
{
    endTerm("it resigns");
    postToLine([](LogLine &line) { line.giveLeaseUp(); });
}

void JetStreamDocumentStore::write(DocumentWrite write, std::function<void(Result<void>)> done)
{
    Pending pending;
    pending.done = std::move(done);
    if (const auto sent = send(std::move(write), pending); !sent) {
        pending.refusal = sent.error();
        m_owner.post(whileOpen([this] { answerRefused(); }));
    }
    m_pendingBytes += pending.bytes;
    m_pending.push_back(std::move(pending));
}

Result<void> JetStreamDocumentStore::send(DocumentWrite write, Pending &pending)
{
    if (!m_term)
        return Error{ErrorCode::Cancelled, QStringLiteral("another gateway decides")};
    const QByteArray id = documentId(write);
    const std::optional<Mark> mark = next(markOf(id), write);
    if (!mark)
        return Error{ErrorCode::Conflict, QStringLiteral("the document is not at the revision this builds on")};
    const bool isRemoval = std::holds_alternative<RemoveDocument>(write);
    if (m_pendingBytes + byteSize(write) > m_config.inFlightBytes ||
        (isRemoval && m_removalsUnderWay + m_removalsToPurge >= MaxRemovals))
        return Error{ErrorCode::Unavailable, QStringLiteral("too much waits for JetStream; try again"), true};
    LoggedWrite logged{m_term, mark->seq, mark->createdAtMs, 0, std::move(write)};
    m_lastEpoch = std::max(m_lastEpoch, epochOf(logged.write));
    if (isRemoval)
        logged.lastEpoch = m_lastEpoch;
    const QByteArray subject = m_names.of(logged);
    const QByteArray bytes = encode(logged);
    if (bytes.size() + HeaderBytes > m_maxPayloadBytes)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("with this the document is larger than the broker takes: max_payload is %1 bytes")
                         .arg(m_maxPayloadBytes)};
    m_removalsUnderWay += isRemoval ? 1 : 0;
    m_ahead[id] = *mark;
    pending.term = m_term;
    pending.bytes = bytes.size();
    pending.place = ++m_lastPlace;
    postToLine([subject, bytes, expected = m_lastPlace - 1, term = m_term](LogLine &line) {
        line.publish(subject, bytes, expected, term);
    });
    return {};
}

const JetStreamDocumentStore::Mark *JetStreamDocumentStore::markOf(const QByteArray &id) const
{
    auto found = m_ahead.constFind(id);
    if (found != m_ahead.constEnd())
        return found->epoch ? &*found : nullptr; // 0: its removal is under way
    found = m_stored.constFind(id);
    return found == m_stored.constEnd() ? nullptr : &*found;
}

std::optional<JetStreamDocumentStore::Mark> JetStreamDocumentStore::next(const Mark *before, const DocumentWrite &write)
{
    if (const auto *create = std::get_if<CreateDocument>(&write))
        return before ? std::nullopt : std::optional(Mark{create->epoch, 1, 0, create->atMs});
    if (!before || before->epoch != epochOf(write))
        return {};
    Mark after = *before;
    if (std::holds_alternative<RemoveDocument>(write))
        return Mark{};
    if (const auto *transaction = std::get_if<RecordTransaction>(&write)) {
        after.revision = transaction->revision;
        after.seq = transaction->record.seq;
    } else {
        after.revision = std::get<ReplaceState>(write).revision;
    }
    return after.revision == before->revision + 1 ? std::optional(after) : std::nullopt;
}

void JetStreamDocumentStore::answerRefused()
{
    while (!m_pending.empty() && m_pending.front().refusal) {
        const Pending refused = std::move(m_pending.front());
        m_pending.pop_front();
        refused.done(*refused.refusal);
    }
}

//! To the oldest one.
void JetStreamDocumentStore::finishPending(const Result<void> &outcome)
{
    const Pending finished = std::move(m_pending.front());
    m_pending.pop_front();
    m_pendingBytes -= finished.bytes;
    finished.done(finished.refusal ? Result<void>(*finished.refusal) : outcome);
}

void JetStreamDocumentStore::takeMessage(quint64 place, const DocumentMessage &message)
{
    m_position = place;
    if (const auto *term = std::get_if<TermBegins>(&message))
        return takeTerm(place, *term);
    const auto &logged = std::get<LoggedWrite>(message);
    note(place, logged);
    answerRefused();
    if (!m_pending.empty() && m_pending.front().place == place && m_pending.front().term == logged.term)
        finishPending({});
    else
        m_events.written(logged.write);
    answerRefused();
}

void JetStreamDocumentStore::note(quint64 place, const LoggedWrite &logged)
{
    const QByteArray &id = documentId(logged.write);
    m_lastEpoch = std::max({m_lastEpoch, epochOf(logged.write), logged.lastEpoch});
    if (std::holds_alternative<RemoveDocument>(logged.write)) {
        m_stored.remove(id);
        if (const auto ahead = m_ahead.constFind(id); ahead != m_ahead.constEnd() && !ahead->epoch)
            m_ahead.erase(ahead);
        return noteRemoval(place, logged);
    }
    Mark mark{epochOf(logged.write), 1, logged.documentSeq, logged.createdAtMs};
    if (const auto *transaction = std::get_if<RecordTransaction>(&logged.write))
        mark.revision = transaction->revision;
    else if (const auto *replacement = std::get_if<ReplaceState>(&logged.write))
        mark.revision = replacement->revision;
    m_stored.insert(id, mark);
    const auto ahead = m_ahead.constFind(id);
    if (ahead != m_ahead.constEnd() && ahead->epoch == mark.epoch && ahead->revision == mark.revision)
        m_ahead.erase(ahead);
}

void JetStreamDocumentStore::noteRemoval(quint64 place, const LoggedWrite &logged)
{
    m_removals.push_back({documentId(logged.write), place});
    if (m_removals.size() > KeptPerSubject)
        m_removals.pop_front();
    if (logged.term != m_term)
        return;
    --m_removalsUnderWay;
    ++m_removalsToPurge;
    postToLine([removal = m_removals.back()](LogLine &line) { line.purge(removal.id, removal.place); });
}

void JetStreamDocumentStore::takeTerm(quint64 place, const TermBegins &term)
{
    const bool isThis = term.node == m_config.node;
    m_newestTerm = place;
    endTerm(isThis ? "it begins a new term" : "another gateway leads");
    // Whatever is under way builds on another end of the stream, so it is refused when it arrives.
    while (!m_pending.empty())
        finishPending(Error{ErrorCode::Cancelled, QStringLiteral("another gateway decides")});
    m_ahead.clear();
    m_removalsUnderWay = 0;
    m_tryTurns = 0;
    if (isThis)
        begin(place);
    m_events.termBegan(isThis);
}

void JetStreamDocumentStore::begin(quint64 term)
{
    m_term = term;
    m_lastPlace = term;
    m_slowTurns = 0;
    // Whoever led before may not have come to it.
    m_removalsToPurge = int(m_removals.size());
    postToLine([removals = m_removals](LogLine &line) {
        line.forgetPurges();
        for (const LogReader::Removal &removal : removals)
            line.purge(removal.id, removal.place);
    });
}

void JetStreamDocumentStore::endTerm(const char *why)
{
    m_tryTurns = 0;
    if (std::exchange(m_term, 0))
        m_events.deposed(why);
}

void JetStreamDocumentStore::takeRefusal(quint64 term, const QString &why)
{
    if (!term) {
        m_tryTurns = 0;
        // The usual one is that another gateway's message came in between.
        if (!why.isEmpty() && !why.contains(QStringLiteral("wrong last sequence")))
            qCWarning(lcDocument).noquote() << "JetStream did not take the beginning of a term:" << why;
    } else if (term == m_term) {
        qCWarning(lcDocument).noquote() << "JetStream did not take a write:" << why;
        endTerm("JetStream did not take a write");
    }
}

void JetStreamDocumentStore::takeConnected(bool isConnected, qint64 maxPayloadBytes)
{
    if (isConnected == m_isConnected)
        return;
    m_isConnected = isConnected;
    if (isConnected) {
        m_maxPayloadBytes = maxPayloadBytes;
        m_reader->connectionCameBack();
    } else {
        endTerm("the connection to NATS is lost");
    }
    m_events.reachabilityChanged(isReachable());
}

void JetStreamDocumentStore::takeBroken(const QString &why)
{
    qCCritical(lcDocument).noquote() << "documents are not followed any more:" << why;
    m_isBroken = true;
    endTerm("the log cannot be read");
    m_events.reachabilityChanged(false);
}

void JetStreamDocumentStore::adopt(LogReader::Whole &whole)
{
    m_position = whole.place;
    m_newestTerm = std::max(m_newestTerm, whole.lastTerm);
    m_lastEpoch = std::max(m_lastEpoch, whole.contents.lastEpoch);
    m_removals = std::move(whole.removals);
    while (m_removals.size() > KeptPerSubject)
        m_removals.pop_front();
    m_ahead.clear();
    m_stored.clear();
    for (const StoredDocument &document : whole.contents.documents)
        m_stored.insert(document.id, {document.epoch, document.revision, document.seq, document.createdAtMs});
}

void JetStreamDocumentStore::takeWhole(LogReader::Whole whole)
{
    endTerm("the log had to be read again");
    const auto isIn = [&whole](const Pending &pending) { return pending.refusal || pending.place <= whole.place; };
    while (!m_pending.empty() && (m_pending.front().term < whole.lastTerm || isIn(m_pending.front()))) {
        if (m_pending.front().term < whole.lastTerm)
            finishPending(Error{ErrorCode::Timeout, QStringLiteral("it is not known whether it was recorded")});
        else
            finishPending({});
    }
    adopt(whole);
    m_events.reread(std::move(whole.contents));
}

} // namespace Tidegate
