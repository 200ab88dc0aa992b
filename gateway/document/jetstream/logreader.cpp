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
    const QByteArray stream = m_isInDocuments ? m_config.names.documents() : m_config.names.log();
    jsErrCode code{};
    jsStreamInfo *rawInfo = nullptr;
    natsStatus status = js_GetStreamInfo(&rawInfo, m_jetStream.get(), stream.constData(), nullptr, &code);
    const StreamInfoHandle info(rawInfo);
    if (status == NATS_OK && isAtEnd(info->State))
        return {};
    if (status == NATS_OK) {
        jsSubOptions options;
        jsSubOptions_Init(&options);
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
                         .arg(QString::fromUtf8(stream), QString::fromUtf8(natsStatus_GetText(status)))
                         .arg(int(code)),
                     true};
    }
    natsSubscription_SetPendingLimits(m_subscription.get(), -1, PendingBytes);
    m_delivered = 0;
    return {};
}

//! There is nothing to subscribe to now: on with what follows, or with all of it again.
bool LogReader::isAtEnd(const jsStreamState &state)
{
    const bool isRead = state.Msgs == 0 || state.LastSeq <= m_place;
    if (m_isInDocuments) {
        m_isInDocuments = !isRead;
        return isRead;
    }
    if (state.LastSeq < m_place) {
        startOver("the log was made anew");
        return true;
    }
    if (!isRead && state.FirstSeq > m_place + 1) {
        if (m_building)
            QThread::msleep(RetryMs); // what is kept is behind
        startOver("the log does not reach back to where this gateway was");
        return true;
    }
    if (!m_building || !isRead)
        return false;
    finishBuilding(m_place);
    return true;
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
    m_isInDocuments = true;
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
                          .arg(QString::fromUtf8(m_config.names.log()), decoded.error().text));
    if (!m_isInDocuments && place != m_place + 1) {
        leaveSubscription();
        return startOver("this gateway is too slow for the log");
    }
    m_place = place;
    if (m_building) {
        add(place, *decoded);
        if (data->NumPending > 0)
            return;
        if (!m_isInDocuments)
            return finishBuilding(place);
        leaveSubscription();
        m_isInDocuments = false;
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
