// SPDX-License-Identifier: MIT
#include "cluster/nats/line.h"

#include "base/logging.h"

#include <QUrl>

#include <nats/nats.h>

namespace Tidegate {

namespace {

using Mailbox = NatsBus::Line::Mailbox;
using MailboxPtr = std::shared_ptr<Mailbox>;

constexpr qsizetype MessageCostBytes = 256; //!< besides its bytes
constexpr int ForEver = -1;

//! What one subscription's calls are given; freed when the library says that there will be no more.
struct Subscriber
{
    MailboxPtr mailbox;
    QByteArray pattern;
};

struct OptionsDeleter
{
    void operator()(natsOptions *options) const { natsOptions_Destroy(options); }
};
using Options = std::unique_ptr<natsOptions, OptionsDeleter>;

Options makeOptions()
{
    natsOptions *made = nullptr;
    natsOptions_Create(&made);
    return Options(made);
}

// The library's threads: post a value and return.

void onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *closure)
{
    const auto &subscriber = *static_cast<Subscriber *>(closure);
    const MailboxPtr &mailbox = subscriber.mailbox;
    BusMessage copy;
    copy.subject = natsMsg_GetSubject(message);
    copy.reply = natsMsg_GetReply(message);
    copy.payload = QByteArray(natsMsg_GetData(message), natsMsg_GetDataLength(message));
    const bool hasNoResponders = natsMsg_IsNoResponders(message);
    natsMsg_Destroy(message);
    if (hasNoResponders) {
        mailbox->post([mailbox, reply = copy.subject] { mailbox->events.noResponders(reply); }, MessageCostBytes);
        return;
    }
    const auto home = mailbox->home.lock();
    if (!home || home->backlogBytes() > mailbox->inboundBytes) {
        mailbox->counters.receivedDropped.add();
        return;
    }
    const qsizetype cost = copy.subject.size() + copy.payload.size() + MessageCostBytes;
    home->post(
        [mailbox, pattern = subscriber.pattern, copy = std::move(copy)] { mailbox->events.message(pattern, copy); },
        cost);
}

void onSubscriptionEnded(void *closure)
{
    delete static_cast<Subscriber *>(closure);
}

void postState(void *closure, BusState state)
{
    const MailboxPtr mailbox = *static_cast<MailboxPtr *>(closure);
    mailbox->post([mailbox, state] { mailbox->events.state(state); }, MessageCostBytes);
}

void onConnected(natsConnection *connection, void *closure)
{
    (*static_cast<MailboxPtr *>(closure))->counters.maxPayloadBytes.set(natsConnection_GetMaxPayload(connection));
    postState(closure, BusState::Connected);
}

void onDisconnected(natsConnection *, void *closure)
{
    postState(closure, BusState::Lost);
}

//! The last call of a connection.
void onClosed(natsConnection *, void *closure)
{
    delete static_cast<MailboxPtr *>(closure);
}

void onError(natsConnection *, natsSubscription *, natsStatus status, void *closure)
{
    if (status == NATS_SLOW_CONSUMER)
        (*static_cast<MailboxPtr *>(closure))->counters.receivedDropped.add();
    else
        qCWarning(lcCluster, "nats: %s", natsStatus_GetText(status));
}

} // namespace

void Mailbox::post(Task task, qsizetype costBytes) const
{
    if (const auto queue = home.lock())
        queue->post(std::move(task), costBytes);
}

Result<void> NatsBus::Line::check(const QByteArray &url)
{
    const QString text = QString::fromUtf8(url);
    // The library looks at it only when it connects, which must not be needed to know that it never will.
    const QUrl parsed(text.contains(QStringLiteral("://")) ? text : QStringLiteral("nats://") + text);
    const bool isNats = parsed.scheme() == QStringLiteral("nats") || parsed.scheme() == QStringLiteral("tls");
    if (!parsed.isValid() || parsed.host().isEmpty() || !isNats)
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("cluster.nats_url is no address of a NATS server")};
    return {};
}

NatsBus::Line::Line(const Config &config, const std::shared_ptr<TaskQueue> &home, Events events, BusCounters &counters)
    : m_mailbox(std::make_shared<Mailbox>(Mailbox{home, std::move(events), counters, config.inboundBytes}))
{
    const Options options = makeOptions();
    auto *closure = new MailboxPtr(m_mailbox); // onClosed frees it
    natsOptions *raw = options.get();
    natsOptions_SetURL(raw, config.url.constData());
    natsOptions_SetName(raw, "tidegate");
    natsOptions_SetNoEcho(raw, true);
    natsOptions_UseGlobalMessageDelivery(raw, true); // else there is a thread per subscription
    natsOptions_SetAllowReconnect(raw, true);
    natsOptions_SetMaxReconnect(raw, ForEver);
    natsOptions_SetReconnectWait(raw, config.reconnectWaitMs);
    natsOptions_SetReconnectBufSize(raw, int(2 * config.queueBytes)); // the bus refuses earlier
    natsOptions_SetPingInterval(raw, 20'000);
    natsOptions_SetErrorHandler(raw, onError, closure);
    natsOptions_SetDisconnectedCB(raw, onDisconnected, closure);
    natsOptions_SetReconnectedCB(raw, onConnected, closure);
    natsOptions_SetClosedCB(raw, onClosed, closure);
    natsOptions_SetRetryOnFailedConnect(raw, true, onConnected, closure);
    const natsStatus status = natsConnection_Connect(&m_connection, raw);
    if (status == NATS_OK)
        onConnected(m_connection, closure);
    else
        qCWarning(lcCluster, "nats: no connection yet (%s), trying again", natsStatus_GetText(status));
    if (!m_connection) // nothing will call onClosed
        delete closure;
}

NatsBus::Line::~Line()
{
    const QList<QByteArray> patterns = m_subscriptions.keys();
    for (const QByteArray &pattern : patterns)
        unsubscribe(pattern);
    if (!m_connection)
        return;
    natsConnection_FlushTimeout(m_connection, 500); // what was accepted is on its way before we go
    natsConnection_Close(m_connection);
    natsConnection_Destroy(m_connection);
}

void NatsBus::Line::subscribe(const QByteArray &pattern)
{
    natsSubscription *subscription = nullptr;
    auto *closure = new Subscriber{m_mailbox, pattern};
    const natsStatus status =
        natsConnection_Subscribe(&subscription, m_connection, pattern.constData(), onMessage, closure);
    if (status != NATS_OK) {
        qCCritical(lcCluster, "nats: not subscribed pattern=%s: %s", pattern.constData(), natsStatus_GetText(status));
        delete closure;
        return;
    }
    natsSubscription_SetOnCompleteCB(subscription, onSubscriptionEnded, closure);
    m_subscriptions.insert(pattern, subscription);
}

void NatsBus::Line::unsubscribe(const QByteArray &pattern)
{
    if (natsSubscription *subscription = m_subscriptions.take(pattern)) {
        natsSubscription_Unsubscribe(subscription);
        natsSubscription_Destroy(subscription);
    }
}

void NatsBus::Line::publish(const BusMessage &message)
{
    const char *reply = message.reply.isEmpty() ? nullptr : message.reply.constData();
    const natsStatus status =
        reply ? natsConnection_PublishRequest(m_connection, message.subject.constData(), reply,
                                              message.payload.constData(), int(message.payload.size()))
              : natsConnection_Publish(m_connection, message.subject.constData(), message.payload.constData(),
                                       int(message.payload.size()));
    if (status != NATS_OK) {
        m_mailbox->counters.publishesRefused.add();
        qCWarning(lcCluster, "nats: not published: %s", natsStatus_GetText(status));
    }
}

} // namespace Tidegate
