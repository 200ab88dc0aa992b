// SPDX-License-Identifier: MIT
#include "document/jetstream/logreader.h"

#include "document/documentlogging.h"

namespace Tidegate {

namespace {

constexpr int TurnMs = 100;
constexpr int RetryMs = 200;
constexpr int FullMs = 2;
constexpr int64_t PatienceMs = 2'000; //!< for one answer of the server
constexpr int64_t HeartbeatNs = 1'000'000'000;
constexpr int PendingBytes = 256 * 1024 * 1024; //!< in the library; the server's flow control keeps it far below
constexpr size_t KeptRemovals = 1024;
constexpr qsizetype MessageCostBytes = 512;

qsizetype costOf(const DocumentMessage &message)
{
    const auto *logged = std::get_if<LoggedWrite>(&message);
    return MessageCostBytes + (logged ? byteSize(logged->write) : 0);
}

} // namespace

LogReader::LogReader(Config config, natsConnection *connection, TaskQueue &owner, Events events)
    : m_config(std::move(config))
    , m_connection(connection)
    , m_owner(owner)
    , m_events(std::make_shared<const Events>(std::move(events)))
    , m_building(Building{LogContents(m_config.windowCount), {}})
    , m_thread(QThread::create([this] { run(); }))
{
    m_thread->setObjectName(QStringLiteral("document-reader"));
}

LogReader::~LogReader()
{
    m_isStopped = true;
    m_thread->wait();
}

Result<LogReader::Whole> LogReader::open(int patienceMs)
{
    auto opened = m_opened.get_future();
    m_thread->start();
    if (opened.wait_for(std::chrono::milliseconds(patienceMs)) != std::future_status::ready)
        return Error{ErrorCode::Timeout, QStringLiteral("the stream was not read to its end in time")};
    return opened.get();
}

void LogReader::run()
{
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = PatienceMs;
    jsCtx *context = nullptr;
    if (natsConnection_JetStream(&context, m_connection, &options) != NATS_OK)
        return giveUp(QStringLiteral("no JetStream context"));
    m_jetStream.reset(context);
    while (!m_isStopped) {
        if (m_isDoubtful.exchange(false))
            leaveSubscription();
        if (!m_subscription) {
            if (const auto subscribed = subscribe(); !subscribed) {
                if (!m_isOpen)
                    return giveUp(subscribed.error().text);
                QThread::msleep(RetryMs);
            }
            continue;
        }
        if (*m_untakenBytes > m_config.inboundBytes) {
            QThread::msleep(FullMs);
            continue;
        }
        natsMsg *raw = nullptr;
        const natsStatus status = natsSubscription_NextMsg(&raw, m_subscription.get(), TurnMs);
        if (status == NATS_OK)
            take(NatsMessageHandle(raw));
        else if (status != NATS_TIMEOUT)
            leaveSubscription(); // signs of life or messages are missing
    }
    leaveSubscription();
}

Result<void> LogReader::subscribe()
{
    jsErrCode code{};
    jsStreamInfo *rawInfo = nullptr;
    natsStatus status =
        js_GetStreamInfo(&rawInfo, m_jetStream.get(), m_config.names.stream().constData(), nullptr, &code);
    const StreamInfoHandle info(rawInfo);
    if (status == NATS_OK && info->State.LastSeq < m_place)
        startOver("the stream was made anew");
    if (status == NATS_OK) {
        jsSubOptions options;
        jsSubOptions_Init(&options);
        const QByteArray stream = m_config.names.stream();
        options.Stream = stream.constData();
        options.Config.AckPolicy = js_AckNone;
        options.Config.DeliverPolicy = m_place ? js_DeliverByStartSequence : js_DeliverAll;
        options.Config.OptStartSeq = m_place ? m_place + 1 : 0;
        options.Config.FlowControl = true;
        options.Config.Heartbeat = HeartbeatNs;
        options.Config.MemoryStorage = true;
        options.Config.MaxDeliver = 1;
        natsSubscription *raw = nullptr;
        status = js_SubscribeSync(&raw, m_jetStream.get(), m_config.names.all().constData(), nullptr, &options, &code);
        m_subscription.reset(raw);
    }
    if (status != NATS_OK) {
        m_subscription.reset();
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("the stream %1 cannot be read: %2 (%3)")
                         .arg(QString::fromUtf8(m_config.names.stream()), QString::fromUtf8(natsStatus_GetText(status)))
                         .arg(int(code)),
                     true};
    }
    natsSubscription_SetPendingLimits(m_subscription.get(), -1, PendingBytes);
    m_delivered = 0;
    if (m_building && info->State.Msgs == 0)
        finishBuilding(info->State.LastSeq);
    return {};
}

void LogReader::leaveSubscription()
{
    if (!m_subscription)
        return;
    natsSubscription_Unsubscribe(m_subscription.get());
    m_subscription.reset();
}

void LogReader::startOver(const char *why)
{
    qCWarning(lcDocument, "everything is read again: %s", why);
    m_building.emplace(Building{LogContents(m_config.windowCount), {}});
    m_place = 0;
    m_lastRemoval = 0;
}

void LogReader::take(NatsMessageHandle message)
{
    jsMsgMetaData *raw = nullptr;
    if (natsMsg_GetMetaData(&raw, message.get()) != NATS_OK)
        return leaveSubscription();
    const MetaDataHandle data(raw);
    if (data->Sequence.Consumer != m_delivered + 1)
        return leaveSubscription(); // one was lost on the way
    m_delivered = data->Sequence.Consumer;
    const quint64 place = data->Sequence.Stream;
    const auto decoded =
        decodeDocumentMessage(QByteArray(natsMsg_GetData(message.get()), natsMsg_GetDataLength(message.get())));
    if (!decoded)
        return giveUp(QStringLiteral("the stream %1 holds %2")
                          .arg(QString::fromUtf8(m_config.names.stream()), decoded.error().text));
    if (isRemovalMissing(*decoded)) {
        leaveSubscription();
        return startOver("documents were removed while this gateway was away");
    }
    m_place = place;
    if (m_building) {
        add(place, *decoded);
        if (data->NumPending == 0)
            finishBuilding(place);
        return;
    }
    const qsizetype cost = costOf(*decoded);
    *m_untakenBytes += cost;
    m_owner.post(
        [events = m_events, untaken = m_untakenBytes, cost, place, message = *decoded] {
            *untaken -= cost;
            events->message(place, message);
        },
        cost);
}

//! The server keeps the newest removals only. Whoever missed one does not know what is still there.
bool LogReader::isRemovalMissing(const DocumentMessage &message)
{
    const auto *logged = std::get_if<LoggedWrite>(&message);
    if (!logged || !std::holds_alternative<RemoveDocument>(logged->write))
        return false;
    const bool isMissing = !m_building && logged->removal != m_lastRemoval + 1;
    m_lastRemoval = logged->removal;
    return isMissing;
}

void LogReader::add(quint64 place, const DocumentMessage &message)
{
    Whole &whole = m_building->whole;
    const auto *logged = std::get_if<LoggedWrite>(&message);
    if (!logged) {
        whole.lastTerm = place;
        return;
    }
    m_building->contents.add(*logged);
    if (!std::holds_alternative<RemoveDocument>(logged->write))
        return;
    whole.removals.push_back({documentId(logged->write), place});
    if (whole.removals.size() > KeptRemovals)
        whole.removals.pop_front();
}

void LogReader::finishBuilding(quint64 place)
{
    Whole whole = std::move(m_building->whole);
    whole.contents = m_building->contents.take(place);
    whole.lastRemoval = m_lastRemoval;
    whole.place = place;
    m_place = place;
    m_building.reset();
    if (!std::exchange(m_isOpen, true)) {
        m_opened.set_value(std::move(whole));
        return;
    }
    m_owner.post([events = m_events, whole = std::move(whole)]() mutable { events->whole(std::move(whole)); },
                 MessageCostBytes);
}

void LogReader::giveUp(const QString &why)
{
    m_isStopped = true;
    if (!std::exchange(m_isOpen, true))
        m_opened.set_value(Error{ErrorCode::Storage, why});
    else
        m_owner.post([events = m_events, why] { events->broken(why); }, MessageCostBytes);
}

} // namespace Tidegate
