// SPDX-License-Identifier: MIT
#include "admin/local/intentsprovider.h"

#include "admin/local/cells.h"
#include "admin/local/intentmarks.h"
#include "session/ssma/rows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>

#include <array>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

// In the order of IntentStatus.
constexpr std::array StatusNames{"pending"_L1,  "acked"_L1,  "rejected"_L1,
                                 "conflict"_L1, "failed"_L1, "indeterminate"_L1};

QJsonValue jsonOf(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson('[' + json + ']');
    return document.array().isEmpty() ? QJsonValue() : document.array().first();
}

QJsonObject rowOf(const Intent &intent, bool withDetails)
{
    QJsonObject row{{u"key"_s, intentKey(intent.site, intent.id)},
                    {u"id"_s, text(intent.id)},
                    {u"site"_s, text(intent.site)},
                    {u"name"_s, text(intent.name)},
                    {u"status"_s, QString(StatusNames[size_t(intent.status)])},
                    {u"reasons"_s, list(intent.reasons)},
                    {u"channels"_s, list(intent.channels)},
                    {u"user"_s, text(intent.userId)},
                    {u"connection"_s, text(intent.connectionId)},
                    {u"insertedAt"_s, intent.insertedAtMs},
                    {u"updatedAt"_s, intent.updatedAtMs}};
    if (intent.seq > 0)
        row.insert(u"seq"_s, qint64(intent.seq));
    if (!intent.backendCode.isEmpty())
        row.insert(u"backendCode"_s, text(intent.backendCode));
    if (const QJsonObject mark = newestMark(intent.history); !mark.isEmpty()) {
        row.insert(u"mark"_s, mark);
        row.insert(u"handled"_s, mark[u"handled"_s]);
    } else {
        row.insert(u"handled"_s, false);
    }
    if (!intent.backendMessage.isEmpty())
        row.insert(u"backendMessage"_s, text(intent.backendMessage));
    if (withDetails) {
        row.insert(u"payload"_s, jsonOf(intent.payload));
        row.insert(u"meta"_s, jsonOf(intent.meta));
    }
    return row;
}

std::optional<IntentSearch::Field> fieldOf(const QString &column)
{
    using enum IntentSearch::Field;
    static const QHash<QString, IntentSearch::Field> Fields{{u"id"_s, Id},
                                                            {u"site"_s, Site},
                                                            {u"seq"_s, Seq},
                                                            {u"name"_s, Name},
                                                            {u"status"_s, Status},
                                                            {u"reasons"_s, Reasons},
                                                            {u"channels"_s, Channels},
                                                            {u"user"_s, UserId},
                                                            {u"connection"_s, ConnectionId},
                                                            {u"insertedAt"_s, InsertedAt},
                                                            {u"updatedAt"_s, UpdatedAt},
                                                            {u"backendCode"_s, BackendCode},
                                                            {u"handled"_s, Handled}};
    const auto found = Fields.constFind(column);
    return found == Fields.constEnd() ? std::nullopt : std::optional(*found);
}

Result<IntentSearch::Condition> conditionOf(const Filter &filter)
{
    const auto field = fieldOf(filter.field);
    const Error unfit{ErrorCode::InvalidContract, u"intents cannot be filtered by %1 like this"_s.arg(filter.field)};
    if (!field)
        return unfit;
    // FilterOp and IntentSearch::Op name the same comparisons in the same order.
    const auto op = IntentSearch::Op(filter.op);
    const bool isList = *field == IntentSearch::Field::Reasons || *field == IntentSearch::Field::Channels;
    if (isList != (op == IntentSearch::Op::Contains) && isList)
        return unfit;
    if (*field == IntentSearch::Field::Status) {
        const auto name = std::find(StatusNames.begin(), StatusNames.end(), filter.value.toString());
        if (op == IntentSearch::Op::Contains)
            return unfit;
        // A name nobody has matches nothing.
        return IntentSearch::Condition{*field, op,
                                       name == StatusNames.end() ? qint64(-1) : qint64(name - StatusNames.begin())};
    }
    if (filter.value.isBool())
        return IntentSearch::Condition{*field, op, qint64(filter.value.toBool())};
    if (filter.value.isDouble())
        return IntentSearch::Condition{*field, op, filter.value.toInteger()};
    return IntentSearch::Condition{*field, op, filter.value.toString().toUtf8()};
}

Result<IntentSearch> searchOf(const PageRequest &request)
{
    IntentSearch search;
    for (const Filter &filter : request.filters) {
        auto condition = conditionOf(filter);
        if (!condition)
            return condition.error();
        search.conditions.push_back(std::move(*condition));
    }
    search.text = request.search.toUtf8();
    search.byInsertion = request.sort == "insertedAt"_L1;
    search.newestFirst = request.sort.isEmpty() || request.isDescending;
    search.offset = request.offset;
    search.limit = request.limit;
    return search;
}

bool isRetryable(const Intent &intent)
{
    return intent.status == IntentStatus::Failed || intent.status == IntentStatus::Indeterminate;
}

//! Why the command would not be done to the intent; empty = it would.
QString objection(const QString &command, const Intent &intent)
{
    if (command == "retry"_L1)
        return isRetryable(intent) ? QString() : u"only failed and indeterminate intents can be retried"_s;
    if (intent.seq == 0)
        return u"it is not decided yet"_s;
    if (command == "mark"_L1)
        return mayBeMarked(intent.history) ? QString() : u"it has been marked too often"_s;
    return Ssma::undoOf(intent).isEmpty() ? u"its client gave no way to undo it"_s : QString();
}

} // namespace

QString intentKey(const QByteArray &site, const QByteArray &id)
{
    return QString::fromLatin1(site.toPercentEncoding() + '/' + id.toPercentEncoding());
}

std::optional<std::pair<QByteArray, QByteArray>> intentOf(const QString &key)
{
    const qsizetype slash = key.indexOf(u'/');
    if (slash < 0 || key.indexOf(u'/', slash + 1) >= 0)
        return {};
    return std::pair(QByteArray::fromPercentEncoding(key.first(slash).toUtf8()),
                     QByteArray::fromPercentEncoding(key.sliced(slash + 1).toUtf8()));
}

QStringList IntentsProvider::commands() const
{
    return {u"retry"_s, u"rework"_s, u"undo"_s, u"mark"_s};
}

qint64 IntentsProvider::revision() const
{
    const IntentEngine::Counters &counters = m_view.engine.counters();
    return counters.received.value() + counters.acked.value() + counters.refused.value() + counters.failed.value();
}

void IntentsProvider::page(const PageRequest &request, Answer<Page> done)
{
    auto search = searchOf(request);
    if (!search) {
        done(search.error());
        return;
    }
    const auto answer = [=, this, tasks = m_home.tasks](Result<IntentsFound> found) {
        tasks->post([=, this] {
            if (!found) {
                done(found.error());
                return;
            }
            Page page{{}, found->total, request.offset, revision()};
            for (const IntentPtr &intent : found->rows)
                page.rows.append(rowOf(*intent, false));
            done(std::move(page));
        });
    };
    m_services.searcher.search(std::move(*search), answer);
}

void IntentsProvider::fetch(const QStringList &keys, Answer<std::vector<IntentPtr>> done) const
{
    std::vector<std::pair<QByteArray, QByteArray>> wanted;
    for (const QString &key : keys) {
        if (auto intent = intentOf(key))
            wanted.push_back(std::move(*intent));
    }
    const auto reply = [tasks = m_home.tasks, done = std::move(done)](Result<std::vector<IntentPtr>> rows) {
        tasks->post([done, rows = std::move(rows)] { done(rows); });
    };
    m_view.core.post([view = m_view, wanted, reply] {
        IntentQuery decided;
        QSet<std::pair<QByteArray, QByteArray>> undecided;
        for (const auto &[site, id] : wanted) {
            if (const auto seq = view.engine.seqOf(site, id))
                decided.seqs.push_back(*seq);
            else
                undecided.insert({site, id});
        }
        decided.limit = qsizetype(decided.seqs.size());
        const auto addUndecided = [view, undecided, reply](Result<std::vector<IntentPtr>> rows) {
            if (!rows || undecided.isEmpty()) {
                reply(std::move(rows));
                return;
            }
            IntentQuery inbox;
            inbox.source = IntentQuery::Source::Inbox;
            view.engine.read(inbox, [undecided, reply, rows = *rows](Result<std::vector<IntentPtr>> waiting) mutable {
                if (waiting) {
                    for (const IntentPtr &intent : *waiting) {
                        if (undecided.contains({intent->site, intent->id}))
                            rows.push_back(intent);
                    }
                }
                reply(std::move(rows));
            });
        };
        if (decided.seqs.empty())
            addUndecided(std::vector<IntentPtr>());
        else
            view.engine.read(std::move(decided), addUndecided);
    });
}

void IntentsProvider::one(const QString &key, Answer<QJsonObject> done)
{
    fetch({key}, [=, this](const Result<std::vector<IntentPtr>> &rows) {
        if (!rows)
            done(rows.error());
        else if (rows->empty())
            done(noSuchRow(resource(), key));
        else
            done(rowOf(*rows->front(), true));
    });
}

void IntentsProvider::rows(const QStringList &keys, Answer<QList<QJsonObject>> done)
{
    fetch(keys, [done = std::move(done)](const Result<std::vector<IntentPtr>> &intents) {
        if (!intents) {
            done(intents.error());
            return;
        }
        QList<QJsonObject> rows;
        for (const IntentPtr &intent : *intents)
            rows.append(rowOf(*intent, false));
        done(std::move(rows));
    });
}

void IntentsProvider::invoke(const Operator &who, const CommandCall &call, Answer<CommandOutcome> done)
{
    fetch(call.keys, [=, this](const Result<std::vector<IntentPtr>> &intents) {
        if (!intents) {
            done(intents.error());
            return;
        }
        struct Progress
        {
            CommandOutcome outcome;
            qsizetype open;
        };
        auto progress = std::make_shared<Progress>(Progress{{}, call.keys.size()});
        const auto settleKey = [=](const QString &key, const QString &error) {
            if (error.isEmpty())
                ++progress->outcome.affected;
            else
                progress->outcome.errors.insert(key, error);
            if (--progress->open > 0)
                return;
            progress->outcome.text = (call.isDryRun ? u"%1: would be done to %2 of %3"_s : u"%1: done to %2 of %3"_s)
                                         .arg(call.command)
                                         .arg(progress->outcome.affected)
                                         .arg(call.keys.size());
            done(progress->outcome);
        };
        QHash<QString, IntentPtr> byKey;
        for (const IntentPtr &intent : *intents)
            byKey.insert(intentKey(intent->site, intent->id), intent);
        for (const QString &key : call.keys) {
            const IntentPtr intent = byKey.value(key);
            const QString error = intent ? objection(call.command, *intent) : u"there is no such intent"_s;
            if (!error.isEmpty() || call.isDryRun)
                settleKey(key, error);
            else
                carryOut(who, call, intent, [settleKey, key](const QString &problem) { settleKey(key, problem); });
        }
    });
}

void IntentsProvider::carryOut(const Operator &who, const CommandCall &call, const IntentPtr &intent,
                               SettleKey settle) const
{
    if (call.command == "retry"_L1) {
        retry(intent, std::move(settle));
        return;
    }
    if (call.command == "mark"_L1) {
        mark(who, call, intent, std::move(settle));
        return;
    }
    // The dialect's own verbs, so that clients hear of it as they would from one of theirs.
    Ssma::ApiCaller caller;
    caller.principal.subjectId = who.name.toUtf8();
    caller.principal.role = Role::System;
    QJsonObject body{{u"id"_s, text(intent->id)}, {u"site"_s, text(intent->site)}};
    if (const QString reason = call.args[u"reason"_s].toString(); !reason.isEmpty())
        body.insert(u"reason"_s, reason);
    QFuture<Ssma::ApiReply> future;
    if (call.command == "undo"_L1) {
        const QJsonObject undo = QJsonDocument::fromJson(Ssma::undoOf(*intent)).object();
        body.insert(u"intent"_s, undo[u"intent"_s]);
        body.insert(u"payload"_s, undo[u"payload"_s]);
        future = m_services.optimistic.undo(caller, QJsonDocument(body).toJson(QJsonDocument::Compact));
    } else {
        future = m_services.optimistic.rework(caller, QJsonDocument(body).toJson(QJsonDocument::Compact));
    }
    future.then([settle = std::move(settle), tasks = m_home.tasks](const Ssma::ApiReply &reply) {
        const QString error =
            reply.status < 300 ? QString() : QJsonDocument::fromJson(reply.json).object()[u"error"_s].toString();
        tasks->post([settle, error] { settle(error); });
    });
}

void IntentsProvider::mark(const Operator &who, const CommandCall &call, const IntentPtr &intent,
                           SettleKey settle) const
{
    const QByteArray mark = markFrom(call.args);
    const QByteArray actor = who.name.toUtf8();
    m_view.core.post([view = m_view, mark, actor, site = intent->site, id = intent->id, settle = std::move(settle),
                      tasks = m_home.tasks] {
        const auto change = [=, now = view.clock.nowMs()](Intent &marked) -> Result<void> {
            appendTransition(marked, MarkedState, now, actor, mark);
            return {};
        };
        view.engine.amend(AmendKind::Mark, site, id, actor, change, [settle, tasks](const Result<IntentPtr> &marked) {
            tasks->post([settle, error = marked ? QString() : marked.error().text] { settle(error); });
        });
    });
}

void IntentsProvider::retry(const IntentPtr &intent, SettleKey settle) const
{
    m_view.core.post([view = m_view, intent, settle = std::move(settle), tasks = m_home.tasks] {
        IntentSubmission submission;
        submission.context.site = intent->site;
        submission.context.connectionId = intent->connectionId;
        submission.context.userId = intent->userId;
        submission.drafts = {
            {intent->id, intent->name, intent->payload, intent->meta, intent->channels, intent->reasons}};
        view.engine.submit(std::move(submission), [settle, tasks](const Result<std::vector<IntentOutcome>> &outcomes) {
            QString error;
            if (!outcomes)
                error = outcomes.error().text;
            else if (outcomes->front().status != IntentStatus::Acked)
                error = u"it is %1 again: %2"_s.arg(StatusNames[size_t(outcomes->front().status)],
                                                    text(outcomes->front().message));
            tasks->post([settle, error] { settle(error); });
        });
    });
}

void TransitionsProvider::collect(const QString &intent, Answer<QList<QJsonObject>> done) const
{
    m_intents.fetch({intent}, [intent, done = std::move(done)](const Result<std::vector<IntentPtr>> &intents) {
        if (!intents) {
            done(intents.error());
            return;
        }
        QList<QJsonObject> rows;
        const QJsonArray history =
            intents->empty() ? QJsonArray() : QJsonDocument::fromJson(intents->front()->history).array();
        qint64 before = 0;
        for (const QJsonValue &value : history) {
            const QJsonArray entry = value.toArray();
            const qint64 at = entry.at(1).toInteger();
            QJsonObject row{{u"number"_s, qint64(rows.size()) + 1},
                            {u"intent"_s, intent},
                            {u"state"_s, entry.at(0)},
                            {u"at"_s, at},
                            {u"actor"_s, entry.at(2)}};
            if (entry.at(3).isObject())
                row.insert(u"mark"_s, entry.at(3));
            if (before > 0)
                row.insert(u"afterMs"_s, at - before);
            before = at;
            rows.append(row);
        }
        done(std::move(rows));
    });
}

void TransitionsProvider::page(const PageRequest &request, Answer<Page> done)
{
    QString intent;
    for (const Filter &filter : request.filters) {
        if (filter.field == "intent"_L1 && filter.op == FilterOp::Equal)
            intent = filter.value.toString();
    }
    collect(intent, [this, request, done = std::move(done)](const Result<QList<QJsonObject>> &rows) {
        if (rows)
            done(pageOf(ObjectTable(*rows), described(), request));
        else
            done(rows.error());
    });
}

void TransitionsProvider::one(const QString &key, Answer<QJsonObject> done)
{
    collect(key.section(u'/', 0, -2), [=, this](const Result<QList<QJsonObject>> &rows) {
        const qint64 number = key.section(u'/', -1).toLongLong();
        if (rows && number >= 1 && number <= rows->size())
            done((*rows)[number - 1]);
        else
            done(rows ? noSuchRow(resource(), key) : rows.error());
    });
}

void TransitionsProvider::rows(const QStringList &, Answer<QList<QJsonObject>> done)
{
    done(QList<QJsonObject>()); // what has happened does not change
}

} // namespace Tidegate::Admin
