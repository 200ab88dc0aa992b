// SPDX-License-Identifier: MIT
#include "document/jetstream/logline.h"

#include "document/documentlogging.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Tidegate {

namespace {

constexpr int ForEver = -1;
constexpr int64_t PatienceMs = 2'000; //!< for one answer of the server
constexpr int64_t MsInNs = 1'000'000;
constexpr int64_t DuplicatesNs = 100 * MsInNs; //!< nothing here relies on the server's own recognition of them
constexpr int MaxWaits = 500;                  //!< of steps of purging, until what is kept has come up to the log
constexpr const char *LeaseKey = "documents";
constexpr const char *ExpectedHeader = "Nats-Expected-Last-Sequence";
constexpr const char *IdHeader = "Nats-Msg-Id";
constexpr const char *ExpectedIdHeader = "Nats-Expected-Last-Msg-Id";
constexpr qsizetype EventCostBytes = 256;

} // namespace

//! What the library's threads are given; outlives their last call.
struct LogLine::Mailbox
{
    TaskQueue &owner;
    const Events events;

    void post(Task task) const { owner.post(std::move(task), EventCostBytes); }
};

namespace {

using MailboxPtr = std::shared_ptr<LogLine::Mailbox>;

// The library's threads: post a value and return.

void onAnswer(natsConnection *, natsSubscription *, natsMsg *raw, void *closure)
{
    const NatsMessageHandle message(raw);
    const QByteArrayView body(natsMsg_GetData(raw), natsMsg_GetDataLength(raw));
    const bool isUnheard = natsMsg_IsNoResponders(raw);
    // Nearly all of them say that it went well.
    if (!isUnheard && !body.contains("\"error\""))
        return;
    const QByteArray subject = natsMsg_GetSubject(raw);
    const quint64 term = subject.sliced(subject.lastIndexOf('.') + 1).toULongLong();
    const QString why = isUnheard ? QStringLiteral("JetStream does not answer")
                                  : QJsonDocument::fromJson(body.toByteArray())
                                        .object()
                                        .value(QStringLiteral("error"))
                                        .toObject()
                                        .value(QStringLiteral("description"))
                                        .toString();
    const MailboxPtr mailbox = *static_cast<MailboxPtr *>(closure);
    mailbox->post([mailbox, term, why] { mailbox->events.refused(term, why); });
}

void onAnswersEnded(void *closure)
{
    delete static_cast<MailboxPtr *>(closure);
}

void postConnected(void *closure, bool isConnected, qint64 maxPayloadBytes)
{
    const MailboxPtr mailbox = *static_cast<MailboxPtr *>(closure);
    mailbox->post([mailbox, isConnected, maxPayloadBytes] { mailbox->events.connected(isConnected, maxPayloadBytes); });
}

void onConnected(natsConnection *connection, void *closure)
{
    postConnected(closure, true, natsConnection_GetMaxPayload(connection));
}

void onDisconnected(natsConnection *, void *closure)
{
    postConnected(closure, false, 0);
}

//! The last call of a connection.
void onClosed(natsConnection *, void *closure)
{
    delete static_cast<MailboxPtr *>(closure);
}

//! Everything it could tell shows in what is read and in what is refused.
void onError(natsConnection *, natsSubscription *, natsStatus status, void *)
{
    qCDebug(lcDocument, "nats: %s", natsStatus_GetText(status));
}

QByteArray newInbox()
{
    natsInbox *made = nullptr;
    natsInbox_Create(&made);
    QByteArray inbox(made);
    natsInbox_Destroy(made);
    return inbox;
}

} // namespace

LogLine::LogLine(Config config, TaskQueue &owner, Events events)
    : m_config(std::move(config))
    , m_mailbox(std::make_shared<Mailbox>(Mailbox{owner, std::move(events)}))
    , m_inbox(newInbox())
{
}

LogLine::~LogLine()
{
    m_bucket.reset();
    m_jetStream.reset();
    if (m_answers) {
        natsSubscription_Unsubscribe(m_answers);
        natsSubscription_Destroy(m_answers);
    }
    if (m_connection) {
        natsConnection_Close(m_connection);
        natsConnection_Destroy(m_connection);
    }
}

Result<std::unique_ptr<LogLine>> LogLine::open(Config config, TaskQueue &owner, Events events)
{
    std::unique_ptr<LogLine> line(new LogLine(std::move(config), owner, std::move(events)));
    for (const auto step : {&LogLine::connect, &LogLine::makeLog, &LogLine::makeDocuments, &LogLine::makeBucket}) {
        if (auto done = (line.get()->*step)(); !done)
            return done.error();
    }
    return line;
}

Error LogLine::failed(const char *what, natsStatus status, int code) const
{
    QString text = QStringLiteral("documents of several gateways: %1: %2")
                       .arg(QString::fromLatin1(what), QString::fromUtf8(natsStatus_GetText(status)));
    if (code)
        text += QStringLiteral(" (JetStream error %1)").arg(code);
    return {ErrorCode::Unavailable, text, true};
}

Result<void> LogLine::connect()
{
    natsOptions *raw = nullptr;
    natsOptions_Create(&raw);
    const NatsOptionsHandle options(raw);
    auto *closure = new MailboxPtr(m_mailbox); // onClosed frees it
    natsOptions_SetURL(raw, m_config.url.constData());
    natsOptions_SetName(raw, "tidegate-documents");
    natsOptions_SetTimeout(raw, PatienceMs);
    natsOptions_SetAllowReconnect(raw, true);
    natsOptions_SetMaxReconnect(raw, ForEver);
    natsOptions_SetReconnectWait(raw, m_config.reconnectWaitMs);
    natsOptions_SetPingInterval(raw, 5'000);
    natsOptions_SetWriteDeadline(raw, PatienceMs);
    natsOptions_SetFailRequestsOnDisconnect(raw, true);
    natsOptions_SetErrorHandler(raw, onError, nullptr);
    natsOptions_SetDisconnectedCB(raw, onDisconnected, closure);
    natsOptions_SetReconnectedCB(raw, onConnected, closure);
    natsOptions_SetClosedCB(raw, onClosed, closure);
    if (const natsStatus status = natsConnection_Connect(&m_connection, raw); status != NATS_OK) {
        delete closure; // nothing calls onClosed
        return failed("the NATS server cannot be reached", status);
    }
    jsOptions jetStream;
    jsOptions_Init(&jetStream);
    jetStream.Wait = PatienceMs;
    jsCtx *context = nullptr;
    if (const natsStatus status = natsConnection_JetStream(&context, m_connection, &jetStream); status != NATS_OK)
        return failed("no JetStream", status);
    m_jetStream.reset(context);
    auto *answers = new MailboxPtr(m_mailbox);
    const QByteArray pattern = m_inbox + ".*";
    if (const natsStatus status =
            natsConnection_Subscribe(&m_answers, m_connection, pattern.constData(), onAnswer, answers);
        status != NATS_OK) {
        delete answers;
        return failed("no subscription", status);
    }
    natsSubscription_SetOnCompleteCB(m_answers, onAnswersEnded, answers);
    return {};
}

Result<void> LogLine::makeLog()
{
    jsErrCode code{};
    jsAccountInfo *account = nullptr;
    if (const natsStatus status = js_GetAccountInfo(&account, m_jetStream.get(), nullptr, &code); status != NATS_OK)
        return failed("they need a NATS server with JetStream (nats-server -js)", status, code);
    jsAccountInfo_Destroy(account);
    const QByteArray name = m_config.names.log();
    const QByteArray subjects = m_config.names.all();
    const char *list[] = {subjects.constData()};
    jsStreamConfig stream;
    jsStreamConfig_Init(&stream);
    stream.Name = name.constData();
    stream.Subjects = list;
    stream.SubjectsLen = 1;
    stream.MaxBytes = m_config.logBytes;
    stream.Duplicates = DuplicatesNs;
    if (const natsStatus status = makeStream(stream, code); status != NATS_OK)
        return failed("their log cannot be made", status, code);
    return {};
}

Result<void> LogLine::makeDocuments()
{
    const QByteArray log = m_config.names.log();
    const QByteArray name = m_config.names.documents();
    jsStreamSource mirrored;
    jsStreamSource_Init(&mirrored);
    mirrored.Name = log.constData();
    jsStreamConfig stream;
    jsStreamConfig_Init(&stream);
    stream.Name = name.constData();
    stream.Mirror = &mirrored;
    stream.MaxMsgsPerSubject = m_config.messagesPerSubject;
    jsErrCode code{};
    if (const natsStatus status = makeStream(stream, code); status != NATS_OK)
        return failed("the stream that keeps them cannot be made", status, code);
    return {};
}

natsStatus LogLine::makeStream(jsStreamConfig &stream, jsErrCode &code)
{
    jsStreamInfo *raw = nullptr;
    const natsStatus status = js_GetStreamInfo(&raw, m_jetStream.get(), stream.Name, nullptr, &code);
    const StreamInfoHandle found(raw);
    if (status == NATS_NOT_FOUND || (status != NATS_OK && code == JSStreamNotFoundErr))
        return js_AddStream(nullptr, m_jetStream.get(), &stream, nullptr, &code);
    if (status != NATS_OK || found->Config->MaxMsgsPerSubject >= stream.MaxMsgsPerSubject)
        return status;
    // Never made smaller: another gateway's window may be larger. Replicas are the operator's.
    stream.Replicas = found->Config->Replicas;
    return js_UpdateStream(nullptr, m_jetStream.get(), &stream, nullptr, &code);
}

Result<void> LogLine::makeBucket()
{
    const QByteArray name = m_config.names.bucket();
    kvConfig bucket;
    kvConfig_Init(&bucket);
    bucket.Bucket = name.constData();
    bucket.History = 1;
    bucket.TTL = m_config.leaseMs * MsInNs;
    kvStore *raw = nullptr;
    natsStatus status = js_KeyValue(&raw, m_jetStream.get(), name.constData());
    if (status != NATS_OK)
        status = js_CreateKeyValue(&raw, m_jetStream.get(), &bucket);
    m_bucket.reset(raw);
    if (status != NATS_OK)
        return failed("the bucket of their lease cannot be made", status);
    return {};
}

qint64 LogLine::maxPayloadBytes() const
{
    return natsConnection_GetMaxPayload(m_connection);
}

void LogLine::publish(const QByteArray &subject, const QByteArray &bytes, quint64 expected, quint64 term)
{
    const QByteArray reply = m_inbox + '.' + QByteArray::number(term);
    natsMsg *raw = nullptr;
    natsStatus status =
        natsMsg_Create(&raw, subject.constData(), reply.constData(), bytes.constData(), int(bytes.size()));
    const NatsMessageHandle message(raw);
    const auto set = [&status, raw](const char *header, const QByteArray &value) {
        if (status == NATS_OK)
            status = natsMsgHeader_Set(raw, header, value.constData());
    };
    set(ExpectedHeader, QByteArray::number(expected));
    // The place alone would not do: another's term may take that of a message which then is refused, and the one behind
    // it would find its place right. So each names the very message that it follows.
    const auto idAt = [this, term](quint64 place) {
        return place == term ? m_config.node + '.' + QByteArray::number(place)
                             : QByteArray::number(term) + '.' + QByteArray::number(place);
    };
    set(IdHeader, term ? idAt(expected + 1) : m_config.node + '.' + QByteArray::number(expected + 1));
    if (term)
        set(ExpectedIdHeader, idAt(expected));
    if (status == NATS_OK)
        status = natsConnection_PublishMsg(m_connection, raw);
    if (status == NATS_OK)
        return;
    const QString why = QString::fromUtf8(natsStatus_GetText(status));
    m_mailbox->post([mailbox = m_mailbox, term, why] { mailbox->events.refused(term, why); });
}

//! Whether the lease is this gateway's, taken or renewed just now.
bool LogLine::holdsLease()
{
    const char *node = m_config.node.constData();
    if (m_lease && kvStore_UpdateString(&m_lease, m_bucket.get(), LeaseKey, node, m_lease) == NATS_OK)
        return true;
    m_lease = 0;
    if (kvStore_CreateString(&m_lease, m_bucket.get(), LeaseKey, node) == NATS_OK)
        return true;
    m_lease = 0;
    // The answer to an earlier attempt may have been lost.
    kvEntry *raw = nullptr;
    if (kvStore_Get(&raw, m_bucket.get(), LeaseKey) != NATS_OK)
        return false;
    const KeyValueEntryHandle entry(raw);
    if (qstrcmp(kvEntry_ValueString(raw), node) != 0)
        return false;
    m_lease = kvEntry_Revision(raw);
    return true;
}

void LogLine::tryToLead(quint64 expected)
{
    constexpr quint64 NoTermYet = 0;
    if (holdsLease())
        publish(m_config.names.terms(), encode(TermBegins{m_config.node}), expected, NoTermYet);
    else
        m_mailbox->post([mailbox = m_mailbox] { mailbox->events.refused(NoTermYet, {}); });
}

void LogLine::renewLease()
{
    if (!holdsLease())
        m_mailbox->post([mailbox = m_mailbox] { mailbox->events.leaseLost(); });
    else
        purgeOn();
}

void LogLine::giveLeaseUp()
{
    m_purges.clear();
    natsConnection_FlushTimeout(m_connection, PatienceMs);
    if (std::exchange(m_lease, 0))
        kvStore_Delete(m_bucket.get(), LeaseKey);
}

void LogLine::purge(const QByteArray &id, quint64 place)
{
    m_purges.push_back({m_config.names.document(id), place});
    purgeOn();
}

//! Not by the server's own purging of a subject: it makes readers that are behind skip what they have not read
//! (nats-server 2.9.10).
void LogLine::purgeOn()
{
    if (m_purges.empty())
        return;
    const auto newest = newestToPurge(m_purges.front());
    const bool isDone = newest && *newest == 0;
    bool goesOn = newest.has_value();
    if (newest && !isDone) {
        jsErrCode code{};
        goesOn =
            js_DeleteMsg(m_jetStream.get(), m_config.names.documents().constData(), *newest, nullptr, &code) == NATS_OK;
    } else if (!newest) {
        goesOn = newest.error().code == ErrorCode::RateLimited && ++m_waits < MaxWaits;
    }
    if (isDone)
        m_purges.pop_front();
    if (!goesOn) // tried again when the lease is renewed
        m_waits = 0;
    goesOn = goesOn && !m_purges.empty();
    m_mailbox->post([mailbox = m_mailbox, isDone, goesOn] { mailbox->events.purged(isDone ? 1 : 0, goesOn); });
}

Result<quint64> LogLine::newestToPurge(const Purge &purge)
{
    if (m_keptRemoval < purge.place) {
        const auto kept = newestOf(m_config.names.removals());
        if (!kept)
            return kept;
        m_keptRemoval = *kept;
        if (m_keptRemoval < purge.place)
            return Error{ErrorCode::RateLimited, QStringLiteral("what is kept is behind the log"), true};
    }
    auto newest = newestOf(purge.subject);
    if (newest && *newest > purge.place)
        return quint64(0); // the document was made again
    return newest;
}

Result<quint64> LogLine::newestOf(const QByteArray &subject)
{
    jsErrCode code{};
    natsMsg *raw = nullptr;
    const natsStatus status = js_GetLastMsg(&raw, m_jetStream.get(), m_config.names.documents().constData(),
                                            subject.constData(), nullptr, &code);
    const NatsMessageHandle message(raw);
    if (status == NATS_NOT_FOUND)
        return quint64(0);
    if (status != NATS_OK)
        return failed("a message cannot be read", status, code);
    return quint64(natsMsg_GetSequence(raw));
}

} // namespace Tidegate
