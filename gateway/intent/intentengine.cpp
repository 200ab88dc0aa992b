// SPDX-License-Identifier: MIT
#include "intent/intentengine.h"

#include "base/logging.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonValue>

#include <algorithm>

namespace Tidegate {

//! One submission waiting for its outcomes.
struct IntentEngine::Ticket
{
    std::vector<IntentOutcome> outcomes;
    std::optional<Error> error;
    size_t open = 0;
    qsizetype bytes = 0;
    Done done;
};

//! The drafts of one submission that have to be decided, on their way.
struct IntentEngine::Batch
{
    struct Row
    {
        std::shared_ptr<Intent> intent;
        IntentKey key;
        quint64 replacesSeq = 0;
    };
    struct Stored
    {
        IntentDraft draft;
        IntentKey key;
        quint64 seq = 0;
    };
    std::vector<Row> rows;
    std::vector<Stored> stored; //!< known ids whose outcome has to be read first
    std::vector<BackendEvent> events;
    BackendContext context;
    QByteArray idempotencyKey;
    bool isDecided = false;
    bool isInInbox = false;
};

namespace {

//! The same for every attempt at the same intents: a client's retry of a batch, and a restart's.
template <typename Rows>
QByteArray idempotencyKeyOf(const Rows &rows)
{
    QCryptographicHash ids(QCryptographicHash::Sha256);
    for (const auto &row : rows)
        ids.addData(row.intent->site + '\0' + row.intent->id + '\0');
    return ids.result().first(16).toHex();
}

IntentStatus statusOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Acked:
        return IntentStatus::Acked;
    case Verdict::Rejected:
        return IntentStatus::Rejected;
    case Verdict::Conflict:
        return IntentStatus::Conflict;
    case Verdict::Failed:
        return IntentStatus::Failed;
    }
    return IntentStatus::Failed;
}

bool isRetryable(IntentStatus status)
{
    return status == IntentStatus::Failed || status == IntentStatus::Indeterminate;
}

//! Transition under which a forwarded row remembers its batch, so that a restart repeats the very same request.
const QByteArray BatchedState = QByteArrayLiteral("batched");

QByteArray batchKeyOf(const Intent &intent)
{
    const QJsonArray history = QJsonDocument::fromJson(intent.history).array();
    for (const QJsonValue &transition : history) {
        if (transition[0].toString() == QLatin1StringView(BatchedState))
            return transition[2].toString().toUtf8();
    }
    return {};
}

IntentOutcome outcomeOf(const Intent &intent, bool isFresh)
{
    return {intent.id, intent.status, intent.updatedAtMs, intent.seq, isFresh};
}

} // namespace

qsizetype IntentSubmission::byteSize() const
{
    qsizetype bytes = 0;
    for (const IntentDraft &draft : drafts)
        bytes += 256 + draft.id.size() + draft.name.size() + draft.payload.size() + draft.meta.size();
    return bytes;
}

IntentEngine::IntentEngine(Config config, IntentStore &store, BackendAdapter &backend, const Clock &clock, Rng &rng)
    : m_config(std::move(config))
    , m_store(store)
    , m_backend(backend)
    , m_clock(clock)
    , m_rng(rng)
{
}

IntentEngine::~IntentEngine() = default;

void IntentEngine::start(StoreContents contents)
{
    m_hash.emplace(contents.keySeed);
    m_index.load(contents.firstSeq, contents.keys);
    m_sites = QSet<QByteArray>(contents.sites.begin(), contents.sites.end());
    m_assignedSeq = m_headSeq = contents.headSeq;
    m_floorSeq = contents.firstSeq;

    BatchPtr batch;
    for (const IntentPtr &intent : contents.unsettled) {
        const QByteArray batchKey = batchKeyOf(*intent);
        if (!batch || batch->idempotencyKey != batchKey) {
            if (batch)
                forward(batch);
            batch = std::make_shared<Batch>();
            batch->context = {intent->site, intent->connectionId, {}, {}, intent->userId, {}};
            batch->idempotencyKey = batchKey;
            batch->isInInbox = true;
        }
        const IntentKey key = (*m_hash)(intent->site, intent->id);
        m_inflight.try_emplace(key);
        batch->rows.push_back({std::make_shared<Intent>(*intent), key, m_index.find(key).value_or(0)});
    }
    if (batch)
        forward(batch);
}

void IntentEngine::submit(IntentSubmission submission, Done done)
{
    auto ticket = std::make_shared<Ticket>();
    ticket->outcomes.resize(submission.drafts.size());
    ticket->open = submission.drafts.size();
    ticket->bytes = submission.byteSize();
    ticket->done = std::move(done);
    m_counters.inflightBytes.add(ticket->bytes);
    m_counters.received.add(qint64(submission.drafts.size()));

    auto batch = std::make_shared<Batch>();
    batch->context = std::move(submission.context);
    batch->isDecided = submission.isDecided;
    batch->rows.reserve(submission.drafts.size());
    for (size_t i = 0; i < submission.drafts.size(); ++i) {
        IntentDraft &draft = submission.drafts[i];
        if (draft.id.isEmpty())
            draft.id = m_rng.uuid();
        const IntentKey key = (*m_hash)(batch->context.site, draft.id);
        const auto [waiters, isFirst] = m_inflight.try_emplace(key);
        waiters->second.push_back({ticket, i});
        if (!isFirst) {
            m_counters.duplicates.add();
            continue;
        }
        if (const auto seq = m_index.find(key))
            batch->stored.push_back({std::move(draft), key, *seq});
        else
            addFresh(*batch, std::move(draft), key, 0);
    }
    if (ticket->open == 0)
        complete(*ticket);
    else if (batch->stored.empty())
        process(batch);
    else
        lookUpStored(batch);
}

void IntentEngine::lookUpStored(const BatchPtr &batch)
{
    IntentQuery query;
    for (const Batch::Stored &stored : batch->stored)
        query.seqs.push_back(stored.seq);
    query.limit = qsizetype(query.seqs.size());
    m_store.read(std::move(query),
                 [this, batch](Result<std::vector<IntentPtr>> rows) { takeStored(batch, std::move(rows)); });
}

void IntentEngine::takeStored(const BatchPtr &batch, Result<std::vector<IntentPtr>> rows)
{
    for (Batch::Stored &stored : batch->stored) {
        if (!rows) {
            reject(stored.key, rows.error());
            continue;
        }
        const auto found =
            std::find_if(rows->begin(), rows->end(), [&](const IntentPtr &row) { return row->seq == stored.seq; });
        if (found == rows->end()) {
            addFresh(*batch, std::move(stored.draft), stored.key, 0); // trimmed in the meantime
        } else if (isRetryable((*found)->status)) {
            addFresh(*batch, std::move(stored.draft), stored.key, stored.seq);
        } else {
            m_counters.duplicates.add();
            resolve(stored.key, outcomeOf(**found, false));
        }
    }
    batch->stored.clear();
    process(batch);
}

void IntentEngine::addFresh(Batch &batch, IntentDraft &&draft, const IntentKey &key, quint64 replacesSeq)
{
    auto intent = std::make_shared<Intent>();
    intent->site = batch.context.site;
    intent->id = std::move(draft.id);
    intent->name = std::move(draft.name);
    intent->payload = std::move(draft.payload);
    intent->meta = std::move(draft.meta);
    intent->channels = std::move(draft.channels);
    intent->reasons = std::move(draft.reasons);
    intent->userId = batch.context.userId;
    intent->connectionId = batch.context.connectionId;
    intent->insertedAtMs = intent->updatedAtMs = m_clock.nowMs();
    appendTransition(*intent, "received", intent->insertedAtMs, intent->connectionId);
    batch.rows.push_back({std::move(intent), key, replacesSeq});
}

void IntentEngine::process(const BatchPtr &batch)
{
    if (batch->rows.empty())
        return;
    if (m_sites.size() < MaxKnownSites)
        m_sites.insert(batch->context.site);
    if (batch->isDecided) {
        settle(batch, ApplyReply{});
        return;
    }
    if (auto decided = m_backend.decideInline(applyRequest(*batch, false))) {
        settle(batch, std::move(*decided));
        return;
    }
    batch->idempotencyKey = idempotencyKeyOf(batch->rows);
    StoreWrite write;
    for (const Batch::Row &row : batch->rows) {
        appendTransition(*row.intent, BatchedState, m_clock.nowMs(), batch->idempotencyKey);
        write.admitted.push_back(std::make_shared<Intent>(*row.intent)); // the store's copy must not change any more
    }
    m_store.write(std::move(write), [this, batch](const Result<void> &stored) {
        if (!stored) {
            m_counters.storeFailures.add();
            qCCritical(lcIntent, "intents not stored: %s", qPrintable(stored.error().text));
            rejectAll(*batch, stored.error());
            return;
        }
        batch->isInInbox = true;
        forward(batch);
    });
}

void IntentEngine::forward(const BatchPtr &batch)
{
    for (const Batch::Row &row : batch->rows)
        appendTransition(*row.intent, "forwarded", m_clock.nowMs(), "gateway");
    m_backend.applyIntents(applyRequest(*batch, true),
                           [this, batch](const Result<ApplyReply> &reply) { settle(batch, reply); });
}

ApplyRequest IntentEngine::applyRequest(const Batch &batch, bool withRows) const
{
    ApplyRequest request;
    request.context = batch.context;
    request.idempotencyKey = batch.idempotencyKey;
    request.intents.reserve(batch.rows.size());
    for (const Batch::Row &row : batch.rows) {
        const Intent &intent = *row.intent;
        request.intents.push_back(
            {intent.id, intent.name, intent.payload, intent.meta, withRows ? m_config.rowText(intent) : QByteArray()});
    }
    return request;
}

void IntentEngine::applyVerdicts(Batch &batch, const Result<ApplyReply> &reply)
{
    const qint64 now = m_clock.nowMs();
    std::unordered_map<std::string_view, const IntentVerdict *> verdicts;
    if (reply) {
        for (const IntentVerdict &verdict : reply->verdicts)
            verdicts.emplace(std::string_view(verdict.id.constData(), size_t(verdict.id.size())), &verdict);
    }
    for (const Batch::Row &row : batch.rows) {
        Intent &intent = *row.intent;
        intent.updatedAtMs = now;
        if (!reply) {
            intent.status =
                reply.error().code == ErrorCode::Timeout ? IntentStatus::Indeterminate : IntentStatus::Failed;
            intent.backendCode = "BACKEND_REQUEST_FAILED";
            intent.backendMessage = reply.error().text.toUtf8();
        } else if (const auto found = verdicts.find({intent.id.constData(), size_t(intent.id.size())});
                   found != verdicts.end()) {
            intent.status = statusOf(found->second->verdict);
            intent.backendCode = found->second->code;
            intent.backendMessage = found->second->message;
        } else {
            intent.status = IntentStatus::Acked;
        }
        if (intent.status == IntentStatus::Acked)
            intent.reasons.removeAll(PendingReason);
        appendTransition(intent, statusName(intent.status), now, "backend");
        intent.seq = ++m_assignedSeq;
    }
}

void IntentEngine::settle(const BatchPtr &batch, const Result<ApplyReply> &reply)
{
    if (m_isStopped)
        return;
    applyVerdicts(*batch, reply);
    if (reply)
        batch->events = reply->events;
    StoreWrite write;
    write.trimBelowSeq = m_floorSeq;
    write.settled.reserve(batch->rows.size());
    for (const Batch::Row &row : batch->rows)
        write.settled.push_back({row.intent, row.key, batch->isInInbox, row.replacesSeq});
    m_store.write(std::move(write), [this, batch](const Result<void> &stored) { finish(batch, stored); });
}

void IntentEngine::finish(const BatchPtr &batch, const Result<void> &stored)
{
    if (!stored) {
        m_counters.storeFailures.add();
        qCCritical(lcIntent, "outcomes not stored: %s", qPrintable(stored.error().text));
        rejectAll(*batch, stored.error());
        return;
    }
    auto facts = std::make_shared<SettledBatch>();
    facts->site = batch->context.site;
    facts->events = std::move(batch->events);
    facts->isDecided = batch->isDecided;
    for (const Batch::Row &row : batch->rows) {
        enterLog(*row.intent, row.key);
        facts->intents.push_back(row.intent);
    }
    for (const Batch::Row &row : batch->rows)
        resolve(row.key, outcomeOf(*row.intent, true));
    facts->context = std::move(batch->context);
    Q_EMIT batchSettled(facts);
}

void IntentEngine::enterLog(const Intent &intent, const IntentKey &key)
{
    m_index.insert(intent.seq, key);
    m_headSeq = intent.seq;
    while (quint64(m_index.size()) > m_config.maxEntries)
        m_index.trimBelow(m_index.firstSeq() + 1);
    m_floorSeq = std::max(m_floorSeq, m_index.firstSeq());
    switch (intent.status) {
    case IntentStatus::Acked:
        m_counters.acked.add();
        break;
    case IntentStatus::Rejected:
    case IntentStatus::Conflict:
        m_counters.refused.add();
        break;
    default:
        m_counters.failed.add();
    }
}

void IntentEngine::resolve(const IntentKey &key, const IntentOutcome &outcome)
{
    const auto found = m_inflight.find(key);
    const std::vector<Waiter> waiters = std::move(found->second);
    m_inflight.erase(found);
    for (size_t i = 0; i < waiters.size(); ++i) {
        Ticket &ticket = *waiters[i].ticket;
        ticket.outcomes[waiters[i].slot] = outcome;
        ticket.outcomes[waiters[i].slot].isFresh = outcome.isFresh && i == 0;
        if (--ticket.open == 0)
            complete(ticket);
    }
}

void IntentEngine::reject(const IntentKey &key, const Error &error)
{
    const auto found = m_inflight.find(key);
    const std::vector<Waiter> waiters = std::move(found->second);
    m_inflight.erase(found);
    for (const Waiter &waiter : waiters) {
        waiter.ticket->error = error;
        if (--waiter.ticket->open == 0)
            complete(*waiter.ticket);
    }
}

void IntentEngine::rejectAll(const Batch &batch, const Error &error)
{
    for (const Batch::Row &row : batch.rows)
        reject(row.key, error);
}

void IntentEngine::complete(Ticket &ticket)
{
    m_counters.inflightBytes.add(-ticket.bytes);
    const Done done = std::move(ticket.done);
    if (ticket.error)
        done(*ticket.error);
    else
        done(std::move(ticket.outcomes));
}

void IntentEngine::read(IntentQuery query, std::function<void(Result<std::vector<IntentPtr>>)> done)
{
    query.afterSeq = std::max(query.afterSeq, m_floorSeq - 1);
    m_store.read(std::move(query), std::move(done));
}

std::optional<std::pair<quint64, IntentKey>> IntentEngine::findStored(const std::optional<QByteArray> &site,
                                                                      const QByteArray &id) const
{
    const auto sites = site ? QSet<QByteArray>{*site} : m_sites;
    for (const QByteArray &each : sites) {
        const IntentKey key = (*m_hash)(each, id);
        if (const auto seq = m_index.find(key))
            return std::pair(*seq, key);
    }
    return std::nullopt;
}

void IntentEngine::amend(AmendKind kind, const std::optional<QByteArray> &site, const QByteArray &id,
                         const QByteArray &actor, Change change, std::function<void(Result<IntentPtr>)> done)
{
    const auto stored = findStored(site, id);
    if (!stored) {
        done(Error{ErrorCode::NotFound, QStringLiteral("no such intent")});
        return;
    }
    const auto [seq, key] = *stored;
    if (!m_inflight.try_emplace(key).second) {
        done(Error{ErrorCode::Conflict, QStringLiteral("the intent is being settled; try again"), true});
        return;
    }
    IntentQuery query;
    query.seqs = {seq};
    m_store.read(std::move(query), [=, this](const Result<std::vector<IntentPtr>> &rows) {
        applyChange(kind, seq, key, actor, change, rows, done);
    });
}

void IntentEngine::applyChange(AmendKind kind, quint64 seq, const IntentKey &key, const QByteArray &actor,
                               const Change &change, const Result<std::vector<IntentPtr>> &rows,
                               const std::function<void(Result<IntentPtr>)> &done)
{
    const auto giveUp = [&](const Error &error) {
        reject(key, error);
        done(error);
    };
    if (!rows || rows->empty()) {
        giveUp(rows ? Error{ErrorCode::NotFound, QStringLiteral("no such intent")} : rows.error());
        return;
    }
    const IntentPtr before = rows->front();
    auto intent = std::make_shared<Intent>(*before);
    if (const Result<void> allowed = change(*intent); !allowed) {
        resolve(key, outcomeOf(*before, false));
        done(allowed.error());
        return;
    }
    intent->updatedAtMs = m_clock.nowMs();
    intent->seq = ++m_assignedSeq;
    appendTransition(*intent, kind == AmendKind::Undo ? "undone" : "reworked", intent->updatedAtMs, actor);
    StoreWrite write;
    write.settled.push_back({intent, key, false, seq});
    m_store.write(std::move(write), [=, this](const Result<void> &stored) {
        if (!stored) {
            m_counters.storeFailures.add();
            reject(key, stored.error());
            done(stored.error());
            return;
        }
        m_index.insert(intent->seq, key);
        m_headSeq = intent->seq;
        resolve(key, outcomeOf(*intent, false));
        done(IntentPtr(intent));
        Q_EMIT intentAmended(kind, intent);
    });
}

} // namespace Tidegate
